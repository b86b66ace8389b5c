"""Every benchmark of a package, found by a walk: one file is one benchmark."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType

from .benchmark import Benchmark


def benchmarks(package: ModuleType) -> Mapping[str, Benchmark]:
    """What the modules of `package` set as BENCHMARK, by name, in the alphabetical order of their files."""
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [importlib.import_module(f"{package.__name__}.{name}").BENCHMARK for name in modules]
    return {benchmark.name: benchmark for benchmark in found}
