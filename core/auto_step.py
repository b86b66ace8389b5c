"""Steps that are explicit while that is enough, and implicit where the system is stiff, each sample for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import placed
from .bound_field import BoundField
from .dense_output import dense_coefficients
from .field_stepper import FieldStepper
from .stage_equation import combined
from .stepper import Attempt, Memory

if TYPE_CHECKING:
    from .integration_method import IntegrationMethod
    from .tableau import Tableau

_LIMIT_SHARE, _PATIENCE, _FORGET = 0.6, 15.0, 6.0
"""A system counts as stiff after so many accepted explicit steps at that share of the limit of stability; as many as
the last ones in a row well below it wipe out the count. At tight tolerances stability holds steps back at 0.6 to 0.8
of the limit already, for the error that it lets grow is small."""
_GENTLE, _TRUST = 0.3, 20.0
"""It is stiff no more after so many implicit steps that an explicit one could take at that share of the limit."""
POWERS = 5
"""Recorded vectors: the coefficients of theta, ..., theta^5 of the solution inside a step, over h."""


class AutoStep(FieldStepper):
    """Steps of an explicit method, and of an implicit one for the samples that are stiff.

    The explicit method's last two stages lie at the end of the step, at two different points: |k_s - k_(s-1)| over
    the distance of their arguments estimates |lambda|, and where h |lambda| stays at the limit of stability, the step
    is held back by stability alone. Implicit steps measure |lambda| by the norm of df/dz.
    Its memory: the slope at the end of the last step (L, n); whether a sample is stiff, the two counts, since when it
    is stiff, and how often that changed (L,).
    Source: Hairer, Wanner, Solving Ordinary Differential Equations II, IV.2.
    """

    def __init__(
        self,
        field: BoundField,
        method: IntegrationMethod,
        explicit: Tableau,
        implicit: IntegrationMethod,
        limit: float,
        tolerances: tuple[float, float] | None,
    ) -> None:
        super().__init__(field, method, tolerances)
        self._limit, self._tableau = limit, explicit
        self._explicit, self._implicit = (each.stepper(field, tolerances) for each in (explicit, implicit))
        self._dense: dict[str, Any] = {}
        self._powers = {"explicit": dense_coefficients(explicit), "implicit": dense_coefficients(implicit)}

    @property
    def least_calls(self) -> int:
        """The smaller number of both."""
        return min(self._explicit.least_calls, self._implicit.least_calls)

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """Explicit, with nothing counted."""
        slope = self.slope(t, z) if slope is None else slope
        nothing = self.library.full_like(t, 0.0)
        return slope, nothing, nothing, nothing, self.library.full_like(t, float("nan")), nothing

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library, first = self.library, memory[0]
        is_stiff = memory[1] > 0.5
        parts: list[tuple[Any, Attempt, Any]] = []
        if not bool(is_stiff.all()):
            made = self._explicit.step(t, h, z, (first,))
            parts.append((~is_stiff, made, self._polynomial("explicit", made.stages)))
        if bool(is_stiff.any()):
            made = self._implicit.step(t, h, z, (first,))
            parts.append((is_stiff, made, self._polynomial("implicit", made.stages)))
        z1, stages, error, slope = (
            self._chosen([(mask, array) for (mask, *_), array in zip(parts, arrays, strict=True)])
            for arrays in zip(
                *((made.z1, powers, made.error, made.memory[0]) for _, made, powers in parts), strict=True
            )
        )
        ones = library.cast(library.full_like(t, 1.0), library.module.int64)
        calls = self._chosen([(mask, ones * made.calls) for mask, made, _ in parts])
        rounds = [(mask, ones * (0 if made.iterations is None else made.iterations)) for mask, made, _ in parts]
        counts = self._counted(t + h, self._size(t, h, z, parts), memory)
        return Attempt(z1, stages, error, (slope, *counts), calls, self._chosen(rounds))

    def accounts(self, memory: Memory, _count: int) -> tuple[str, ...]:
        """By which method, where it was not the explicit one all the way."""
        since, changes = (self.library.host(memory[place]) for place in (4, 5))
        sparse = self._field.sparse if changes.any() else None
        implicit, solved = self._implicit.method.title, "" if sparse is None else f", {sparse.summary}"
        return tuple(
            f"by {implicit} from t = {time:.4g} on, where it is stiff{solved}"
            if time == time
            else f"by both methods in turn, with {int(count)} changes{solved}"
            if count
            else ""
            for time, count in zip(since, changes, strict=True)
        )

    def _counted(self, end: Any, size: Any, memory: Memory) -> Memory:
        """What is remembered after a step to `end` with h |lambda| = size, but for the slope."""
        where = self.library.where
        _, stiff, held, calm, since, changes = memory
        is_stiff = stiff > 0.5
        near = ~is_stiff & (size > _LIMIT_SHARE * self._limit)
        loose = where(is_stiff, size < _GENTLE * self._limit, ~near)
        calm = where(loose, calm + 1.0, 0.0)
        held = where(near, held + 1.0, where(calm >= _FORGET, 0.0, held))
        becomes, ends = near & (held >= _PATIENCE), is_stiff & (calm >= _TRUST)
        changed = becomes | ends
        stiff = where(becomes, 1.0, where(ends, 0.0, stiff))
        since = where(becomes, end, where(ends, float("nan"), since))
        return (
            stiff,
            where(changed, 0.0, held),
            where(changed, 0.0, calm),
            since,
            where(changed, changes + 1.0, changes),
        )

    def _size(self, t: Any, h: Any, z: Any, parts: Sequence[tuple[Any, Attempt, Any]]) -> Any:
        """h |lambda| (L,)."""
        library, sizes = self.library, []
        for mask, made, _ in parts:
            if made.iterations is None:
                difference = made.stages[:, -1] - made.stages[:, -2]
                distance = h[:, None] * self._apart(made.stages)
            else:
                sparse = self._field.sparse
                matrix = self._field.jacobian(t, z).reshape(len(z), -1) if sparse is None else sparse.entries(t, z)
                difference, distance = matrix, library.full_like(z[:, :1], 1.0)
            apart = library.norm(distance)
            rate = library.norm(difference) / library.where(apart > 0.0, apart, 1.0)
            sizes.append((mask, abs(h) * library.where(apart > 0.0, rate, 0.0)))
        return self._chosen(sizes)

    def _apart(self, stages: Any) -> Any:
        """The distance of the arguments of the last two stages, over h."""
        rows = self._tableau.a
        weights = [float(number) for number in rows[-1]]
        for place, number in enumerate(rows[-2]):
            weights[place] -= float(number)
        return combined(self.library, self._array("apart", np.array([[*weights, 0.0]]), stages), stages)[:, 0]

    def _polynomial(self, name: str, stages: Any) -> Any:
        """The coefficients of theta, ..., theta^5 over h."""
        weights = np.zeros((POWERS, self._powers[name].shape[1]))
        weights[: len(self._powers[name])] = self._powers[name]
        return combined(self.library, self._array(name, weights, stages), stages)

    def _array(self, name: str, numbers: np.ndarray, like: Any) -> Any:
        if name not in self._dense:
            self._dense[name] = placed(self.library, numbers, like)
        return self._dense[name]

    def _chosen(self, parts: Sequence[tuple[Any, Any]]) -> Any:
        """Of several arrays the one whose mask holds."""
        mask, found = parts[0]
        if len(parts) == 1:
            return found
        return self.library.where(mask.reshape(-1, *[1] * (found.ndim - 1)), found, parts[1][1])
