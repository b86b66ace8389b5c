"""What is said where the noise of a text would be passed over: no number is computed silently without it."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .language import System
    from .vector_field import VectorField

OBSTACLE = "the text has noise (dW), which it knows nothing of"
"""Why something cannot be had of a system with noise, as the end of a sentence."""


def is_noisy(field: VectorField) -> bool:
    """Whether the text of `field` has noise."""
    return field.system is not None and bool(field.system.noise)


def checked_seed(seed: int) -> int:
    """`seed` where it is a whole number from 0 to 2^63 - 1. Raises TypeError or ValueError."""
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise TypeError(f"seed must be a whole number, not {seed!r}")
    if not 0 <= operator.index(seed) < 2**63:
        raise ValueError(f"seed must lie between 0 and 2^63 - 1, not be {seed}")
    return operator.index(seed)


def noise_refusal(title: str, knows_noise: bool, system: System | None) -> str | None:
    """Why the method `title` cannot follow `system` (None: a torch callable) for its noise, or for the lack of it."""
    noisy = system is not None and bool(system.noise)
    if noisy and not knows_noise:
        return f"{title} knows no noise (dW): take Euler-Maruyama, or another stochastic method"
    if knows_noise and not noisy:
        return f"{title} follows noise, and there is none: write some into a rate, such as x' = -x + 0.3 dW"
    return None
