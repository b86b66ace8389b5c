"""What a compiled loop can follow, told without compiling anything."""

from __future__ import annotations

from functools import lru_cache

from .device import is_processor
from .language import System
from .language.rates import rates_program
from .sweep_path import length_obstacle

LARGEST_STATE = 12
"""Components up to which a step is unrolled into floats; beyond, arrays are faster than straight-line code."""


@lru_cache(maxsize=256)
def formula_obstacle(system: System | None, device: str) -> str | None:
    """Why a compiled loop cannot follow this system on this device, as the end of a sentence; None where it can.

    system: None stands for a torch callable.
    """
    if system is None:
        return "needs a formula, not a torch callable"
    if not system.flows:
        return "follows trajectories, and roots are found in numpy or torch"
    if not is_processor(device):
        return f"runs on the processor, not on {device}"
    if system.size > LARGEST_STATE:
        return f"follows up to {LARGEST_STATE} components, and this system has {system.size}"
    return length_obstacle(rates_program(system), "system")
