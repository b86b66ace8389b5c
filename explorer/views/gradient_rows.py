"""Two gradients of a trajectory beside the reference, name by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import AdjointGap

from ..canvas.figure_table import FigureRow
from ..canvas.number_text import power_text

if TYPE_CHECKING:
    from ..theme import Theme

HEADINGS = ("d loss / d", "adjoint", "solver", "reference")
_MOST = 10
_FAR = 1e-2
"""Part of the largest component by which an adjoint's may be off before it is written in the warning colour."""


def gradient_rows(reading: AdjointGap, theme: Theme) -> tuple[FigureRow, ...]:
    """The largest components of the reference, and below them the relative errors."""
    largest = float(np.abs(reading.reference).max(initial=0.0)) or 1.0
    order = np.argsort(-np.abs(reading.reference), kind="stable")[:_MOST]
    rows = []
    for index in np.sort(order):
        values = (reading.continuous.gradient[index], reading.discrete.gradient[index], reading.reference[index])
        rows.append(
            FigureRow(
                reading.names[index],
                tuple(power_text(float(value), 3) for value in values),
                theme.violet,
                warning=not abs(values[0] - values[2]) <= _FAR * largest,
            )
        )
    errors = (power_text(reading.continuous.relative_error, 2), power_text(reading.discrete.relative_error, 2), "–")
    left = len(reading.names) - len(rows)
    name = "rel. error" + (f", {left} more" if left else "")
    rows.append(FigureRow(name, errors, theme.violet, warning=not reading.trusted))
    return tuple(rows)
