"""The adjoint equation u = J^T u + v solved as what it is, a fixed-point equation, by a root solver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

from .adjoint_equation import AdjointEquation
from .array_library import TORCH
from .deferred import deferred
from .root_problem import BoundMap
from .root_solver import RootSolver

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float
    from torch import Tensor
else:
    torch = deferred("torch")

_FLOOR, _NEAR = 8.0, 64.0
"""Residuals of so many roundings of u: as small as they come; and so small that they may come no nearer."""
_PATIENCE = 20
"""Products without a smaller residual that are waited for near the floor."""


@dataclass(frozen=True)
class AdjointAnswer:
    """Of each of S samples: u (S, n), the one with the least residual; solved (S,), whether that is small enough.

    residual: |J^T u + v - u| / |v|, the largest of all samples. growth: by which the largest residual was multiplied
    a product over the second half of the search.
    """

    u: Float[Tensor, "S n"]
    solved: Bool[Tensor, "S"]
    residual: float
    growth: float


def solve_adjoint(equation: AdjointEquation, solver: RootSolver, tolerance: float, most: int) -> AdjointAnswer:
    """u with |J^T u + v - u| <= tolerance |v|, or as small as rounding lets it be, from u = v.

    solver: one that asks for values of its map alone. most: products at most.

    A sample that is solved stays where it is, and so does one whose residual exceeds |v| by more than the dtype's
    digits: nothing of v is left in it.
    """
    with torch.no_grad():
        search = _Search(equation, solver, tolerance)
        while bool(search.active.any()) and equation.products < most:
            search.step()
    residuals = torch.stack(search.residuals)
    relative = (search.least / equation.scale.clip(min=torch.finfo(equation.v.dtype).tiny)).max()
    return AdjointAnswer(search.best, search.solved(), float(relative), _growth(residuals))


class _Search:
    """The samples under way; least (S,): the residual of `best` (S, n)."""

    def __init__(self, equation: AdjointEquation, solver: RootSolver, tolerance: float) -> None:
        self._equation, self._solver, self._tolerance = equation, solver, tolerance
        self._problem = BoundMap(
            TORCH,
            lambda u: equation.transposed(u) + equation.v,
            _unasked,
            lambda _u: equation.transposed,
            _unasked,
            _unasked,
        )
        self.best = equation.v
        self.least = torch.full_like(equation.scale, torch.inf)
        self.residuals: list[Tensor] = []
        self._waited = torch.zeros_like(equation.scale)
        self.active = torch.ones_like(equation.scale, dtype=torch.bool)
        self._state = solver.init(self._problem, equation.v, self.active)
        if not solver.opening:
            self._state = solver.step(self._problem, self._state)
        self._look()

    def step(self) -> None:
        """One iteration of the samples under way."""
        self._state = self._solver.step(self._problem, replace(self._state, active=self.active))
        self._look()

    def solved(self) -> Bool[Tensor, "S"]:
        """Which samples are."""
        return self.least <= self._allowed(_NEAR)

    def _look(self) -> None:
        """Keep the better points, and end the samples that are solved or lost."""
        state, active = self._state, self.active
        residual = TORCH.norm(state.f - state.z)
        better = active & (residual < self.least)
        self.best = torch.where(better[:, None], state.z, self.best)
        self.least = torch.where(better, residual, self.least)
        self._waited = torch.where(better, 0.0, self._waited + 1.0)
        self.residuals.append(torch.where(active, residual, self.least))
        there = self.least <= self._allowed(_FLOOR)
        stuck = (self.least <= self._allowed(_NEAR)) & (self._waited >= _PATIENCE)
        lost = ~(residual * self._equation.epsilon <= self._equation.scale)
        self.active = active & ~there & ~stuck & ~lost

    def _allowed(self, roundings: float) -> Float[Tensor, "S"]:
        """The residual that counts as none."""
        rounding = roundings * self._equation.epsilon * TORCH.norm(self.best)
        return torch.maximum(self._tolerance * self._equation.scale, rounding)


def _unasked(*_arrays: Any) -> NoReturn:
    raise TypeError("an adjoint equation is solved by the values of its map alone: choose another solver")


def _growth(residuals: Float[Tensor, "K S"]) -> float:
    """By which the largest finite residual is multiplied a step, over the second half."""
    sizes = residuals.nan_to_num(nan=0.0, posinf=0.0).amax(dim=1)
    middle, last = (len(sizes) - 1) // 2, len(sizes) - 1
    if last == middle or not float(sizes[middle]) > 0.0:
        return 1.0
    return float((sizes[last] / sizes[middle]) ** (1.0 / (last - middle)))


def unsolved(solved: Bool[Tensor, "S"], residual: float) -> str:
    """What there is to say of samples that are not solved; empty where all are."""
    if bool(solved.all()):
        return ""
    count = int((~solved).sum())
    return f"the adjoint equation of {count} of {len(solved)} samples was left with a residual of {residual:.2g} |v|"
