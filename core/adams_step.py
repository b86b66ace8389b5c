"""One step of Adams's formulas of variable order, predicted and corrected once, for a batch of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import ArrayLibrary, placed
from .field_stepper import FieldStepper
from .step_rules import root_mean_square
from .stepper import Attempt, Memory

if TYPE_CHECKING:
    pass

HIGHEST = 8
"""The highest order of a predictor."""
ROWS = HIGHEST + 2
"""Divided differences of f that are kept: up to one order more than the highest, by which the order may rise."""
_SHARE = 0.5
"""Part of the allowed error that the next step is chosen for."""
_LEAST = 1e-12
_POWERS = np.arange(1.0, HIGHEST + 2.0)


class AdamsStep(FieldStepper):
    """Steps with predictors of the orders k = 1 to 8, each sample its own, and coefficients that fit any step sizes.

    Its memory: the modified divided differences Phi (L, 10, n) of f, Phi_0 = f where the last step ended; how far back
    the steps before began (L, 9), the last one first; the order k (L,); how many steps that order has lasted (L,).
    With Phi*_j = beta_j Phi_j it predicts p = z + h sum_(j<k) g_j Phi*_j, and with d = f(t + h, p) - sum_(j<k) Phi*_j
    goes to z1 = p + h g_k d, of the order k + 1, where it asks for f again. Its error is that of the corrector of the
    order k, h (g_k - g_(k-1)) d. The order falls or rises by one where that allows a longer step; a step is doubled,
    kept, or shortened.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, III.5 (5.3) to (5.12) and III.7.
    """

    @property
    def least_calls(self) -> int:
        """At the predicted state and at the corrected one."""
        return 2

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """Order 1, with the slope at the start; steps that never were are counted as 1, 2, ... long."""
        library = self.library
        slope = self.slope(t, z) if slope is None else slope
        zero, one = library.full_like(z, 0.0), library.full_like(t, 1.0)
        phi = library.stack([slope, *[zero] * (ROWS - 1)], axis=1)
        return phi, library.stack([float(back) * one for back in range(1, ROWS)], axis=1), one, one - 1.0

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,) from z (L, n) at t (L,)."""
        library = self.library
        phi, back, order, lasted = memory
        g, beta = coefficients(library, h, back)
        g, star = library.cast(g, z.dtype), library.cast(beta, z.dtype)[..., None] * phi
        width = library.cast(h, z.dtype)[:, None]
        used = self._below(order, z) * star
        predicted = z + width * library.total((g[..., None] * used).swapaxes(1, 2))
        extrapolated = library.total(used.swapaxes(1, 2))
        difference = self.slope(t + h, predicted) - extrapolated
        z1 = predicted + width * _of(library, g, order)[:, None] * difference
        slope = self.slope(t + h, z1)
        after = self._moved_on(star, slope)
        error, factor, wanted = self._judged(after, g, z, z1, width, difference, order, lasted)
        error = self.where_finite(error, z1, slope)
        corrected = self._moved_on(star, extrapolated + difference)
        stages = self._polynomial(corrected, h, back, order, z)
        fresh = library.concatenate([abs(h)[:, None], back[:, :-1] + abs(h)[:, None]], axis=1)
        renewed = library.where(wanted == order, lasted + 1.0, 0.0)
        return Attempt(z1, stages, error, (after, fresh, wanted, renewed), 2, None, factor)

    def _moved_on(self, star: Any, slope: Any) -> Any:
        """Phi at the end of the step, where f is `slope`: Phi_j = Phi_(j-1) - Phi*_(j-1)."""
        rows = [slope]
        for place in range(ROWS - 1):
            rows.append(rows[-1] - star[:, place])
        return self.library.stack(rows, axis=1)

    def _judged(
        self, after: Any, g: Any, z: Any, z1: Any, width: Any, difference: Any, order: Any, lasted: Any
    ) -> tuple[Any, Any, Any]:
        """The error ratio, the factor for the next step, and its order if this one is accepted."""
        library, module = self.library, self.library.module
        rtol, atol = self.tolerances_for(z)
        scale = (atol + rtol * module.maximum(abs(z), abs(z1))) / abs(width)

        def ratio(of: Any, term: Any) -> Any:
            """The error of the corrector of the order `of`, whose next difference is `term`."""
            weight = _of(library, g, of) - _of(library, g, of - 1.0)
            return root_mean_square(weight[:, None] * term / scale)

        def reach(error: Any, of: Any) -> Any:
            return (_SHARE / error.clip(min=_LEAST)) ** (1.0 / (of + 1.0))

        error = ratio(order, difference)
        best, wanted = reach(error, order), order
        for shift, allowed in ((-1.0, order > 1.0), (1.0, (lasted >= order) & (order < HIGHEST))):
            other = (order + shift).clip(1.0, float(HIGHEST))
            factor = reach(ratio(other, _of(library, after, other)), other)
            better = allowed & (error <= 1.0) & (factor > best)
            best, wanted = library.where(better, factor, best), library.where(better, other, wanted)
        kept = library.where(best >= 2.0, 2.0, library.where(best >= 1.0, 1.0, best.clip(0.5, 0.9)))
        return error, library.where(error <= 1.0, kept, best.clip(0.1, 0.9)), wanted

    def _polynomial(self, phi: Any, h: Any, back: Any, order: Any, z: Any) -> Any:
        """The coefficients of theta, ..., theta^9 (L, 9, n) inside the step, over h: the integral of the polynomial
        through the slopes that made z1, sum_(j<=k) Phi_j prod_(i<j) (theta - theta_i) / (1 - theta_(i+1))."""
        library = self.library
        zero = library.full_like(h, 0.0)
        place = [zero + 1.0, zero, *(-back[:, index] / abs(h) for index in range(HIGHEST - 1))]  # theta_0, theta_1, ...
        basis = library.stack([zero + 1.0, *[zero] * HIGHEST], axis=1)
        rows = [basis]
        for index in range(HIGHEST):
            raised = library.concatenate([zero[:, None], basis[:, :-1]], axis=1)
            basis = (raised - place[index][:, None] * basis) / (1.0 - place[index + 1])[:, None]
            rows.append(basis)
        table = library.cast(
            library.stack(rows, axis=1) / placed(library, _POWERS, h)[None, None], z.dtype
        )  # (L, j, power)
        used = self._below(order + 1.0, z)[:, :-1] * phi[:, :-1]
        return library.total((table[..., None] * used[:, :, None]).swapaxes(1, 2).swapaxes(2, 3))

    def _below(self, order: Any, like: Any) -> Any:
        """1 for differences below the order, 0 for the others: (L, 10, 1)."""
        places = self.library.stack([0.0 * order + float(place) for place in range(ROWS)], axis=1)
        return self.library.cast(places < order[:, None], like.dtype)[..., None]


