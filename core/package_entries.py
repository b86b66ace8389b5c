"""The entries of a package whose files are one entry each."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any


def entries(package: ModuleType, attribute: str) -> Iterator[Any]:
    """What every module of `package` offers as `attribute`, in the order of the modules' names."""
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        yield getattr(importlib.import_module(f"{package.__name__}.{module.name}"), attribute)
