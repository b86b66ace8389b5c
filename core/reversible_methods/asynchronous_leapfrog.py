"""The asynchronous leapfrog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..reversible_step import ReversibleMethod
from ..stepper import Memory, Stepper


@dataclass(frozen=True)
class AsynchronousLeapfrog(ReversibleMethod):
    """z1 = z + h (v + v1) / 2 with the companion v1 = 2 f(t + h/2, z + h v / 2) - v, a velocity.

    It is undone by the same step with -h. Its memory: the velocity.
    """

    name: str = "asynchronous_leapfrog"
    title: str = "Asynchronous leapfrog"
    citation: str = "U. Mutze, arXiv:1311.6602 (2013); J. Zhuang et al., MALI, ICLR 2021, arXiv:2102.04668"
    help: str = "Carries a velocity beside the state: every step can be undone exactly, by itself."

    @property
    def nodes(self) -> tuple[float, ...]:
        """The middle."""
        return (0.5,)

    def opening(self, z: Any, slope: Any) -> Memory:  # noqa: ARG002 - the contract's arguments
        """The velocity is the slope."""
        return (slope,)

    def move(self, stepper: Stepper, t: Any, h: Any, z: Any, memory: Memory) -> tuple[Any, Any, Memory]:
        """One evaluation, halfway."""
        (velocity,) = memory
        width = stepper.library.cast(h, z.dtype)[:, None]
        after = 2.0 * stepper.slope(t + 0.5 * h, z + 0.5 * width * velocity) - velocity
        return velocity, after, (after,)


METHOD = AsynchronousLeapfrog()
