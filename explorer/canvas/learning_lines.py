"""Lines over the iterations of a training: what every batch gave, thin, and its running mean, strong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .glyphs import Glyph, GlyphGroup, Glyphs
from .levels import Level, Levels
from .long_curve import LongCurve
from .long_curves import LongCurves
from .plain_curve import PlainCurve
from .second_scale import SecondScale
from .segments import Stroke
from .sheet import Sheet

if TYPE_CHECKING:
    from jaxtyping import Float, Real

    from ..theme import Theme
    from .axis import Axis
    from .item import CanvasItem
    from .legend import Swatch

_DOUBLINGS = 5
WINDOW = 2**_DOUBLINGS
"""Iterations of which a running mean is taken at most, half of them before and half of them after."""
_SHARE = 8
"""Of few iterations it is taken of at most one part in so many."""
_FAINT = 0.38
_APART = 46.0
"""Pixels between the marks of a line that is told from others by them."""
_ROOM = 0.05


@dataclass(frozen=True)
class LearningLine:
    """values[i] at iteration[i], ascending. mean: thin and pale, with its running mean on it; else a line with a mark
    at every value. second: on the scale of the axis on the right. A running mean is told from others by marks on it,
    unless its mark is a disc."""

    name: str
    colour: str
    glyph: Glyph
    iteration: Real[np.ndarray, "n"]
    values: Float[np.ndarray, "n"]
    mean: bool = True
    second: bool = False

    @property
    def swatch(self) -> Swatch:
        """Its mark in a legend."""
        return "line" if self.glyph in ("disc", "cross") else self.glyph


class LearningLines:
    """The lines of one plot, on a logarithmic or a linear axis, and those on the scale of the axis on the right."""

    def __init__(self, theme: Theme, axis: Axis) -> None:
        self.logarithmic = True
        self._axis = axis
        self._lines, self._marks = LongCurves(theme, z=0), Glyphs(theme, z=5)
        self._second_lines, self._second_marks = LongCurves(theme, z=0), Glyphs(theme, z=5)
        self._levels, self._second_levels = Levels(theme, z=-5), Levels(theme, z=-5)
        self._sheet = Sheet(theme, self._levels, self._lines, self._marks)
        second = self._second_levels, self._second_lines, self._second_marks
        self._second = SecondScale(theme, axis, *second, z=-1)
        self._known: dict[int, tuple[LearningLine, LongCurve, LongCurve | None]] = {}
        self._heights: list[float] = []

    def items(self) -> tuple[CanvasItem, ...]:
        """What is put on the plot."""
        return self._sheet, self._second

    def paint(self, theme: Theme, lines: Sequence[LearningLine]) -> None:
        """Draw these lines, later ones on top."""
        self._known = {place: (line, *self._curves(line)) for place, line in enumerate(lines)}
        for second, curves, marks in (
            (False, self._lines, self._marks),
            (True, self._second_lines, self._second_marks),
        ):
            own = [entry for entry in self._known.values() if entry[0].second is second]
            faint = [(raw, Stroke.pale(line.colour, 1.0, _FAINT, theme)) for line, raw, mean in own if mean is not None]
            strong = [
                (raw if mean is None else mean, Stroke(line.colour, 1.2 if mean is None else 1.8))
                for line, raw, mean in own
            ]
            curves.set_curves([*faint, *strong])
            marks.set_groups([self._marked(*entry) for entry in own if entry[2] is None or entry[0].glyph != "disc"])
        if any(line.second for line in lines):
            self._axis.show()  # not setVisible, which leaves the room that it takes as it is
        else:
            self._axis.hide()

    def set_second_limits(self, low: float, high: float, title: str) -> None:
        """What the axis on the right reaches from and to, without the room beside it, and what it measures."""
        self._axis.set_title(title)
        room = _ROOM * (high - low)
        self._second.set_limits(low - room, high + room)

    def heights(self) -> Float[np.ndarray, "m"]:
        """Finite heights of everything on the left axis, as it is drawn."""
        drawn = [raw.heights() for line, raw, _ in self._known.values() if not line.second]
        every = np.concatenate([*drawn, np.empty(0)])
        return every[np.isfinite(every)]

    def reach(self) -> float:
        """The last iteration that is drawn."""
        return max((raw.last for _, raw, _ in self._known.values()), default=0.0)

    def height(self, value: float) -> float:
        """Where a value stands on the left axis; NaN where it has no place."""
        if not self.logarithmic:
            return value
        return float(np.log10(value)) if value > 0.0 else float("nan")

    def level_heights(self) -> list[float]:
        """Of the lines across the plot, as far as they have a place on the left axis."""
        return self._heights

    def set_level(self, value: float, text: str, colour: str) -> None:
        """A dashed line across the plot; NaN for none."""
        self._heights = [height] if np.isfinite(height := self.height(value)) else []
        self._levels.set_levels([Level(height, text, colour, at=0.0) for height in self._heights])

    def set_second_level(self, value: float, text: str, colour: str) -> None:
        """A dashed line on the scale of the axis on the right; NaN for none."""
        self._second_levels.set_levels([Level(value, text, colour, at=0.0)] if np.isfinite(value) else [])

    def _curves(self, line: LearningLine) -> tuple[LongCurve, LongCurve | None]:
        made = [line.values, running_mean(line.values)] if line.mean else [line.values]
        if self.logarithmic and not line.second:
            positive = line.values[line.values > 0.0]
            floor = float(positive.min()) / 10.0 if positive.size else 1.0
            curves = [LongCurve(line.iteration, np.where(values >= 0.0, values, np.nan), floor) for values in made]
        else:
            curves = [PlainCurve(line.iteration, np.asarray(values, dtype=np.float64), 1.0) for values in made]
        return curves[0], curves[1] if line.mean else None

    @staticmethod
    def _marked(line: LearningLine, raw: LongCurve, mean: LongCurve | None) -> GlyphGroup:
        apart = _APART if mean is not None else 14.0
        return GlyphGroup(line.glyph, raw if mean is None else mean, line.colour, 3.0, apart=apart)


def running_mean(values: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n"]:
    """The mean of the `WINDOW` values around each, of fewer where there are not many, and at both ends of those there
    are; what is not finite is left out.

    Sums of 2, 4, 8, ... neighbours, not differences of sums from the begin on, which would keep the rounding of the
    largest value for ever.
    """
    doublings = min(_DOUBLINGS, max(0, (len(values) // _SHARE).bit_length() - 1))
    ahead = (1 << doublings) // 2
    known = np.pad(np.asarray(values, dtype=np.float64), (0, ahead), constant_values=np.nan)
    finite = np.isfinite(known)
    total, count = np.where(finite, known, 0.0), finite.astype(np.float64)
    for doubling in range(doublings):
        before = 1 << doubling
        for part in (total, count):
            part[before:] += part[:-before].copy()
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0.0, total / count, np.nan)[ahead:]
