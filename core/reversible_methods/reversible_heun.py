"""The reversible Heun method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..reversible_step import ReversibleMethod
from ..stepper import Memory, Stepper


@dataclass(frozen=True)
class ReversibleHeun(ReversibleMethod):
    """y1 = y + h (f(Y) + f(Y1)) / 2 with the companion Y1 = 2 y - Y + h f(Y).

    From its end it goes back the same way: Y = 2 y1 - Y1 - h f(Y1). It is stable on the imaginary axis between -i and
    i alone. Its memory: the companion and the slope there.
    """

    name: str = "reversible_heun"
    title: str = "Reversible Heun"
    citation: str = "P. Kidger, J. Foster, X. Li, T. Lyons, Efficient and Accurate Gradients for Neural SDEs (2021)"
    help: str = "Two states side by side: any step can be undone exactly, so gradients need no stored states."

    @property
    def nodes(self) -> tuple[float, ...]:
        """The end."""
        return (1.0,)

    def opening(self, z: Any, slope: Any) -> Memory:
        """The companion is the state itself."""
        return z, slope

    def move(self, stepper: Stepper, t: Any, h: Any, z: Any, memory: Memory) -> tuple[Any, Any, Memory]:
        """One evaluation, at the new companion."""
        companion, slope = memory
        after = 2.0 * z - companion + stepper.library.cast(h, z.dtype)[:, None] * slope
        last = stepper.slope(t + h, after)
        return slope, last, (after, last)


METHOD = ReversibleHeun()
