"""A field followed over one span by all samples, or by each over a span of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from ..learner import Effort
from ..ode_layer import OdeLayer
from .followed_layer import followed_layer, spent

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
else:
    torch = deferred("torch")


class SpannedLayer:
    """span: that of all samples; where each has its own, one as long as the longest of them, in which fixed steps are
    as long as the experiment says. times: at how many equally distant times states are returned; None: at the end.

    Raises ValueError where a layer cannot be followed or differentiated so.
    """

    def __init__(
        self,
        field: Callable[..., Any],
        experiment: Experiment,
        span: tuple[float, float],
        times: int | None = None,
    ) -> None:
        self.span, self._times = span, times
        self._field, self._experiment = field, experiment
        self._common = self._last = followed_layer(field, experiment, span, self._moments(span))
        self._own: OdeLayer | None = None

    def __call__(
        self, z: Float[Tensor, "B n"], spans: Float[Tensor, "B 2"] | None = None, stretch: float = 0.0
    ) -> Tensor:
        """The states (B, n) at the end, or (B, T, n); spans: in float64; stretch: by which part of itself a span is
        longer."""
        begin, end = self.span
        if spans is None:
            self._last = self._common
            found: Tensor = self._common(z, (begin, end + stretch * (end - begin)))
            return found
        self._own = self._last = self._own or self._rescaled()
        gaps = (spans[:, 1:] - spans[:, :1]).to(z)  # before they lose digits
        carried = torch.cat((z, spans[:, :1].to(z), gaps), dim=1)
        ends: Tensor = self._own(carried, (0.0, 1.0 + stretch))[..., : z.shape[1]]
        return ends

    def effort(self) -> Effort:
        """Of the last call."""
        return spent(self._last)

    def _moments(self, span: tuple[float, float]) -> Float[np.ndarray, "T"] | None:
        return None if self._times is None else np.linspace(*span, self._times)

    def _rescaled(self) -> OdeLayer:
        """Over shares of the spans, from 0 to 1."""
        begin, end = self.span
        choice = self._experiment.integration
        shorter = replace(self._experiment, integration=replace(choice, step=choice.step / abs(end - begin)))
        return followed_layer(RescaledField(self._field), shorter, (0.0, 1.0), self._moments((0.0, 1.0)))


class RescaledField(torch.nn.Module):
    """(z, b, g)' = (g f(b + s g, z), 0, 0) over s from 0 to 1: z' = f(t, z) from t = b to b + g, every row with its own
    begin b and gap g, which are carried along.

    Their errors are 0, so that of n + 2 components the root mean square error is that of z times sqrt(n / (n + 2)).
    """

    def __init__(self, field: Callable[..., Any]) -> None:
        super().__init__()
        self.field = field

    def forward(self, s: Float[Tensor, "B 1"], carried: Float[Tensor, "B m"]) -> Float[Tensor, "B m"]:
        """The slopes over s."""
        z, begin, gap = carried[:, :-2], carried[:, -2:-1], carried[:, -1:]
        slopes = gap * self._rates(begin + s * gap, z)
        return torch.cat((slopes, torch.zeros_like(carried[:, -2:])), dim=1)

    def _rates(self, t: Float[Tensor, "B 1"], z: Float[Tensor, "B n"]) -> Tensor:
        found: Tensor = self.field(z) if isinstance(self.field, torch.nn.Sequential) else self.field(t, z)
        return found
