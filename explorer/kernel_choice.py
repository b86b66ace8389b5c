"""Whether a compiled loop can be chosen, told without compiling anything."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from core.kernel_fit import formula_obstacle

if TYPE_CHECKING:
    from core.language import System


def kernel_refusal(system: System, device: str) -> str:
    """Why a compiled loop cannot be chosen for this system, as a sentence with a cure; empty where it can."""
    if not system.flows:
        return "A compiled loop follows trajectories. Roots are found in numpy or torch; maps compile by themselves."
    if find_spec("llvmlite") is None:
        return "A compiled loop needs the package llvmlite, which is not installed here: pip install llvmlite."
    obstacle = formula_obstacle(system, device)
    return "" if obstacle is None else f"A compiled loop {obstacle}: choose what suits the size."
