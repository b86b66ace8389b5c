"""One step of an explicit Runge-Kutta method for a batch of samples, in torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .deferred import deferred
from .step_rules import COARSE_SHARE, NO_ERROR, root_mean_square
from .tableau import Tableau

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float
    from torch import Tensor
else:
    torch = deferred("torch")


class ExplicitStep:
    """The steps of `tableau` along `function`.

    function: f(t, z) on tensors, t (B,), z (B, n) -> (B, n).
    tolerances: (rtol, atol), or None for steps without an error estimate.
    """

    def __init__(
        self,
        function: Callable[[Tensor, Tensor], Tensor],
        tableau: Tableau,
        tolerances: tuple[float, float] | None,
    ) -> None:
        self.tableau = tableau
        self.tolerances = tolerances
        self._function = function
        self._a = [[float(number) for number in row] for row in tableau.a]
        self._b = [float(number) for number in tableau.b]
        self._c = [float(number) for number in tableau.c]
        self._e = [float(number) for number in tableau.error_weights or ()]
        self._coarse = [float(number) for number in tableau.coarse_error_weights or ()]

    def slope(self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]) -> Float[Tensor, "B n"]:
        """f(t, z). Time is kept in float64 whatever the state's dtype, and rounded here."""
        return self._function(t.to(z.dtype), z)

    def step(
        self, t: Float[Tensor, "B"], h: Float[Tensor, "B"], z: Float[Tensor, "B n"], first: Float[Tensor, "B n"]
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B s n"], Float[Tensor, "B"]]:
        """One step of size h (each sample its own) from z at t, whose slope is `first`: (z1, stages, error).

        error: the error ratio, 0 without tolerances; NaN where a stage or z1 is not finite.
        """
        width = h.to(z.dtype)[:, None]
        stages, reached = [first], None
        for row, node in zip(self._a[1:], self._c[1:], strict=True):
            state = z + width * _combination(row, stages)
            if len(stages) == self.tableau.end_stage:  # where a stage sits at the end of the step, it is its argument
                reached = state
            stages.append(self.slope(t + node * h, state))
        z1 = z + width * _combination(self._b, stages) if reached is None else reached
        every = torch.stack(stages, dim=1)
        return z1, every, self._error(width, z, z1, stages).masked_fill(~_finite(z1, every), torch.nan)

    def tolerances_in(self, dtype: torch.dtype) -> tuple[float, float]:
        """(rtol, atol), atol never 0 in that dtype: a component that stays 0 has no error, not 0/0."""
        rtol, atol = self.tolerances or (torch.nan, torch.nan)
        return rtol, max(atol, torch.finfo(dtype).tiny)

    def _error(self, width: Tensor, z: Tensor, z1: Tensor, stages: list[Tensor]) -> Float[Tensor, "B"]:
        """sqrt(mean_i (e_i / (atol + rtol max(|z_i|, |z1_i|)))^2), e = h sum (b_i - b_hat_i) k_i.

        Of two estimates e^2 / sqrt(e^2 + 0.01 e_c^2) with the ratios e and e_c.
        """
        if self.tolerances is None:
            return torch.zeros_like(z[:, 0])
        rtol, atol = self.tolerances_in(z.dtype)
        scale = atol + rtol * torch.maximum(z.abs(), z1.abs())
        ratio: Tensor = root_mean_square(width * _combination(self._e, stages) / scale)
        if not self._coarse:
            return ratio
        coarse = root_mean_square(width * _combination(self._coarse, stages) / scale)
        joint = ratio * (ratio / (ratio * ratio + COARSE_SHARE * coarse * coarse + NO_ERROR) ** 0.5)
        return torch.where(torch.isfinite(ratio), joint, ratio)


def _combination(weights: Sequence[float], stages: Sequence[Tensor]) -> Tensor:
    """sum_i w_i k_i, term by term: a matrix product may round a sample differently when its batch changes."""
    total: Tensor | None = None
    for weight, stage in zip(weights, stages, strict=True):
        if weight:
            total = weight * stage if total is None else total.add_(weight * stage)
    return torch.zeros_like(stages[0]) if total is None else total


def _finite(z1: Tensor, stages: Tensor) -> Bool[Tensor, "B"]:
    return torch.isfinite(z1).all(dim=1) & torch.isfinite(stages).flatten(1).all(dim=1)
