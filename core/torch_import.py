"""Watch over the one import that takes seconds."""

from __future__ import annotations

import importlib
import sys
import threading
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class TorchWatch:
    """An import finder that says when the import of torch begins and ends, whoever asks for it.

    Loading torch's libraries can hold the interpreter lock for longer than an engine may be silent, and on a
    cold disk the whole takes half a minute: who watches the engine must know that it is not stuck. Torch gets
    one thread, because a second one on a small machine takes the processor from the window.
    """

    def __init__(self, announce: Callable[[bool], None]) -> None:
        self._announce = announce

    def install(self) -> None:
        """Be asked before the ordinary finders."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The ordinary specification of torch with its execution watched; None for any other module."""
        spec = PathFinder.find_spec(name, path, target) if name == "torch" else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def watched(module: Any) -> None:
            self._announce(True)
            try:
                execute(module)
                module.set_num_threads(1)
            finally:
                self._announce(False)

        spec.loader.exec_module = watched  # type: ignore[method-assign]
        return spec


def import_torch_aside() -> None:
    """Import torch in a thread: runs on the Python-float path go on meanwhile."""
    threading.Thread(target=importlib.import_module, args=("torch",), name="import torch", daemon=True).start()
