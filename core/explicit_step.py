"""One step of an explicit Runge-Kutta method for a batch of samples, in torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .array_library import TORCH
from .deferred import deferred
from .step_rules import attempt_evaluations, root_mean_square
from .stepper import Attempt, Memory, Stepper

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float
    from torch import Tensor

    from .tableau import Tableau
else:
    torch = deferred("torch")


class ExplicitStep(Stepper):
    """The steps of `tableau` along `function`. Its memory is the slope (L, n) where the last accepted step ended.

    function: f(t, z) on tensors, t (B,), z (B, n) -> (B, n).
    tolerances: (rtol, atol), or None for steps without an error estimate.
    """

    def __init__(
        self,
        function: Callable[[Tensor, Tensor], Tensor],
        tableau: Tableau,
        tolerances: tuple[float, float] | None,
    ) -> None:
        self.method = self.tableau = tableau
        self.library = TORCH
        self.tolerances = tolerances
        self._function = function
        self._a = [[float(number) for number in row] for row in tableau.a]
        self._b = [float(number) for number in tableau.b]
        self._c = [float(number) for number in tableau.c]
        self._e = [float(number) for number in tableau.error_weights or ()]

    @property
    def least_calls(self) -> int:
        """Those of every step."""
        return attempt_evaluations(self.tableau)

    @property
    def opening_calls(self) -> int:
        """The slope at the start where later ones come from the step before."""
        return int(self.tableau.first_same_as_last)

    def slope(self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]) -> Float[Tensor, "B n"]:
        """f(t, z). Time is kept in float64 whatever the state's dtype, and rounded here."""
        return self._function(t.to(z.dtype), z)

    def open(self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"], slope: Tensor | None) -> Memory:
        """The slope at the start."""
        if not self.tableau.first_same_as_last:
            return ()
        return (self.slope(t, z) if slope is None else slope,)

    def step(self, t: Float[Tensor, "B"], h: Float[Tensor, "B"], z: Float[Tensor, "B n"], memory: Memory) -> Attempt:
        """One step of size h (each sample its own) from z at t."""
        reuse = self.tableau.first_same_as_last
        width = h.to(z.dtype)[:, None]
        stages, state = [memory[0] if reuse else self.slope(t, z)], z
        for row, node in zip(self._a[1:], self._c[1:], strict=True):
            state = z + width * _combination(row, stages)
            stages.append(self.slope(t + node * h, state))
        # where the last stage sits at the end of the step, its argument is the result
        z1 = state if self.tableau.first_same_as_last else z + width * _combination(self._b, stages)
        every = torch.stack(stages, dim=1)
        error = self._error(width, z, z1, stages).masked_fill(~_finite(z1, every), torch.nan)
        return Attempt(z1, every, error, (stages[-1],) if reuse else (), self.least_calls)

    def _error(self, width: Tensor, z: Tensor, z1: Tensor, stages: list[Tensor]) -> Float[Tensor, "B"]:
        """sqrt(mean_i (e_i / (atol + rtol max(|z_i|, |z1_i|)))^2), e = h sum (b_i - b_hat_i) k_i."""
        if self.tolerances is None:
            return torch.zeros_like(z[:, 0])
        rtol, atol = self.tolerances_for(z)
        scale = atol + rtol * torch.maximum(z.abs(), z1.abs())
        ratio: Tensor = root_mean_square(width * _combination(self._e, stages) / scale)
        return ratio


def _combination(weights: Sequence[float], stages: Sequence[Tensor]) -> Tensor:
    """sum_i w_i k_i, term by term: a matrix product may round a sample differently when its batch changes."""
    total: Tensor | None = None
    for weight, stage in zip(weights, stages, strict=True):
        if weight:
            total = weight * stage if total is None else total.add_(weight * stage)
    return torch.zeros_like(stages[0]) if total is None else total


def _finite(z1: Tensor, stages: Tensor) -> Bool[Tensor, "B"]:
    return torch.isfinite(z1).all(dim=1) & torch.isfinite(stages).flatten(1).all(dim=1)
