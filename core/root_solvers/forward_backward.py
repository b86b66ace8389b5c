"""Forward-backward splitting of a layer z <- relu(W z + b)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..fixed_point_map import FixedPointMap
from ..parameter import Range
from ..preactivation import bound_preactivation, relu, splitting_refusal
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened

_WHAT = "forward-backward splitting"


@dataclass(frozen=True)
class Forward(State):
    """proposal (S, n): the next point."""

    proposal: Any


@dataclass(frozen=True)
class ForwardBackward(RootSolver):
    """z <- relu(z - alpha ((I - W) z - b)).

    It converges to the only root where I - W has a symmetric part of at least m I, m > 0, and 0 < alpha < 2 m / L^2
    with L = |I - W|. alpha = 1 is Picard's method. An iteration is one evaluation of W z + b, which gives f as well.
    """

    alpha: Annotated[float, Range(1e-3, 10.0, log=True, symbol="α", help="step: converges below 2 m / |I - W|²")] = 0.1

    name: ClassVar[str] = "forward_backward"
    title: ClassVar[str] = "forward-backward"
    citation: ClassVar[str] = (
        "P. L. Lions, B. Mercier, SIAM J. Numer. Anal. 16 (1979) 964; "
        "E. Winston, J. Z. Kolter, Monotone operator equilibrium networks, NeurIPS (2020)"
    )
    help: ClassVar[str] = "A short step against (I − W) z − b, then relu: sure of a monotone layer, if α is small."
    family: ClassVar[str] = "Splitting"
    opening: ClassVar[int] = 0

    @classmethod
    def refusal(cls, mapping: FixedPointMap) -> str | None:
        """It needs the form z <- relu(W z + b)."""
        return splitting_refusal(mapping, _WHAT)

    def init(self, problem: BoundMap, z: Any, active: Any) -> Forward:
        """Nothing is evaluated. Raises ValueError for a layer of another form."""
        bound_preactivation(problem, _WHAT)
        return Forward(**opened(problem, z, active), proposal=z)

    def step(self, problem: BoundMap, state: Forward) -> Forward:
        """Evaluate at the last proposal, and make the next."""
        library = problem.library
        z = state.moved(library, state.proposal)
        h = bound_preactivation(problem, _WHAT).value(z)
        proposal = relu(library, z - self.alpha * (z - h))
        return replace(state, z=z, f=relu(library, h), move=proposal - z, proposal=proposal)


SOLVER = ForwardBackward
