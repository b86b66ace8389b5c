"""How the gallery's small picture of a text with noise goes its random way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.brownian_tree import brownian_values
from core.language import diffusion_of, python_field

if TYPE_CHECKING:
    from core.language import System

State = tuple[float, ...]


class PortraitNoise:
    """The steps of Euler and Maruyama along path `sample` of the seed: those of the program with such steps."""

    def __init__(self, system: System, values: Sequence[float], times: Sequence[float], seed: int, sample: int) -> None:
        self._drift, self._diffusion, self._values = python_field(system), python_field(diffusion_of(system)), values
        self._paths = brownian_values(seed, times, sample, system.size)

    def step(self, index: int, t: float, z: State, h: float) -> State:
        """From the time `index` to the next."""
        f, g = self._drift(t, z, self._values), self._diffusion(t, z, self._values)
        growth = (self._paths[index + 1] - self._paths[index]).tolist()
        return tuple(a + h * b + c * dw for a, b, c, dw in zip(z, f, g, growth, strict=True))
