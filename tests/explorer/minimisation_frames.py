"""Frames of minimisations, from the runner itself."""

from __future__ import annotations

from functools import cache

from core.experiment import Descent, Experiment, Integration
from core.frame import Frame
from core.language import System, parse
from core.readings import Descents, Equilibria, FlowLoss, LossContours, StepSizes, Trajectories, VelocityGrid
from core.request import Request, Viewport
from core.runner import frames

TEXT = (
    "minimise 0.5*(x^2 + 4*(y - 1)^2)\nover x = 2, y = 2\nstart (-1.5, 0.25)\n"
    "view x [-2.5, 2.5], y [-1.5, 3.5]\nt in [0, 4]"
)
WANTED = frozenset({Descents, Equilibria, FlowLoss, LossContours, StepSizes, Trajectories, VelocityGrid})
METHODS = ("gradient_descent", "heavy_ball")


def experiment(eta: float = 0.1, beta: float = 0.5, methods: tuple[str, ...] = METHODS, text: str = TEXT) -> Experiment:
    """A round bowl around (0, 1) whose Hessian has the eigenvalues 1 and 4."""
    return Experiment(
        text,
        integration=Integration(rtol=1e-9, atol=1e-12, backward=False),
        descent=Descent(methods, eta, beta, 1e-8, 2000),
    )


@cache
def frame(eta: float = 0.1, beta: float = 0.5, methods: tuple[str, ...] = METHODS, text: str = TEXT) -> Frame:
    """Every reading of that experiment."""
    plane = Viewport("x", "y", (-2.5, 2.5), (-1.5, 3.5), (500, 400))
    *_, last = frames(Request(experiment(eta, beta, methods, text), WANTED, plane))
    assert last.error is None
    return last


def system(text: str = TEXT) -> System:
    """The system behind a text."""
    return parse(text)
