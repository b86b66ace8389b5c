"""One step of an explicit Runge-Kutta method for a batch of samples, on arrays of numpy or torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .array_library import TORCH, ArrayLibrary
from .lane_rows import beside
from .step_rules import COARSE_SHARE, NO_ERROR, attempt_evaluations, root_mean_square
from .stepper import Attempt, Memory, Stepper

if TYPE_CHECKING:
    from .tableau import Tableau


class ExplicitStep(Stepper):
    """The steps of `tableau` along `function`. Its memory is the slope (L, n) where the last accepted step ended.

    function: f(t, z) on arrays of `library`, t (B,), z (B, n) -> (B, n).
    tolerances: (rtol, atol), or None for steps without an error estimate.
    """

    def __init__(
        self,
        function: Callable[[Any, Any], Any],
        tableau: Tableau,
        tolerances: tuple[float, float] | None,
        library: ArrayLibrary = TORCH,
    ) -> None:
        self.method = self.tableau = tableau
        self.library = library
        self.tolerances = tolerances
        self._function = function
        self._a = [[float(number) for number in row] for row in tableau.a]
        self._b = [float(number) for number in tableau.b]
        self._c = [float(number) for number in tableau.c]
        self._e = [float(number) for number in tableau.error_weights or ()]
        self._coarse = [float(number) for number in tableau.coarse_error_weights or ()]

    @property
    def least_calls(self) -> int:
        """Those of every step."""
        return attempt_evaluations(self.tableau)

    @property
    def opening_calls(self) -> int:
        """The slope at the start where later ones come from the step before."""
        return int(self.tableau.first_same_as_last)

    def slope(self, t: Any, z: Any) -> Any:
        """f(t, z). Time is kept in float64 whatever the state's dtype, and rounded here."""
        return self._function(self.library.cast(t, z.dtype), z)

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """The slope at the start."""
        if not self.tableau.first_same_as_last:
            return ()
        return (self.slope(t, z) if slope is None else slope,)

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (each sample its own, or a number that all of them share) from z at t."""
        library, end = self.library, self.tableau.end_stage
        width = h if isinstance(h, float) else beside(library, h, z)
        stages, reached = [self.slope(t, z) if end is None else memory[0]], None
        for row, node in zip(self._a[1:], self._c[1:], strict=True):
            state = z + width * _combination(library, row, stages)
            if len(stages) == end:  # where a stage sits at the end of the step, it is its argument
                reached = state
            stages.append(self.slope(t + node * h, state))
        z1 = z + width * _combination(library, self._b, stages) if reached is None else reached
        # one block for each stage, as they were computed: to weave them into rows takes as long as the step
        every = library.stack(stages).swapaxes(0, 1)
        error = self._error(width, z, z1, stages)
        total = every.sum() + z1.sum()
        if not bool(total - total == 0.0):  # of infinities and NaN it is NaN; a tape keeps nothing of it
            finite = library.module.isfinite(every).all(2).all(1) & library.module.isfinite(z1).all(1)
            error = library.where(finite, error, float("nan"))
        return Attempt(z1, every, error, () if end is None else (stages[end],), self.least_calls)

    def _error(self, width: Any, z: Any, z1: Any, stages: Sequence[Any]) -> Any:
        """sqrt(mean_i (e_i / (atol + rtol max(|z_i|, |z1_i|)))^2), e = h sum (b_i - b_hat_i) k_i.

        Of two estimates e^2 / sqrt(e^2 + 0.01 e_c^2) with the ratios e and e_c.
        """
        library = self.library
        if self.tolerances is None:
            return library.full_like(z[:, 0], 0.0)
        rtol, atol = self.tolerances_for(z)
        scale = atol + rtol * library.module.maximum(abs(z), abs(z1))
        ratio = root_mean_square(width * _combination(library, self._e, stages) / scale)
        if not self._coarse:
            return ratio
        coarse = root_mean_square(width * _combination(library, self._coarse, stages) / scale)
        joint = ratio * (ratio / (ratio * ratio + COARSE_SHARE * coarse * coarse + NO_ERROR) ** 0.5)
        return library.where(library.module.isfinite(ratio), joint, ratio)


def _combination(library: ArrayLibrary, weights: Sequence[float], stages: Sequence[Any]) -> Any:
    """sum_i w_i k_i, term by term: a matrix product may round a sample differently when its batch changes."""
    total: Any = None
    for weight, stage in zip(weights, stages, strict=True):
        if not weight:
            continue
        if total is None:
            total = weight * stage
        else:
            total += weight * stage
    return library.full_like(stages[0], 0.0) if total is None else total
