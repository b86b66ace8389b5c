"""The inverse of Euler's steps: an implicit layer for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .deferred import deferred
from .equilibrium_layer import EquilibriumLayer

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

MOST = 2000
"""Iterations of one step."""
_ROUNDINGS = 16.0
"""The tolerance, in roundings of the numbers at hand."""


@dataclass(frozen=True)
class Inversion:
    """states (B, K + 1, n): from where the steps ended back to where they began; NaN from a step on whose iteration
    does not settle. iterations: the most that a sample took in one step. residual: the largest |y - h f(x) - x| that
    was left. unsettled: the share of samples that did not come back.
    """

    states: Float[Tensor, "B K+1 n"]
    iterations: int
    residual: float
    unsettled: float


def euler_inverse(
    f: Callable[[Float[Tensor, "B 1"], Float[Tensor, "B n"]], Float[Tensor, "B n"]],
    ends: Float[Tensor, "B n"],
    times: tuple[float, ...],
    step: float,
    tolerance: float | None = None,
) -> Inversion:
    """x of y = x + h f(t, x), for the last of `times` first, by Picard's iteration x <- y - h f(t, x) from y on.

    It settles wherever h f stretches by less than 1: a contraction, whose fixed point is the only one. tolerance: of
    |y - h f(x) - x|; None takes 16 roundings of the largest of `ends`, or of 1.

    Source: J. Behrmann and others, Invertible residual networks, ICML 2019, algorithm 1.
    """
    if tolerance is None:
        known = ends[torch.isfinite(ends)].abs()
        largest = max(1.0, float(known.max())) if known.numel() else 1.0
        tolerance = _ROUNDINGS * torch.finfo(ends.dtype).eps * largest
    states, iterations, residual = [ends], 0, 0.0
    for time in reversed(times):
        layer = _layer(f, time, step, tolerance)
        end = states[-1]
        with torch.no_grad():
            start = layer(end, end)
        report = layer.report
        assert report is not None
        settled = torch.tensor([outcome.success for outcome in report.outcomes], device=end.device)
        states.append(torch.where(settled[:, None], start, torch.nan))
        kept = settled.cpu().numpy()
        if kept.any():
            iterations = max(iterations, int(report.iterations[kept].max()))
            residual = max(residual, float(report.residual[kept].max()))
    lost = ~torch.isfinite(states[-1]).all(dim=1)
    return Inversion(torch.stack(states, dim=1), iterations, residual, float(lost.double().mean()))


def _layer(f: Callable[[Tensor, Tensor], Tensor], time: float, step: float, tolerance: float) -> EquilibriumLayer:
    def cell(x: Tensor, y: Tensor) -> Tensor:
        return y - step * f(x.new_full((1, 1), time).expand(len(x), 1), x)

    return EquilibriumLayer(cell, solver="picard", tol=tolerance, stop="absolute", iterations=MOST, failure="ignore")
