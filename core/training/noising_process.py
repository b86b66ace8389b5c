"""The process that turns data into noise, as a text's lines s and beta say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from ..language import System, output_size, torch_field, torch_output

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
else:
    torch = deferred("torch")

SCORE, RATE = "s", "beta"
"""The names of the lines."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_CHECKED = 64
"""Random states and times at which the text's equation is looked at."""
_SAME = 1e-9
_SMOOTH = 1e-6
"""By how much the integral of a smooth rate may hang on where it is split, of itself."""
_TINY = 1e-12
"""Beside which a rate of 0 is told from another."""


def _weights_like(weight: Tensor, random: torch.Generator) -> Tensor:
    """Others of this shape, none of them 0: at the weights at hand lines may agree that are not the same."""
    drawn: Tensor = torch.randn(weight.shape, generator=random, dtype=torch.float64)
    return drawn.div_(max(1, weight.shape[-1:].numel()) ** 0.5)


class NoisingProcess:
    """dx = -beta/2 x dt + sqrt(beta) dw from the begin a of the span on, which keeps a variance of 1:

    x_t = m x_a + sigma e, m = exp(-B/2), sigma^2 = 1 - m^2, B = int_a^t beta, e standard normal.

    Its densities p_t are those of the probability flow z' = -beta/2 (z + s), where s = grad log p_t: the line `s` of
    the text. The line `beta`, or a parameter of that name, hangs on t and parameters alone; B is exact where it is a
    polynomial, and within rounding where it is smooth, by Gauss-Legendre quadrature.

    Raises ValueError where the text is not of this form.

    Source: Y. Song and others, Score-based generative modeling through stochastic differential equations, ICLR 2021,
    equations 11, 13 and 29.
    """

    def __init__(self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter]) -> None:
        self.span = experiment.span or system.span
        self._named: dict[str, Any] = {**system.defaults(), **experiment.values, **weights}
        lines = {helper.name for helper in system.helpers}
        if SCORE not in lines:
            raise ValueError(f"score matching learns a line {SCORE} = ..., the score, and the text has none")
        if output_size(system, SCORE) != system.size:
            raise ValueError(f"the score {SCORE} needs {system.size} components, as many as the state")
        if RATE not in lines and RATE not in self._named:
            raise ValueError(f"score matching reads how fast noise comes in from {RATE} = ..., and the text has none")
        if RATE in lines and output_size(system, RATE) != 1:
            raise ValueError(f"{RATE} must be one number")
        self._size, self._score = system.size, torch_output(system, SCORE)
        self._line = torch_output(system, RATE) if RATE in lines else None
        self._check(torch_field(system), weights)

    def score(self, t: Float[Tensor, "B 1"], z: Float[Tensor, "B n"]) -> Float[Tensor, "B n"]:
        """What the text's line says, with its tape."""
        return self._score(t[:, 0], z, self._named).reshape(z.shape)

    def spread(self, t: Float[Tensor, "B 1"]) -> tuple[Float[Tensor, "B 1"], Float[Tensor, "B 1"]]:
        """m and sigma."""
        exponent = self._grown(torch.full_like(t, self.span[0]), t)
        return torch.exp(-0.5 * exponent), torch.sqrt(-torch.expm1(-exponent))

    def _grown(self, begin: Float[Tensor, "B 1"], t: Float[Tensor, "B 1"]) -> Float[Tensor, "B 1"]:
        """The integral of beta from `begin` to t."""
        half = 0.5 * (t - begin)
        nodes, weights = (torch.as_tensor(part).to(t) for part in (_NODES, _WEIGHTS))
        times = begin + half * (1.0 + nodes)
        rates = self._rate(times, t.new_zeros(*times.shape, self._size), self._named)
        return half * (rates * weights).sum(dim=1, keepdim=True)

    def _rate(self, t: Float[Tensor, "*B"], z: Float[Tensor, "*B n"], named: Mapping[str, Any]) -> Float[Tensor, "*B"]:
        """beta."""
        return torch.full_like(t, named[RATE]) if self._line is None else self._line(t, z, named).reshape(t.shape)

    def _check(self, field: Callable[..., Tensor], weights: Mapping[str, torch.nn.Parameter]) -> None:
        """Looks at the lines in double precision, at random states and weights, on the whole span."""
        (begin, end), random = self.span, torch.Generator().manual_seed(0)
        z = torch.randn((_CHECKED, self._size), generator=random, dtype=torch.float64)
        t = torch.linspace(begin, end, _CHECKED, dtype=torch.float64)
        with torch.no_grad():
            exact = {name: _weights_like(weight, random) for name, weight in weights.items()}
            named = {**self._named, **exact}
            rate = self._rate(t, z, named)
            other = self._rate(t, z.flip(0) + 1.0, {**named, **{name: 1.0 + weight for name, weight in exact.items()}})
            score = self._score(t, z, named).reshape(z.shape)
            apart = (field(t, z, named) + 0.5 * rate[:, None] * (z + score)).abs()
            off = float((apart / (0.5 * rate[:, None] * (z.abs() + score.abs()) + _TINY)).max())
        if not torch.equal(rate, other):
            raise ValueError(f"{RATE} must hang on t and parameters alone, not on the state nor on what is learnt")
        if not (bool((rate >= 0.0).all()) and float(rate.max()) > 0.0 and begin < end):
            raise ValueError(f"{RATE} must be above 0 from the begin of the time span to its end: noise only comes in")
        first, moments = torch.full_like(t, begin)[:, None], t[:, None]
        middle = 0.5 * (first + moments)
        with torch.no_grad():
            whole = self._grown(first, moments)
            parts = self._grown(first, middle) + self._grown(middle, moments)
        if not float((whole - parts).abs().max()) <= _SMOOTH * float(whole.max()):
            raise ValueError(
                f"{RATE} must be smooth: its integral is found by a quadrature, which jumps and kinks spoil"
            )
        if not off < _SAME:
            raise ValueError(
                f"score matching needs the probability flow of {SCORE}: write z' = -{RATE}/2*(z + {SCORE}), z the state"
            )
