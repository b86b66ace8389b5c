"""The engine of Implicit Explorer, usable without its window.

A formula text (`parse`) or a torch callable (`field`) gives a vector field; `integrate` follows it, a text with noise
(x' = -x + 0.3 dW) along the Brownian paths of a seed, `compare_integrators` does so by every method, `limit_cycle`
finds the closed orbit that it leads to, `lyapunov_exponents` how fast its neighbours part from it, and `separatrices`
the curves that go into and out of saddles. A formula, a torch callable (`layer`) or a Python file (`layer_from_file`,
`load`) gives an implicit layer; `solve` finds its root, and `prove` what is certain about that of
a formula. `fit` moves parameters until a trajectory goes through data, or its end or a root is where it should be.
`gradient` differentiates a loss of either solution, `compare_gradients` does it by every method. `EquilibriumLayer` is
an implicit layer as a torch module, and `cells` are what it can be made of; `OdeLayer` is a neural differential
equation as one, and `ContinuousFlow` the density that one carries. `train` moves the weights of a text until it
answers what a data set says. An `Experiment` is what the window edits;
`core.runner.frames` turns a request about it into snapshots. Every method is one file, found by `core.catalogue`.
Importing `core` imports no torch: names arrive when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import cells
    from .budget import Budget
    from .callable_map import layer
    from .continuous_flow import ContinuousFlow
    from .curve_fitting.fitting import Fit, fit, fit_iterations
    from .differentiation import gradient
    from .equilibrium_layer import EquilibriumError, EquilibriumLayer, EquilibriumWarning
    from .event import Event
    from .experiment_file_error import ExperimentFileError
    from .experiment_source import load
    from .gradient_card import Card
    from .integration import field, integrate
    from .integrator_comparison import compare_integrators
    from .language import FormulaError, System, parse
    from .limit_cycle import limit_cycle
    from .lyapunov_spectrum import lyapunov_exponents
    from .method_comparison import compare_gradients
    from .module_layer import layer_from_file
    from .ode_layer import OdeError, OdeLayer, OdeWarning
    from .outcome import Outcome
    from .proving import prove
    from .root import Root
    from .run import Run
    from .saddle_branches import separatrices
    from .solving import solve
    from .train import Trained, train

_HOMES = {
    "Budget": ".budget",
    "Card": ".gradient_card",
    "ContinuousFlow": ".continuous_flow",
    "EquilibriumError": ".equilibrium_layer",
    "EquilibriumLayer": ".equilibrium_layer",
    "EquilibriumWarning": ".equilibrium_layer",
    "Event": ".event",
    "ExperimentFileError": ".experiment_file_error",
    "Fit": ".curve_fitting.fitting",
    "FormulaError": ".language",
    "OdeError": ".ode_layer",
    "OdeLayer": ".ode_layer",
    "OdeWarning": ".ode_layer",
    "Outcome": ".outcome",
    "Root": ".root",
    "Run": ".run",
    "System": ".language",
    "Trained": ".train",
    "compare_gradients": ".method_comparison",
    "compare_integrators": ".integrator_comparison",
    "field": ".integration",
    "fit": ".curve_fitting.fitting",
    "fit_iterations": ".curve_fitting.fitting",
    "gradient": ".differentiation",
    "integrate": ".integration",
    "layer": ".callable_map",
    "layer_from_file": ".module_layer",
    "limit_cycle": ".limit_cycle",
    "load": ".experiment_source",
    "lyapunov_exponents": ".lyapunov_spectrum",
    "parse": ".language",
    "prove": ".proving",
    "separatrices": ".saddle_branches",
    "solve": ".solving",
    "train": ".train",
}

__all__ = [
    "Budget",
    "Card",
    "ContinuousFlow",
    "EquilibriumError",
    "EquilibriumLayer",
    "EquilibriumWarning",
    "Event",
    "ExperimentFileError",
    "Fit",
    "FormulaError",
    "OdeError",
    "OdeLayer",
    "OdeWarning",
    "Outcome",
    "Root",
    "Run",
    "System",
    "Trained",
    "cells",
    "compare_gradients",
    "compare_integrators",
    "field",
    "fit",
    "fit_iterations",
    "gradient",
    "integrate",
    "layer",
    "layer_from_file",
    "limit_cycle",
    "load",
    "lyapunov_exponents",
    "parse",
    "prove",
    "separatrices",
    "solve",
    "train",
]


def __getattr__(name: str) -> Any:
    if name == "cells":
        return importlib.import_module(".cells", __name__)
    if name not in _HOMES:
        raise AttributeError(f"core has no public name {name!r}")
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
