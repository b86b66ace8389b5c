"""Which components of a system are positions, and which momenta."""

from __future__ import annotations

from collections import deque

import numpy as np

from .language import System, is_large
from .language.rates import jacobian_program

_UNKNOWN, _POSITION, _MOMENTUM = -1, 0, 1


def momenta_of(system: System) -> np.ndarray | None:
    """Which components (n,) are momenta; None where the system is not separable, or a module that hides what it is.

    It is where the rates of one half, the positions q' = a(p, t), hang on the other half alone, and the rates of the
    momenta p' = b(q, t) on the positions. The first component that takes part is a position.
    """
    if system.module is not None or (system.learnt and is_large(system)):
        return None  # what a network's slopes hang on is not read off so many operations
    program, size = jacobian_program(system), system.size
    outputs = [program.nodes[place] for place in program.outputs]
    depends = np.array([node.operation != "number" or node.value != 0.0 for node in outputs]).reshape(size, size)
    if depends.diagonal().any():
        return None
    linked = depends | depends.T
    side = np.full(size, _UNKNOWN)
    for first in range(size):
        if side[first] != _UNKNOWN:
            continue
        side[first] = _POSITION
        waiting = deque([first])
        while waiting:
            here = waiting.popleft()
            for other in np.flatnonzero(linked[here]):
                if side[other] == side[here]:
                    return None
                if side[other] == _UNKNOWN:
                    side[other] = _MOMENTUM - side[here]
                    waiting.append(int(other))
    return np.asarray(side == _MOMENTUM)
