"""Steffensen's method: extrapolate two applications of the map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..array_library import ArrayLibrary
from ..parameter import Choice
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened

_LEAST_COSINE = 1e-3
"""Where g and d are nearer to a right angle, no multiple of g shortens the residual: z <- f(z)."""


@dataclass(frozen=True)
class Steffensen(RootSolver):
    """With g = f(z) - z and d = f(f(z)) - 2 f(z) + z, for one unknown z <- z - g^2 / d, of order 2.

    components: that in every component; of order 2 where the unknowns do not depend on each other, and where they do
    it need not converge. vector: z <- z - g (g . d) / |d|^2, which makes the residual of the linearised map least
    along g. Where d = 0, of a component or whole, z <- f(z).
    """

    form: Annotated[
        str, Choice(("vector", "components"), help="several unknowns: one factor for all of them, or each its own")
    ] = "vector"

    name: ClassVar[str] = "steffensen"
    title: ClassVar[str] = "Steffensen"
    citation: ClassVar[str] = (
        "J. F. Steffensen, Skand. Aktuarietidskr. 16 (1933) 64; A. C. Aitken, Proc. R. Soc. Edinb. 46 (1926) 289"
    )
    help: ClassVar[str] = "Extrapolates two applications of the map: order 2 for one unknown, two evaluations each."
    family: ClassVar[str] = "Accelerated"
    opening: ClassVar[int] = 1
    evaluations: ClassVar[int] = 2

    def init(self, problem: BoundMap, z: Any, active: Any) -> State:
        """Evaluate f at the start."""
        return replace(State(**opened(problem, z, active)), f=problem.value(z))

    def step(self, problem: BoundMap, state: State) -> State:
        """Evaluate f(f(z)), extrapolate, and evaluate there."""
        library = problem.library
        g = state.f - state.z
        d = problem.value(state.moved(library, state.f)) - state.f - g
        extrapolated = _by_component if self.form == "components" else _by_vector
        z = state.moved(library, state.z + extrapolated(library, g, d))
        return replace(state, z=z, f=problem.value(z), move=z - state.z)


def _by_component(library: ArrayLibrary, g: Any, d: Any) -> Any:
    flat = d == 0.0
    return library.where(flat, g, -g * (g / library.where(flat, 1.0, d)))


def _by_vector(library: ArrayLibrary, g: Any, d: Any) -> Any:
    length = library.norm(d)
    flat = length == 0.0
    length = library.where(flat, 1.0, length)
    along = library.total(g * (d / length[:, None]))
    flat = flat | (abs(along) <= _LEAST_COSINE * library.norm(g))
    return library.where(flat[:, None], g, -g * (along / length)[:, None])


SOLVER = Steffensen
