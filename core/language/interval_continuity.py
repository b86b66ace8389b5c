"""Whether a program is continuous on boxes: where it jumps or has a pole, a mean value theorem proves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from .functions import COMPARISONS
from .interval_functions import FUNCTIONS_OF_ONE, Interval
from .intervals import divide
from .program import Program

if TYPE_CHECKING:
    from jaxtyping import Bool

_STEPS = frozenset({"floor", "sign", "step", *COMPARISONS})


def continuous(program: Program, places: Iterable[int], values: Mapping[int, Interval]) -> Bool[np.ndarray, "B"]:
    """Which boxes are proved to be free of jumps, poles and points without a value, at every node of `places`.

    values: what `enclosures_by_place` gave for them. Kinks, as of abs, are continuous.
    """
    fine = np.asarray(True)
    with np.errstate(all="ignore"):
        for place in places:
            node, (low, high) = program.nodes[place], values[place]
            inner = [values[argument] for argument in node.arguments]
            fine = fine & np.isfinite(low) & np.isfinite(high)
            if node.operation in _STEPS:
                fine = fine & (low == high)
            elif node.operation == "mod":
                turns = FUNCTIONS_OF_ONE["floor"](divide(*inner))
                fine = fine & (turns[0] == turns[1])
            elif node.operation == "atan2":
                (bottom, top), (left, _) = inner
                fine = fine & ((left > 0.0) | (bottom > 0.0) | (top < 0.0))
            elif node.operation == "if":
                least, most = inner[0]
                fine = fine & ((least > 0.0) | (most < 0.0) | ((least == 0.0) & (most == 0.0)))
    return fine
