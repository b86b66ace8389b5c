"""The engine of Implicit Explorer, usable without its window.

A formula text (`parse`) or a torch callable (`field`) gives a vector field; `integrate` follows it. A formula or
a torch callable (`layer`) gives an implicit layer; `solve` finds its root. An `Experiment` is what the window edits;
`core.runner.frames` turns a request about it into snapshots. Every method is one file, found by `core.catalogue`.
Importing `core` imports no torch: names arrive when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .budget import Budget
    from .callable_map import layer
    from .experiment_file_error import ExperimentFileError
    from .experiment_source import load
    from .integration import field, integrate
    from .language import FormulaError, System, parse
    from .outcome import Outcome
    from .root import Root
    from .run import Run
    from .solving import solve

_HOMES = {
    "Budget": ".budget",
    "ExperimentFileError": ".experiment_file_error",
    "FormulaError": ".language",
    "Outcome": ".outcome",
    "Root": ".root",
    "Run": ".run",
    "System": ".language",
    "field": ".integration",
    "integrate": ".integration",
    "layer": ".callable_map",
    "load": ".experiment_source",
    "parse": ".language",
    "solve": ".solving",
}

__all__ = [
    "Budget",
    "ExperimentFileError",
    "FormulaError",
    "Outcome",
    "Root",
    "Run",
    "System",
    "field",
    "integrate",
    "layer",
    "load",
    "parse",
    "solve",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"core has no public name {name!r}")
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value
