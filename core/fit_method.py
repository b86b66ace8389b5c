"""The contract of a fit method: how parameters move from one iteration to the next, so that a curve comes nearer.

A method is a frozen value; what it remembers is a tuple of arrays that it is handed and gives back, so that a fit can
be stopped after any iteration and taken up again. It knows neither curves nor roots, only residuals by positions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

from .field_check import check_fields

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

Memory = tuple[np.ndarray, ...]
"""What a method carries from one iteration to the next."""


@dataclass(frozen=True)
class FitPoint:
    """Where a fit is.

    u (P,): positions of the parameters, 0 to 1 from one end of a range to the other. prediction (m,): what the solver
    gives there. residual (m,): prediction - target. loss: the sum over the residuals, infinite where there is no
    prediction. weights (m,): see `FitLoss`. tangent (m, P): d prediction / d u; None where nobody asked for it.
    fault: why there is no prediction, in words.
    """

    u: Float[np.ndarray, "P"]
    prediction: Float[np.ndarray, "m"]
    residual: Float[np.ndarray, "m"]
    loss: float
    weights: Float[np.ndarray, "m"]
    tangent: Float[np.ndarray, "m P"] | None = None
    fault: str = ""

    @property
    def slopes(self) -> Float[np.ndarray, "m P"]:
        """The tangent, of a point that has one."""
        assert self.tangent is not None
        return self.tangent

    @property
    def gradient(self) -> Float[np.ndarray, "P"]:
        """d loss / d u = 2 J^T (w r)."""
        return np.asarray(2.0 * self.slopes.T @ (self.weights * self.residual))

    def weighted(self) -> tuple[Float[np.ndarray, "m P"], Float[np.ndarray, "m"]]:
        """sqrt(w) J and sqrt(w) r: the linear least-squares problem at this point."""
        root = np.sqrt(self.weights)
        return root[:, None] * self.slopes, root * self.residual


class FitProblem(Protocol):
    """What a method may ask. lower, upper (P,): between which positions the parameters stay; infinite where free.
    size: of the target, by which residuals are large or small."""

    lower: Float[np.ndarray, "P"]
    upper: Float[np.ndarray, "P"]
    size: float

    def look(self, u: Float[np.ndarray, "P"]) -> FitPoint:
        """The point at u, without its tangent: one run of the solver."""

    def linearised(self, point: FitPoint) -> FitPoint:
        """The point with its tangent."""


@dataclass(frozen=True)
class FitStep:
    """at: the point that was come to; memory: for the next iteration; stuck: no step led to a smaller loss."""

    at: FitPoint
    memory: Memory
    stuck: bool = False


class FitMethod(ABC):
    """A frozen dataclass whose fields carry a `Range`, which it checks.

    patience: iterations without a smaller loss after which none is expected. pace: iterations between two pictures of
    a fit that is watched.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]
    patience: ClassVar[int] = 3
    pace: ClassVar[int] = 1

    @abstractmethod
    def begin(self, at: FitPoint) -> Memory:
        """What it remembers before the first step from a point with its tangent."""

    @abstractmethod
    def step(self, problem: FitProblem, at: FitPoint, memory: Memory) -> FitStep:
        """One iteration from a point with its tangent."""

    def __post_init__(self) -> None:
        check_fields(self)


def movable(problem: FitProblem, at: FitPoint) -> Bool[np.ndarray, "P"]:
    """Which parameters may go where the loss falls: not those at an end of their range beyond which it would."""
    gradient = at.gradient
    return np.asarray(~(((at.u <= problem.lower) & (gradient > 0.0)) | ((at.u >= problem.upper) & (gradient < 0.0))))


def inside(problem: FitProblem, u: Float[np.ndarray, "P"]) -> Float[np.ndarray, "P"]:
    """u with every position within its bounds."""
    return np.asarray(np.clip(u, problem.lower, problem.upper))


def enough(at: FitPoint, trial: FitPoint, slope: float = 1e-4) -> bool:
    """Armijo's condition: loss(trial) <= loss + slope gradient (trial - at), and smaller than it was."""
    return trial.loss < at.loss and trial.loss <= at.loss + slope * float(at.gradient @ (trial.u - at.u))
