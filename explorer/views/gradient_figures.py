"""Gradients of several methods as arrows and as figures, beside the reference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.readings import MethodGradient

from ..canvas.angle_dial import Needle
from ..canvas.figure_table import FigureRow
from ..canvas.number_text import power_text
from ..canvas.vectors import Vector
from .gradient_marks import method_colour, method_glyph

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

HEADINGS = ("method", "rel. error", "angle", "residual", "products")
_BAD_ERROR = 0.1
"""Relative error from which on a gradient is written in the warning colour."""


def tip(method: MethodGradient, reference: Float[np.ndarray, "P"]) -> tuple[float, float]:
    """Where the arrow ends, in the plane of the method's gradient and the reference, the unit arrow to the right.

    The distance of two tips to the reference's is the relative error. NaN where the gradient is not finite.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        length = float(np.linalg.norm(method.gradient) / np.linalg.norm(reference))
    cosine = min(1.0, max(-1.0, method.cosine)) if math.isfinite(method.cosine) else math.nan
    return length * cosine, length * math.sqrt(max(0.0, 1.0 - cosine * cosine)) if math.isfinite(cosine) else math.nan


def angle(cosine: float) -> float:
    """The angle with the reference in degrees; NaN where there is none."""
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine)))) if math.isfinite(cosine) else math.nan


def vectors(
    methods: Sequence[MethodGradient], theme: Theme, shown: Sequence[int], strong: Sequence[int] = ()
) -> list[Vector]:
    """An arrow for each of the indices `shown`, those in `strong` stronger; approximate methods are dashed."""
    if not methods:
        return []
    reference = methods[0].gradient
    return [
        Vector(
            (0.0, 0.0),
            tip(methods[index], reference) if index else (1.0, 0.0),
            method_colour(theme, methods[index].method),
            3.0 if index in strong else 2.4 if index == 0 else 1.7,
            dashed=not methods[index].exact,
            glyph=method_glyph(methods[index].method),
            at=0.3 + 0.5 * place / len(shown),  # the best arrows lie on each other: their marks do not
        )
        for place, index in enumerate(shown)
    ]


def needles(
    methods: Sequence[MethodGradient], theme: Theme, shown: Sequence[int], strong: Sequence[int] = ()
) -> list[Needle]:
    """The same on the dial of angles; the reference itself is at 0 and has none."""
    return [
        Needle(
            angle(methods[index].cosine),
            method_colour(theme, methods[index].method),
            2.6 if index in strong else 1.6,
            dashed=not methods[index].exact,
            text=f"{methods[index].title} {power_text(angle(methods[index].cosine))}°",
        )
        for index in shown
        if index
    ]


def figure_rows(methods: Sequence[MethodGradient], theme: Theme, shown: Sequence[int]) -> tuple[FigureRow, ...]:
    """One row per method that is shown."""
    return tuple(
        FigureRow(
            methods[index].title,
            (
                power_text(methods[index].relative_error),
                f"{power_text(angle(methods[index].cosine))}°".replace("–°", "–"),
                power_text(methods[index].backward_residual),
                str(methods[index].products),
            ),
            method_colour(theme, methods[index].method),
            method_glyph(methods[index].method),
            "" if methods[index].exact else "It does not claim to be the derivative of z*",
            warning=index > 0 and _is_bad(methods[index]),
        )
        for index in shown
    )


def _is_bad(method: MethodGradient) -> bool:
    """A gradient that is far off, or none; not one that is 0 as the reference is."""
    return method.relative_error >= _BAD_ERROR or not bool(np.isfinite(method.gradient).all())


def gradient_columns(names: Sequence[str], methods: Sequence[MethodGradient]) -> dict[str, np.ndarray]:
    """A row per method for CSV: its figures, then its gradient by name."""
    columns: dict[str, np.ndarray] = {
        "method": np.array([method.title for method in methods]),
        "relative_error": np.array([method.relative_error for method in methods]),
        "angle_degrees": np.array([angle(method.cosine) for method in methods]),
        "backward_residual": np.array([method.backward_residual for method in methods]),
        "products": np.array([method.products for method in methods]),
        "exact": np.array([method.exact for method in methods]),
    }
    for index, name in enumerate(names):
        columns[f"d/d{name}"] = np.array([method.gradient[index] for method in methods])
    return columns
