"""The contract of a gradient method: how a loss of a solution is differentiated.

A method is handed a finished solve and never imports a loop. It is a frozen dataclass whose fields carry a `Range`
or a `Choice`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from .adjoint_products import AdjointProducts
from .budget import Budget
from .dense_output import DenseOutput
from .followed import Followed
from .integration_method import IntegrationMethod
from .step_controller import StepController
from .tableau import Tableau
from .vector_jacobian import Inputs, LayerFunction, condition

if TYPE_CHECKING:
    from jaxtyping import Float
    from torch import Tensor

    from .language import System

About = Literal["fixed point", "trajectory"]
Cotangent = Callable[["Tensor"], "Tensor"]
"""v(z) = d loss / d z at z, of z's shape: a method asks for it at the point where it takes the loss."""


TimedFunction = Callable[["Tensor", "Tensor", Inputs], "Tensor"]
"""f(t, z, inputs): t (B,), z (B, n) -> (B, n).

Scalar inputs of a formula may be (), or (B,) with a number per row. A module's weights are tensors of their own shape,
one of no axes too: what the module makes of a number per row, nobody knows.
"""
AdjointFlow = Callable[
    [Inputs, tuple[str, ...], "Tensor", tuple[float, float], Tableau, StepController, Budget], Followed
]
"""Follows rows (z, a, g) along z' = f, a' = -(df/dz)^T a, g' = -(df/dp)^T a, p those of the inputs that are named."""
ProductsMaker = Callable[[Inputs], AdjointProducts]
"""The products of adjoints with the derivatives of f at given inputs."""

ByHand = Callable[["SolvedTrajectory", Cotangent, Inputs], "Backward | None"]
"""The derivative of the steps that were taken without a tape; None where it cannot give that one."""
OneByOne = Callable[["SolvedTrajectory", Inputs], Any]
"""Makes what takes steps once more and goes back over them one by one, as `StepReplay` and `StepSweep` do with a tape;
None where it cannot."""


@dataclass(frozen=True)
class SolvedLayer:
    """Where a solve of z = f(z; inputs) ended.

    z (S, n) the last point, start (S, n) the first; path (K + 1, S, n) the points at which f was evaluated, oldest
    first and z last, None where they were not kept.
    """

    f: LayerFunction
    z: Float[Tensor, "S n"]
    start: Float[Tensor, "S n"]
    path: Float[Tensor, "K1 S n"] | None = None


@dataclass(frozen=True)
class SolvedTrajectory:
    """A finished run of z' = f(t, z; inputs) from `start` (B, n) at span[0] to span[1].

    at (T,): the times whose states the loss takes, in the direction of the span; None takes the end state.
    times (B, N + 1): ends of the accepted steps in float64, the last repeated in shorter trajectories.
    z: the end states (B, n), or the states at `at` (B, T, n); NaN where a trajectory did not come.
    method: what took the steps; controller: what chose their sizes.
    adjoint: follows the adjoint equation together with the state, for a method that solves both.
    dense: the accepted steps on the host with their stages; None where they were not kept.
    products: makes the products that an adjoint equation needs, where something is quicker than automatic
    differentiation of f.
    by_hand: what gives the numbers of backpropagation through the steps sooner than a tape does; one_by_one: makes
    what takes single steps sooner; tangents: what gives the numbers of tangents sooner; None: nothing.
    system: the formula behind f, None of a torch callable; autonomous: whether f does not use t.
    """

    f: TimedFunction
    start: Float[Tensor, "B n"]
    span: tuple[float, float]
    at: Float[np.ndarray, "T"] | None
    times: Float[np.ndarray, "B N1"]
    z: Tensor
    method: IntegrationMethod
    controller: StepController
    adjoint: AdjointFlow
    budget: Budget = Budget()
    dense: DenseOutput | None = None
    products: ProductsMaker | None = None
    by_hand: ByHand | None = None
    one_by_one: OneByOne | None = None
    tangents: ByHand | None = None
    system: System | None = None
    autonomous: bool = False

    @property
    def tableau(self) -> Tableau:
        """The method, of solves whose steps are those of an explicit Runge-Kutta method; ValueError of others."""
        if not isinstance(self.method, Tableau):
            raise ValueError(_not_explicit(self.method))
        return self.method

    def numbers(self, inputs: Inputs) -> tuple[str, ...]:
        """Those of `inputs` of which f takes a number per row: the scalars of a formula, no weight of a module."""
        return () if self.system is None else tuple(name for name, value in inputs.items() if not value.ndim)

    def kept(self, who: str) -> DenseOutput:
        """The accepted steps. Raises ValueError, saying who wants them, where they were not kept."""
        if self.dense is None:
            raise ValueError(f"{who} needs the accepted steps of the forward run, and this one kept none")
        return self.dense