def coefficients(library: ArrayLibrary, h: Any, back: Any) -> tuple[Any, Any]:
    """g_0, ..., g_9 and beta_0, ..., beta_9 (L, 10) for a step of size h (L,) after steps that began `back` (L, 9) ago.

    beta_j = beta_(j-1) (h + back_(j-1)) / back_j with back_0 = 0; c_(0,q) = 1 / q, c_(1,q) = 1 / (q (q + 1)),
    c_(j,q) = c_(j-1,q) - c_(j-1,q+1) h / (h + back_(j-1)), g_j = c_(j,1).
    """
    size = abs(h)
    one = library.full_like(size, 1.0)
    beta, g = [one], [one]
    row = library.stack([one / ((q + 1) * (q + 2)) for q in range(ROWS)], axis=1)
    reach = size
    for place in range(1, ROWS):
        beta.append(beta[-1] * reach / back[:, place - 1])
        if place > 1:
            row = row[:, :-1] - row[:, 1:] * (size / reach)[:, None]
        g.append(row[:, 0])
        reach = size + back[:, place - 1]
    return library.stack(g, axis=1), library.stack(beta, axis=1)


def _of(library: ArrayLibrary, table: Any, place: Any) -> Any:
    """Of every sample the entry of a table (L, rows, ...) at a place of its own (L,)."""
    places = library.cast(place, library.module.int64)
    return table[library.module.arange(len(places), device=table.device), places]
