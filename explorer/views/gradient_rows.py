"""The gradient of a trajectory by the chosen method, through its solver and by the reference, name by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import AdjointGap, MethodGradient

from ..canvas.figure_table import FigureRow
from ..canvas.number_text import power_text
from .gradient_marks import method_colour

if TYPE_CHECKING:
    from ..theme import Theme

_MOST = 10
_FAR = 1e-2
"""Part of the largest component by which one may be off before it is written in the warning colour."""


def headings(reading: AdjointGap) -> tuple[str, ...]:
    """Of the columns: the chosen method first. Beside another one "through the solver" is short: a plot needs room."""
    others = ("solver",) * (len(_methods(reading)) - 1)
    return ("d loss / d", reading.chosen.title, *others, "reference")


def heading_colours(reading: AdjointGap, theme: Theme) -> dict[int, str]:
    """Every method's colour by the place of its column."""
    return {place: method_colour(theme, method.method) for place, method in enumerate(_methods(reading), start=1)}


def gradient_rows(reading: AdjointGap, theme: Theme) -> tuple[FigureRow, ...]:
    """The largest components of the reference, and below them the relative errors."""
    methods = _methods(reading)
    largest = float(np.abs(reading.reference).max(initial=0.0)) or 1.0
    order = np.argsort(-np.abs(reading.reference), kind="stable")[:_MOST]
    rows = []
    for index in np.sort(order):
        values = (*(method.gradient[index] for method in methods), reading.reference[index])
        rows.append(
            FigureRow(
                reading.names[index],
                tuple(power_text(float(value), 3) for value in values),
                theme.violet,
                warning=not abs(values[0] - values[-1]) <= _FAR * largest,
            )
        )
    errors = (*(power_text(method.relative_error, 2) for method in methods), "–")
    hidden = len(reading.names) - len(order)
    name = f"rel. error, {hidden} more" if hidden else "rel. error"
    return (*rows, FigureRow(name, errors, theme.violet, warning=not reading.trusted))


def _methods(reading: AdjointGap) -> tuple[MethodGradient, ...]:
    """The chosen one, and the one through the solver where that is another."""
    others = () if reading.chosen.method == reading.discrete.method else (reading.discrete,)
    return (reading.chosen, *others)
