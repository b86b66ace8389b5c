"""An orbit diagram as pixels, as words and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import OrbitDiagram

from ..canvas.colour_scale import ColourScale
from ..canvas.number_text import number_text
from ..canvas.raster import cell_of, step_of

if TYPE_CHECKING:
    from jaxtyping import UInt32

    from ..theme import Theme

_FAINTEST = 0.34
"""The tone of a pixel that was visited once: it must stand out from the card."""
_BRIGHTEST = 99.2
"""Percentile of the visited pixels that has the full tone."""
_GAMMA = 0.85


def diagram_pixels(diagram: OrbitDiagram, theme: Theme) -> UInt32[np.ndarray, "ny nx"]:
    """Colours as 0xffrrggbb: the card where no orbit came, and a tone by the logarithm of the visits."""
    visits = diagram.visits
    seen = visits[visits > 0]
    top = np.log1p(float(np.percentile(seen, _BRIGHTEST))) if seen.size else 1.0
    largest = int(seen.max()) if seen.size else 0
    # one tone per number of visits; of the many that hardly differ, the largest share the last
    counts = np.arange(min(largest, 65_535) + 1)
    share = (np.log1p(counts) - np.log(2.0)) / max(top - np.log(2.0), 1e-9)
    tones = _FAINTEST + (1 - _FAINTEST) * np.clip(share, 0.0, 1.0) ** _GAMMA
    tones[0] = 0.0
    scale = ColourScale(0.0, 1.0)
    table = scale.table(theme)[scale.levels(tones)]
    colours: np.ndarray = table[np.minimum(visits, len(table) - 1)]
    return colours


def visited_range(diagram: OrbitDiagram) -> tuple[float, float] | None:
    """The lowest and the highest edge of a visited pixel; None where there is none."""
    rows = np.nonzero(diagram.visits.any(axis=1))[0]
    if not rows.size:
        return None
    half = step_of(diagram.y) / 2
    return float(diagram.y[rows[0]]) - half, float(diagram.y[rows[-1]]) + half


def period_at(diagram: OrbitDiagram, value: float) -> int | None:
    """The period of the column at a parameter value; None where that is out of sight."""
    column = cell_of(diagram.values, value)
    return None if column is None else int(diagram.period[column])


def period_text(period: int) -> str:
    """A period in words."""
    if period < 0:
        return "runs away"
    return f"period {period}" if period else "no period up to 64"


def value_text(value: float, step: float) -> str:
    """A parameter value with the digits that tell it from its neighbours `step` apart."""
    digits = 4 if step <= 0 or not value else max(3, min(15, 1 + int(np.ceil(np.log10(abs(value) / step)))))
    return number_text(value, digits)


def orbit_words(diagram: OrbitDiagram, x: float, y: float) -> list[str]:
    """What is known of the column at x, and of the pixel at (x, y)."""
    column, row = cell_of(diagram.values, x), cell_of(diagram.y, y)
    if column is None:
        return []
    visits = 0 if row is None else int(diagram.visits[row, column])
    seen = [f"visited {visits} time{'' if visits == 1 else 's'}"] if visits else []
    return [period_text(int(diagram.period[column])), *seen]


def is_coarser(diagram: OrbitDiagram, other: OrbitDiagram) -> bool:
    """Whether it shows less of the same region."""
    if diagram.step <= other.step:
        return False
    ends = [
        (axis[0] - step_of(axis) / 2, axis[-1] + step_of(axis) / 2)
        for axis in (diagram.values, other.values, diagram.y, other.y)
    ]
    wide, high = (step_of(axis) for axis in (diagram.values, diagram.y))
    return bool(np.allclose(ends[0], ends[1], atol=wide, rtol=0) and np.allclose(ends[2], ends[3], atol=high, rtol=0))


def diagram_columns(diagram: OrbitDiagram) -> dict[str, np.ndarray]:
    """One row per visited pixel: parameter, period, value of the component, visits."""
    column, row = np.nonzero(diagram.visits.T)
    return {
        diagram.parameter: diagram.values[column],
        "period": diagram.period[column],
        diagram.component: diagram.y[row],
        "visits": diagram.visits[row, column],
    }
