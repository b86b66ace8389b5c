"""What the window is about: the verb in the text decides, and the buttons in the top bar show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.experiment import Experiment
from core.training_choice import Training

if TYPE_CHECKING:
    from core.language import System


def _is_field(system: System) -> bool:
    return system.kind == "ode" and not system.learnt and system.flow is None


def _is_layer(system: System) -> bool:
    return system.kind in ("map", "root")


def _is_network(system: System) -> bool:
    return system.kind == "ode" and bool(system.learnt) and system.flow is None


def _is_density(system: System) -> bool:
    return system.flow is not None


def _is_minimisation(system: System) -> bool:
    return system.kind == "minimise"


@dataclass(frozen=True)
class Mode:
    """name: of its command, behind "mode_". about: whether it is about a system; of any, one mode alone is. new: what a
    person begins with where nothing is prepared."""

    name: str
    title: str
    help: str
    about: Callable[[System], bool]
    new: Experiment


_NETWORK = """# Untitled
z' = V tanh(W z + b)
z in R^2
learn W = normal(16, 2, seed 1)/sqrt(2)
learn b = 0*ones(16)
learn V = normal(2, 16, seed 2)/sqrt(16)
y = U z + c
learn U = normal(2, 2, seed 3)/sqrt(2)
learn c = 0*ones(2)
view z[1] [-2, 2], z[2] [-2, 2]
t in [0, 1]
"""
_DENSITY = """# Untitled
z' = V tanh(W z + a t + b)
z in R^2
flow normal(2)
learn W = normal(32, 2, seed 1)/sqrt(2)
learn a = normal(32, seed 2)
learn b = 0*ones(32)
learn V = 0.1 normal(2, 32, seed 3)/sqrt(32)
view z[1] [-3, 3], z[2] [-3, 3]
t in [0, 1]
"""

MODES = (
    Mode(
        "vector_field",
        "Vector field",
        "Differential equations: x' = f(x)",
        _is_field,
        Experiment("# Untitled\nx' = y\ny' = -k*x\nk = 1\nstart (1, 0)\nt in [0, 20]\n"),
    ),
    Mode(
        "fixed_point",
        "Fixed point",
        "Implicit layers: z <- f(z), or 0 = g(z)",
        _is_layer,
        Experiment("# Untitled\nz <- cos(k*z)\nk = 1\nstart (1)\nview z [-1, 1.5]\n"),
    ),
    Mode(
        "neural_ode",
        "Neural ODE",
        "Differential equations that learn: z' = f(z), learn W = ...",
        _is_network,
        Experiment(_NETWORK, training=Training(data="moons", loss="cross_entropy", output="y", rate=0.01)),
    ),
    Mode(
        "optimisation",
        "Optimisation",
        "Losses: minimise f(x), by the gradient flow and optimisers",
        _is_minimisation,
        Experiment("# Untitled\nminimise x^2 + k*y^2\nover x = 2, y = 1\nk = 5\nt in [0, 5]\n"),
    ),
    Mode(
        "density",
        "Density",
        "Flows that learn a density: z' = f(z), flow normal(2)",
        _is_density,
        Experiment(_DENSITY, training=Training(data="density_moons", loss="likelihood", rate=0.01)),
    ),
)


def mode_of(system: System) -> Mode:
    """The mode of a system."""
    return next(mode for mode in MODES if mode.about(system))