@dataclass(frozen=True)
class SolvedBack:
    """One trajectory as the adjoint solved it back, from the end of the span on.

    t (N,), z (N, n) the state along which it was solved, a (N, n) the adjoint d loss / d z(t) at the ends of the
    accepted steps; both sides of every output time.
    """

    t: Float[np.ndarray, "N"]
    z: Float[np.ndarray, "N n"]
    a: Float[np.ndarray, "N n"]


@dataclass(frozen=True)
class Backward:
    """What a gradient method found.

    at: where the loss was taken, the solve's z or what the method computed anew.
    grads: by the inputs' names, summed over the samples that share one; "start" (S, n) that of the start.
    residual: |u - J^T u - v| / |v| of the u that was taken, the largest of all samples; of trajectories NaN, but for a
    steady state. matrix: of the linear systems that were solved, I - J, of a steady state J, where it was built.
    gap: how far the state solved backward missed the start, NaN where none was.
    evaluations of f and products with its Jacobian, of all samples together where they share the calls; recomputed:
    steps that were taken to come where the tape was needed; held_bytes: what was kept beside the tape. jacobian: df/dz
    at `at`, where the method built it. adjoint: the u (S, n) that an exact method found for a fixed point. solved_back:
    of a continuous adjoint, one per trajectory.
    note: a sentence where the gradient is not what its method promises; else empty.
    """

    at: Tensor
    grads: Mapping[str, Tensor]
    residual: float = nan
    matrix: Float[Tensor, "S n n"] | None = None
    gap: float = nan
    evaluations: int = 0
    products: int = 0
    recomputed: int = 0
    held_bytes: int = 0
    jacobian: Float[Tensor, "S n n"] | None = None
    adjoint: Float[Tensor, "S n"] | None = None
    solved_back: tuple[SolvedBack, ...] = ()
    note: str = ""

    @cached_property
    def condition(self) -> float:
        """The condition of `matrix` in the 2-norm, the largest of all samples; NaN where there is none.

        It takes longer than the rest of a backward pass, and is computed when somebody asks.
        """
        return nan if self.matrix is None else condition(self.matrix)


class GradientMethod(ABC):
    """What all methods declare.

    about: the kind of solution that it differentiates. exact: whether it promises the derivative of that solution to
    the precision of its arithmetic; caveat: where not, what it gives instead.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]
    about: ClassVar[About]
    exact: ClassVar[bool]
    caveat: ClassVar[str] = ""


class FixedPointGradient(GradientMethod):
    """Differentiates a loss of a fixed point.

    sums_powers: whether it adds up powers of a matrix, which is right only where they die out.
    """

    about: ClassVar[About] = "fixed point"
    sums_powers: ClassVar[bool] = False

    @property
    def needs_path(self) -> bool:
        """Whether it looks at the points of the forward solve, and not at the last one alone."""
        return False

    def powers_of(self, jacobian: Float[Tensor, "S n n"]) -> Float[Tensor, "S n n"]:
        """The matrix whose powers are summed, from df/dz."""
        return jacobian

    @abstractmethod
    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """The gradient with respect to every floating-point tensor of `inputs` and to the start."""


class TrajectoryGradient(GradientMethod):
    """Differentiates a loss of a trajectory's end or of its states at several times.

    keeps_tape: whether it goes back along a tape of all accepted steps, which the forward run may write as well.
    """

    about: ClassVar[About] = "trajectory"
    keeps_tape: ClassVar[bool] = False

    def refusal(self, method: IntegrationMethod) -> str | None:
        """Why it cannot differentiate a run by `method`, as a sentence with a cure; None where it can."""
        return f"gradients are those of smooth paths, and {method.title} follows noise" if method.knows_noise else None

    @abstractmethod
    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """The gradient with respect to every floating-point tensor of `inputs` and to the start."""


def _not_explicit(method: IntegrationMethod) -> str:
    return (
        f"this gradient follows explicit Runge-Kutta methods, and {method.title} is none: "
        'take the gradient "discrete" or "checkpointed", or integrate with method="dopri5" or another explicit one'
    )
