"""Damped Picard iteration: go a fraction of the way to the map's value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

import numpy as np

from ..array_library import ArrayLibrary
from ..layer_spectrum import best_damping, spectrum
from ..parameter import Choice, Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened


@dataclass(frozen=True)
class DampedState(State):
    """With the fraction of the next move, beta (S,), and the number of the iteration; None where beta is given."""

    beta: Any
    number: int


@dataclass(frozen=True)
class Damped(RootSolver):
    """z <- (1 - beta) z + beta f(z). An eigenvalue lambda of J = df/dz becomes 1 - beta (1 - lambda).

    damping "spectrum": beta in (0, 1] makes the greatest |1 - beta (1 - lambda)| least at the point reached, found
    anew at the iterations 1, 2, 4, 8, ...; the given beta where none converges, for some Re lambda >= 1.
    """

    beta: Annotated[float, Range(0.01, 1.0, symbol="β", help="fraction of the way to f(z) that is gone; 1: Picard")] = (
        0.5
    )
    damping: Annotated[
        str, Choice(("given", "spectrum"), help="β as given, or the best for the eigenvalues of the Jacobian")
    ] = "given"

    name: ClassVar[str] = "damped"
    title: ClassVar[str] = "damped Picard"
    citation: ClassVar[str] = (
        "M. A. Krasnoselskii, Uspekhi Mat. Nauk 10 (1955) 123; W. R. Mann, Proc. Amer. Math. Soc. 4 (1953) 506"
    )
    help: ClassVar[str] = "Goes a fraction of the way to f(z): tames a cycle, at the price of speed."
    family: ClassVar[str] = "Fixed point"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 0
    strides: ClassVar[bool] = True

    def init(self, problem: BoundMap, z: Any, active: Any) -> DampedState:
        """Nothing is evaluated."""
        return DampedState(**opened(problem, z, active), beta=None, number=0)

    def step(self, problem: BoundMap, state: DampedState) -> DampedState:
        """Go the fraction beta towards the last f and evaluate there."""
        beta = self.beta if state.beta is None else state.beta[:, None]
        z = state.moved(problem.library, state.z + beta * (state.f - state.z))
        f = problem.value(z)
        if self.damping == "given":
            return replace(state, z=z, f=f, move=beta * (f - z))
        number = state.number + 1
        chosen = number & (number - 1) == 0
        best = self._best(problem.library, problem.jacobian(z), z) if chosen else state.beta
        spent = problem.library.stack([problem.library.full_like(best, cost) for cost in (1.0, float(chosen))], axis=1)
        return replace(state, z=z, f=f, move=best[:, None] * (f - z), spent=spent, beta=best, number=number)

    def _best(self, library: ArrayLibrary, jacobian: Any, z: Any) -> Any:
        """The beta (S,) for J (S, n, n), like z."""
        found, _ = best_damping(spectrum(library.host(jacobian)))
        found = np.where(np.isnan(found), self.beta, found)
        return library.cast(library.mask(found, z), z.dtype)


SOLVER = Damped
