"""Powell's dogleg: Newton's step, bent towards the steepest descent where it would leave the region of trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..array_library import ArrayLibrary
from ..dense_matrices import product, transposed_product
from ..gain_ratio import ModelState, opened_model, renewed, tried
from ..merit import full_step, scaled_columns, unit
from ..newton_matrix import newton_step
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver

_POOR, _GOOD = 0.25, 0.75
"""Gains below which the radius shrinks, and above which it may grow."""


@dataclass(frozen=True)
class DoglegState(ModelState):
    """With the radius of trust (S,), that of |D d|; NaN before the first step."""

    radius: Any


@dataclass(frozen=True)
class Dogleg(RootSolver):
    """z <- z + d with |D d| <= R, where it shortens g = f(z) - z as the model g - (I - J) d says, R by that gain.

    d is Newton's step where it is inside; else the point at R of the path from z to the minimum of the model along
    its steepest descent, the Cauchy point, and from there to Newton's; on the first part where I - J is singular.
    D holds the greatest length of each column of I - J so far, so that the units of z do not matter. The first R is
    a factor times |D z|, or |g| if that is more. Order 2 where I - J is regular.
    """

    first: Annotated[float, Range(0.01, 1000.0, log=True, help="the first radius, as a factor")] = 100.0

    name: ClassVar[str] = "dogleg"
    title: ClassVar[str] = "Powell's dogleg"
    citation: ClassVar[str] = (
        "M. J. D. Powell, in P. Rabinowitz (ed.), Numerical Methods for Nonlinear Algebraic Equations, Gordon and "
        "Breach (1970) 87; J. J. More, B. S. Garbow, K. E. Hillstrom, User Guide for MINPACK-1, ANL-80-74 (1980)"
    )
    help: ClassVar[str] = "Newton inside a region of trust, steepest descent at its edge: roots from far away."
    family: ClassVar[str] = "Newton"
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> DoglegState:
        """Evaluate f at the start."""
        fields = opened_model(problem, z, active)
        return DoglegState(**fields, radius=problem.library.full_like(z[:, 0], float("nan")))

    def step(self, problem: BoundMap, state: DoglegState) -> DoglegState:
        """Try the step within the radius, and judge both."""
        library = problem.library
        state = renewed(problem, state)
        residual = state.f - state.z
        newton, singular = newton_step(library, state.matrix, residual)
        matrix, scale = scaled_columns(library, state.matrix, state.scale)
        radius = self._radius(library, state, scale)
        scaled = within(library, matrix, residual, scale * newton, singular, radius)
        step = scaled / scale
        move = full_step(library, state.matrix, residual, newton, singular, step)
        after, _ = tried(problem, replace(state, radius=radius), step, move)
        length = library.norm(scaled)
        shorter = _POOR * library.where(length < radius, length, radius)
        longer = library.where(2.0 * length > radius, 2.0 * length, radius)
        radius = library.where(after.gain < _POOR, shorter, library.where(after.gain > _GOOD, longer, radius))
        return replace(after, radius=radius)

    def details(self, state: DoglegState) -> Mapping[str, Any]:
        """radius (S,): of |D d|. gain (S,): of the last step."""
        return {"radius": state.radius, "gain": state.gain}

    def _radius(self, library: ArrayLibrary, state: DoglegState, scale: Any) -> Any:
        reach, length = library.norm(scale * state.z), library.norm(state.f - state.z)
        first = self.first * library.where(reach > length, reach, length)
        return library.where(library.module.isnan(state.radius), first, state.radius)


def within(library: ArrayLibrary, matrix: Any, residual: Any, newton: Any, singular: Any, radius: Any) -> Any:
    """The point u (S, n) on the dogleg of |residual - matrix u| that is at most `radius` (S,) away.

    newton (S, n): Newton's, which nobody uses where `singular` (S,).
    """
    length = library.norm(residual)
    gradient = transposed_product(library, matrix, unit(library, residual))
    slope = library.norm(gradient)
    bend = library.norm(product(library, matrix, gradient))
    downhill = gradient / library.where(slope > 0.0, slope, 1.0)[:, None]
    ratio = slope / library.where(bend > 0.0, bend, 1.0)
    cauchy = length * slope * ratio * ratio
    first = library.where((cauchy < radius) & (bend > 0.0), cauchy, radius)
    corner = downhill * first[:, None]
    second = newton - corner
    reach = library.norm(second)
    second = second / library.where(reach > 0.0, reach, 1.0)[:, None]
    unit_radius = library.where(radius > 0.0, radius, 1.0)
    share = first / unit_radius
    along = library.total(corner / unit_radius[:, None] * second)
    left = (1.0 - share) * (1.0 + share)
    root = library.module.sqrt(along * along + left)
    onward = unit_radius * left / library.where(along + root > 0.0, along + root, 1.0)
    bent = corner + library.where(onward < reach, onward, reach)[:, None] * second
    inside = library.norm(newton) <= radius
    return library.where(
        (inside & ~singular)[:, None], newton, library.where((singular | (first >= radius))[:, None], corner, bent)
    )


SOLVER = Dogleg
