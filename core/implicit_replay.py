"""A step of an implicit Runge-Kutta method that can be differentiated: solved without a tape, then put on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .array_derivatives import ArrayDerivatives
from .array_library import TORCH
from .deferred import deferred
from .exact_steps import exact_step
from .implicit_step import ImplicitStep
from .implicit_tableau import ImplicitTableau
from .linear_steps import Begun
from .root_problem import BoundMap
from .root_solvers.newton import Newton
from .stage_equation import all_stages, one_stage
from .stage_solution import solve_stages
from .stepper import Attempt, Memory
from .taped_field import TapedField

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")


class ImplicitReplay(ImplicitStep):
    """The steps of `tableau` along `taped`, their equations solved to rounding along `plain`, the same field without
    a tape or tangents.

    The stages solve Z = G(Z, z, p). From the solution Z* that was found, Z = Z* - (I - G_Z)^-1 (Z* - G(Z*, z, p)) has
    that value, after one more iteration of Newton's method, and the derivative (I - G_Z)^-1 (G_z, G_p) of the implicit
    function theorem, in reverse and in forward mode.

    formula: the field in numpy, which solves and differentiates sooner, where it is a formula; copies: all rows are
    there so often, one after the other, and are solved once.
    guess (L, s, n): slopes from which the next step's equations are solved, such as those of the forward run; None
    takes the slope at the start. unsolved: how many equations had no solution.
    """

    def __init__(
        self,
        taped: TapedField,
        plain: TapedField,
        tableau: ImplicitTableau,
        formula: ArrayDerivatives | None = None,
        copies: int = 1,
    ) -> None:
        super().__init__(taped.bound, tableau, None, Newton())
        self._plain, self._formula, self._copies = plain.bound, formula, copies
        if formula is not None:
            self._plain = replace(plain.bound, jacobian=self._matrix)
        self._solved = False
        self.guess: Tensor | None = None
        self.unsolved = 0

    def open(self, _t: Tensor, _z: Tensor, _slope: Tensor | None) -> Memory:
        """Nothing: a slope at the start is computed where it is used."""
        return ()

    def step(self, t: Tensor, h: Tensor, z: Tensor, _memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        width = h.to(z.dtype)[:, None]
        with torch.no_grad():
            guess = self._slopes(t, z.detach()) if self.guess is None else self.guess
            self._solved = self._formula is not None
            if self._formula is not None:
                guess = self._in_numpy(self._formula, t, h, z.detach(), guess)
        slopes = (self._in_turn if self._tableau.diagonal else self._together)(t, h, z, guess)
        z1 = z + width * self._weighted("b", slopes)
        return Attempt(z1, slopes, z1.new_zeros(len(z)), (), 0)

    def _slopes(self, t: Tensor, z: Tensor) -> Tensor:
        """That at the start, for every stage."""
        first: Tensor = self._plain.slope(t, z)
        return first[:, None].expand(len(z), self._tableau.stages, z.shape[1])

    def _in_numpy(self, formula: ArrayDerivatives, t: Tensor, h: Tensor, z: Tensor, guess: Tensor) -> Tensor:
        """The slopes that solve the equations of all stages."""
        once = slice(0, len(z) // self._copies)
        begun = Begun(*(array[once].numpy() for array in (t, h, z, guess)))
        with np.errstate(all="ignore"):
            _, slopes, solved = exact_step(formula, self._tableau, begun)
        self.unsolved += int((~solved).sum())
        return torch.from_numpy(slopes).repeat(self._copies, 1, 1)

    def _matrix(self, t: Tensor, z: Tensor) -> Tensor:
        assert self._formula is not None
        rows = len(z) // self._copies
        found = self._formula.jacobian(t[:rows].numpy(), z[:rows].detach().numpy())
        return torch.from_numpy(found).repeat(self._copies, 1, 1)

    def _in_turn(self, t: Tensor, h: Tensor, z: Tensor, guess: Tensor) -> Tensor:
        width = h.to(z.dtype)[:, None]
        slopes: list[Tensor] = []
        for place, (row, node) in enumerate(zip(self._numbers.a, self._numbers.c, strict=True)):
            base, time = z, t + node * h
            for weight, slope in zip(row[:place].tolist(), slopes, strict=True):
                base = base + weight * width * slope if weight else base
            if not row[place]:
                slopes.append(self.slope(time, base))
                continue
            reach = width * float(row[place])
            live = one_stage(self._field, time, base, reach)
            plain = one_stage(self._plain, time, base.detach(), reach)
            slopes.append(self._attached(live, plain, reach * guess[:, place], base.detach()) / reach)
        return torch.stack(slopes, dim=1)

    def _together(self, t: Tensor, h: Tensor, z: Tensor, guess: Tensor) -> Tensor:
        width, shape = h.to(z.dtype)[:, None], guess.shape
        a, nodes, inverse = (self._array(name, z) for name in ("a", "c", "inverse"))
        times = t[:, None] + h[:, None] * nodes.to(t.dtype)
        live, plain = (
            all_stages(field, times, start, width, a) for field, start in ((self._field, z), (self._plain, z.detach()))
        )
        first = (width[..., None] * torch.einsum("ij,ljn->lin", a, guess)).reshape(len(z), -1)
        found = self._attached(live, plain, first, z.detach().repeat(1, self._tableau.stages))
        return torch.einsum("ij,ljn->lin", inverse, found.reshape(shape)) / width[..., None]

    def _attached(self, live: BoundMap, plain: BoundMap, guess: Tensor, base: Tensor) -> Tensor:
        """The solution of `plain`, on the tape of `live`. base (L, m): what it is added to."""
        with torch.no_grad():
            solution: Tensor = guess
            if not self._solved:
                size = base.abs() + guess.abs()
                found = solve_stages(self._solver, plain, guess, size, self._scale(size), self._tolerance)
                self.unsolved += int((~found.solved).sum())
                solution = found.z
            matrix = TORCH.eye(guess.shape[1], guess) - plain.jacobian(solution)
        correction: Tensor = torch.linalg.solve_ex(matrix, (solution - live.value(solution))[..., None])[0]
        return solution - correction[..., 0]
