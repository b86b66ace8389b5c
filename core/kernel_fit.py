"""What a compiled loop can follow, told without compiling anything."""

from __future__ import annotations

from functools import lru_cache

from .device import is_processor
from .language import System
from .language.rates import rates_program
from .sweep_path import length_obstacle
from .tracing.traced_field import TracedField
from .vector_field import VectorField

LARGEST_STATE = 12
"""Components up to which a step is unrolled into floats; beyond, arrays are faster than straight-line code."""


LARGEST_NETWORK = 300_000
"""Weights up to which a kernel was measured, with layers of 512 numbers, and found 2.5 times faster than torch."""

LARGEST_LAYER = 512
"""Numbers between two layers up to which both halves of them, in all lanes, lie on the stack: 128 KiB."""


@lru_cache(maxsize=256)
def formula_obstacle(system: System, device: str) -> str | None:
    """Why a compiled loop cannot follow this system on this device, as the end of a sentence; None where it can."""
    if not system.flows:
        return "follows trajectories, and roots are found in numpy or torch"
    if not is_processor(device):
        return f"runs on the processor, not on {device}"
    if system.size > LARGEST_STATE:
        return f"follows up to {LARGEST_STATE} components, and this system has {system.size}"
    return length_obstacle(rates_program(system), "system")


def callable_obstacle(field: VectorField, device: str, dtype: str) -> str | None:
    """Why a compiled loop cannot follow this torch callable, as the end of a sentence; None where it can."""
    if not is_processor(device):
        return f"runs on the processor, not on {device}"
    if field.size > LARGEST_STATE:
        return f"follows up to {LARGEST_STATE} components, and this field has {field.size}"
    found = field.structure(dtype)
    if found is None:
        return "needs a formula, or a torch callable of elementary operations on the numbers of each row"
    if isinstance(found, TracedField):
        return length_obstacle(found.program, "callable")
    if found.dtype != dtype:
        return f"computes in {dtype}, and the weights are {found.dtype or 'of several kinds'}"
    if found.outline.weights > LARGEST_NETWORK:
        return f"follows networks of up to {LARGEST_NETWORK:,} weights, and this one has {found.outline.weights:,}"
    if found.outline.widest > LARGEST_LAYER:
        return f"follows layers of up to {LARGEST_LAYER} numbers, and this network has one of {found.outline.widest:,}"
    return None
