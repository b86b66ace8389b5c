"""What one run of a gradient method finds, takes and keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from ..gradient_method import Backward, Cotangent, FixedPointGradient, GradientMethod, TrajectoryGradient
from ..saved_memory import measured_memory
from ..vector_jacobian import Inputs

_SHORT = 0.05
"""Seconds below which a first run says little of the time: the second counts."""


@dataclass(frozen=True)
class Measured:
    """seconds of one run; kept: bytes of the tensors that its tapes held, and of what the method says it kept."""

    found: Backward
    seconds: float
    kept: int


def measured(method: GradientMethod, solve: Any, cotangent: Cotangent, inputs: Inputs) -> Measured:
    """Run a method: once with its memory counted, and where that was quick once more for the time alone."""
    assert isinstance(method, FixedPointGradient | TrajectoryGradient)
    backward: Callable[..., Backward] = method.backward
    begun = perf_counter()
    found, kept = counted(method, solve, cotangent, inputs)
    seconds = perf_counter() - begun
    if seconds < _SHORT:
        begun = perf_counter()
        backward(solve, cotangent, inputs)
        seconds = min(seconds, perf_counter() - begun)
    return Measured(found, seconds, kept)


def counted(method: GradientMethod, solve: Any, cotangent: Cotangent, inputs: Inputs) -> tuple[Backward, int]:
    """Run a method once: what it found, and the bytes that its tapes held at a time and that it kept beside them."""
    assert isinstance(method, FixedPointGradient | TrajectoryGradient)
    backward: Callable[..., Backward] = method.backward
    with measured_memory() as memory:
        found = backward(solve, cotangent, inputs)
    return found, memory.peak + found.held_bytes
