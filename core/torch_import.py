"""Watch over the imports that take seconds: torch, and what torch itself imports only when it first differentiates."""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_SYMBOLIC = "torch.fx.experimental.symbolic_shapes"
"""What the first derivative imports, and with it sympy: a second where the disk is warm and nobody else computes."""
_SLOW = ("torch", _SYMBOLIC, "sympy", "llvmlite", "torch._dynamo")
"""The last is what the first optimiser imports."""


class TorchWatch:
    """An import finder that says when a slow import begins and ends, whoever asks for it.

    Loading torch's libraries can hold the interpreter lock for longer than an engine may be silent, and on a
    cold disk the whole takes half a minute: who watches the engine must know that it is not stuck. Torch gets
    one thread, because a second one on a small machine takes the processor from the window.
    """

    def __init__(self, announce: Callable[[bool], None]) -> None:
        self._announce = announce
        self._lock = threading.Lock()
        self._under_way = 0

    def install(self) -> None:
        """Be asked before the ordinary finders."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The ordinary specification of a slow module with its execution watched; None for any other."""
        spec = PathFinder.find_spec(name, path, target) if name in _SLOW else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def watched(module: Any) -> None:
            self._count(1)
            try:
                execute(module)
                if name == "torch":
                    module.set_num_threads(1)
            finally:
                self._count(-1)

        spec.loader.exec_module = watched  # type: ignore[method-assign]
        return spec

    def _count(self, change: int) -> None:
        """One import more or less: one may lie within another, or go on in another thread."""
        with self._lock:
            before, self._under_way = self._under_way, self._under_way + change
            if (before > 0) != (self._under_way > 0):
                self._announce(self._under_way > 0)


def import_torch_aside() -> None:
    """Import torch in a thread: runs on the Python-float path go on meanwhile."""
    threading.Thread(target=_import_torch, name="import torch", daemon=True).start()


def _import_torch() -> None:
    """Import torch with what it would import in the middle of a run, which could not be left for that long."""
    importlib.import_module("torch")
    with suppress(ImportError):  # another version of torch may not have it
        importlib.import_module(_SYMBOLIC)
