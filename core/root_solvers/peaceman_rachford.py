"""Peaceman-Rachford splitting of a layer z <- relu(W z + b)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..dense_matrices import product, regular_inverse
from ..fixed_point_map import FixedPointMap
from ..parameter import Range
from ..preactivation import bound_preactivation, relu, splitting_refusal
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened
from ..root_watch import SINGULAR

_WHAT = "Peaceman-Rachford splitting"


@dataclass(frozen=True)
class Split(State):
    """u (S, n): what z is the relu of. resolvent (S, n, n): (I + alpha (I - W))^-1, where `singular` (S,) does not
    hold. push (S, n): alpha b."""

    u: Any
    resolvent: Any
    singular: Any
    push: Any


@dataclass(frozen=True)
class PeacemanRachford(RootSolver):
    """v = 2 z - u, w = (I + alpha (I - W))^-1 (v + alpha b), u <- 2 w - v, z <- relu(u).

    It converges to the only root for every alpha > 0 where I - W has a symmetric part of at least m I, m > 0. One
    evaluation an iteration; the matrix W, b = h(0) and the inverse are computed once, at the start, where u = z.
    "step" measures the move of u, which is no shorter than that of z.
    """

    alpha: Annotated[float, Range(1e-3, 100.0, log=True, symbol="α", help="step: any converges, how fast differs")] = (
        1.0
    )

    name: ClassVar[str] = "peaceman_rachford"
    title: ClassVar[str] = "Peaceman-Rachford"
    citation: ClassVar[str] = (
        "D. W. Peaceman, H. H. Rachford, J. Soc. Indust. Appl. Math. 3 (1955) 28; "
        "E. Winston, J. Z. Kolter, Monotone operator equilibrium networks, NeurIPS (2020)"
    )
    help: ClassVar[str] = "Reflects at relu and at (I − W) z = b in turn: sure of a monotone layer, for any α."
    family: ClassVar[str] = "Splitting"
    opening: ClassVar[int] = 1

    @classmethod
    def refusal(cls, mapping: FixedPointMap) -> str | None:
        """It needs the form z <- relu(W z + b)."""
        return splitting_refusal(mapping, _WHAT)

    def init(self, problem: BoundMap, z: Any, active: Any) -> Split:
        """Evaluate f at the start, and W and b. Raises ValueError for a layer of another form."""
        library, inner = problem.library, bound_preactivation(problem, _WHAT)
        nothing = library.full_like(z, 0.0)
        unit = library.eye(z.shape[1], z)
        matrix = unit + self.alpha * (unit - inner.jacobian(nothing))
        resolvent, singular = regular_inverse(library, library.where(active[:, None, None], matrix, unit))
        fields = {**opened(problem, z, active), "f": problem.value(z)}
        ones = library.full_like(z[:, 0], 1.0)
        fields["spent"] = library.stack([2.0 * ones, ones], axis=-1)
        return Split(**fields, u=z, resolvent=resolvent, singular=singular, push=self.alpha * inner.value(nothing))

    def step(self, problem: BoundMap, state: Split) -> Split:
        """Reflect twice, move, and evaluate there."""
        library = problem.library
        turned = 2.0 * state.z - state.u
        inside = product(library, state.resolvent, turned + state.push)
        stays = ~state.active | state.singular
        u = library.where(stays[:, None], state.u, 2.0 * inside - turned)
        z = library.where(stays[:, None], state.z, relu(library, u))
        ones = library.full_like(state.fault, 1.0)
        return replace(
            state,
            z=z,
            f=problem.value(z),
            move=u - state.u,
            fault=library.where(state.singular & state.active, SINGULAR * ones, 0.0 * ones),
            spent=library.stack([ones, 0.0 * ones], axis=-1),
            u=u,
        )


SOLVER = PeacemanRachford
