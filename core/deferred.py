"""Lazy modules: catalogue files name torch, scipy or llvmlite without importing them.

The window process lists every method with its fields and help, but must never hold torch. A file that
needs it writes::

    if TYPE_CHECKING:
        import torch
    else:
        torch = deferred("torch")

and the real module is imported at the first attribute access, which only the engine makes.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """A module that is imported when one of its attributes is first read."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import machinery and inspect probe these; they must stay cheap
            raise AttributeError(name)
        module = importlib.import_module(self.__name__)
        value = getattr(module, name)
        self.__dict__[name] = value
        return value


def deferred(name: str) -> ModuleType:
    """Return a stand-in for the module `name` that imports it on first use."""
    return _Deferred(name)
