"""One step of the backward differentiation formulas of variable order for a batch of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import placed
from .backward_differences import ALPHA, ERROR, GAMMA, HIGHEST, MONOMIALS, ROWS, UNIT
from .bound_field import BoundField
from .field_stepper import FieldStepper
from .root_solver import RootSolver
from .root_solvers.chord import Chord
from .stage_equation import one_stage
from .stage_solution import solve_stages
from .step_rules import LEAST_ERROR, root_mean_square
from .stepper import Attempt, Memory

if TYPE_CHECKING:
    from .integration_method import IntegrationMethod

_SAFE, _SAFETY = 0.03, 0.9
_SAME = 1e-8
"""Two steps whose sizes differ by no more than that share are equally long."""


class BdfStep(FieldStepper):
    """Steps of the orders 1 to 5, each sample its own.

    Its memory: the differences D (L, 8, n), D_0 = z, for steps of the size h_D (L,); the order k (L,); how many steps
    in a row were equally long (L,). With y_pred = sum_(i<=k) D_i and psi = sum_(i=1..k) gamma_i D_i / alpha_k, a step
    solves d = h / alpha_k f(t + h, y_pred + d) - psi; its local error is ERROR_k d. After k + 1 equal steps the order
    becomes that of k - 1, k and k + 1 whose step can be the longest.
    Source: L. F. Shampine, M. W. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1, sections 2.2 and 2.3.
    """

    def __init__(
        self,
        field: BoundField,
        method: IntegrationMethod,
        tolerances: tuple[float, float] | None,
        solver: RootSolver | None = None,
    ) -> None:
        super().__init__(field, method, tolerances)
        self._solver = solver or Chord()
        self._tables: dict[str, Any] = {}

    @property
    def least_calls(self) -> int:
        """One for the equation that is solved, at least."""
        return 1

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """Order 1, with the difference of a step of size 1."""
        slope = self.slope(t, z) if slope is None else slope
        zero = self.library.full_like(z, 0.0)
        differences = self.library.stack([z, slope, *[zero] * (ROWS - 2)], axis=1)
        one = self.library.full_like(t, 1.0)
        return differences, one, one, one - 1.0

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library = self.library
        differences, size, order, equal = memory
        ratio = h / size
        changed = abs(ratio - 1.0) > _SAME
        if bool(changed.any()):
            differences = library.where(changed[:, None, None], self._rescaled(differences, ratio, order), differences)
            equal = library.where(changed, 0.0, equal)
        used = self._up_to(order, ROWS, z)
        predicted = library.total((used * differences).swapaxes(1, 2))
        alpha = self._of_order("alpha", order, z)[:, None]
        rates = self._table("gamma", z)[None, :, None] * (used * differences)
        psi = library.total(rates.swapaxes(1, 2)) / alpha
        width = library.cast(h, z.dtype)[:, None] / alpha
        problem = one_stage(self._field, t + h, predicted - psi, width)
        rtol, atol = self.tolerances_for(z)
        scale = atol + rtol * abs(predicted)
        found = solve_stages(self._solver, problem, psi, predicted, scale, min(_SAFE, rtol**0.5))
        move = found.z - psi
        z1 = predicted + move
        after = self._moved_on(differences, move, order)
        error, factor, wanted = self._judged(after, z, z1, move, order, equal, found.iterations)
        error = self.where_finite(error, z1)
        error = library.where(found.solved, error, float("inf"))
        calls, iterations = (library.cast(count, library.module.int64) for count in (found.calls, found.iterations))
        stages = self._polynomial(after, order, h, z)
        renewed = library.where(wanted == order, equal + 1.0, 0.0)
        return Attempt(z1, stages, error, (after, h, wanted, renewed), calls, iterations, factor)

    def _rescaled(self, differences: Any, ratio: Any, order: Any) -> Any:
        """The differences up to the order, as they are for steps that are `ratio` times as long."""
        library = self.library
        like = differences[:, 0]
        place = self._table("place", like)
        rows = [library.full_like(ratio, 1.0)[:, None] + 0.0 * place]
        for row in range(1, HIGHEST + 1):
            rows.append(rows[-1] * (row - 1 - library.cast(ratio, like.dtype)[:, None] * place) / row)
        matrix = library.stack(rows, axis=1)  # (L, i, j)
        whole = library.total((matrix[:, :, :, None] * self._table("unit", like)[None, None]).swapaxes(2, 3))
        used = self._up_to(order, HIGHEST + 1, like)
        kept = used * differences[:, : HIGHEST + 1]
        new = library.total((whole[..., None] * kept[:, :, None]).swapaxes(1, 2).swapaxes(2, 3))
        low = library.where(used > 0.0, new, differences[:, : HIGHEST + 1])
        return library.concatenate([low, differences[:, HIGHEST + 1 :]], axis=1)

    def _moved_on(self, differences: Any, move: Any, order: Any) -> Any:
        """The differences at the end of the step, whose difference of order k + 1 is `move`."""
        library = self.library
        place = self._table("rows", move)[None]
        known = library.where((place <= order[:, None])[..., None], differences, 0.0)
        table = library.where((place == order[:, None] + 1.0)[..., None], move[:, None], known)
        sums: list[Any] = [table[:, ROWS - 1]]
        for row in range(ROWS - 2, -1, -1):
            sums.insert(0, table[:, row] + sums[0])
        second = move - self._row(differences, order + 1.0)
        beyond = library.where((place == order[:, None] + 2.0)[..., None], second[:, None], differences)
        return library.where((place <= order[:, None] + 1.0)[..., None], library.stack(sums, axis=1), beyond)

    def _judged(
        self, after: Any, z: Any, z1: Any, move: Any, order: Any, equal: Any, iterations: Any
    ) -> tuple[Any, Any, Any]:
        """The error ratio, the factor for the next step, and its order if this one is accepted."""
        library, module = self.library, self.library.module
        rtol, atol = self.tolerances_for(z)
        scale = atol + rtol * module.maximum(abs(z), abs(z1))
        most = 4.0  # iterations that a step should need at most
        safety = _SAFETY * (2.0 * most + 1.0) / (2.0 * most + iterations.clip(max=most))
        error = root_mean_square(self._of_order("error", order, z)[:, None] * move / scale)
        same = safety * error.clip(min=LEAST_ERROR) ** (-1.0 / (order + 1.0))
        ready = (equal >= order) & (error <= 1.0)
        best, wanted = same, order
        for shift in (-1.0, 1.0) if bool(ready.any()) else ():
            other = order + shift
            possible = (other >= 1.0) & (other <= float(HIGHEST))
            difference = self._of_order("error", other.clip(1.0, HIGHEST), z)[:, None] * self._row(after, other + 1.0)
            there = root_mean_square(difference / scale).clip(min=LEAST_ERROR)
            factor = safety * there ** (-1.0 / (other.clip(1.0, HIGHEST) + 1.0))
            better = possible & (factor > best)
            best, wanted = library.where(better, factor, best), library.where(better, other, wanted)
        factor = library.where(ready, best, library.where(error <= 1.0, 1.0, same))
        return error, factor, library.where(ready, wanted, order)

    def _row(self, differences: Any, row: Any) -> Any:
        """Of every sample the difference (L, n) of its own order."""
        places = self.library.cast(row, self.library.module.int64)
        return differences[self.library.module.arange(len(places), device=differences.device), places]

    def _polynomial(self, after: Any, order: Any, h: Any, z: Any) -> Any:
        """The coefficients of theta, ..., theta^5 (L, 5, n) inside the step, over h."""
        library = self.library
        used = self._up_to(order, HIGHEST + 1, z) * after[:, : HIGHEST + 1]
        monomials = self._table("monomials", z)
        found = library.total((monomials[None, :, :, None] * used[:, :, None]).swapaxes(1, 2).swapaxes(2, 3))
        return found[:, 1:] / library.cast(h, z.dtype)[:, None, None]

    def _up_to(self, order: Any, rows: int, like: Any) -> Any:
        """1 for differences up to the order, 0 for those beyond: (L, rows, 1)."""
        place = self._table("rows", like)[:rows]
        return self.library.cast(place[None] <= order[:, None], like.dtype)[..., None]

    def _of_order(self, name: str, order: Any, like: Any) -> Any:
        """The number of a table for every sample's own order (L,)."""
        numbers = self._table(name, like)
        return numbers[self.library.cast(order, self.library.module.int64)]

    def _table(self, name: str, like: Any) -> Any:
        if name not in self._tables:
            self._tables[name] = placed(self.library, _NUMBERS[name], like)
        return self._tables[name]


_NUMBERS = {
    "alpha": np.array(ALPHA),
    "gamma": np.array([*GAMMA, 0.0, 0.0]),
    "error": np.array(ERROR),
    "unit": UNIT,
    "monomials": MONOMIALS,
    "place": np.arange(HIGHEST + 1.0),
    "rows": np.arange(float(ROWS)),
}
