"""Numbers as colours, told apart by colour-blind people too, light and dark."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from .colour import blend

if TYPE_CHECKING:
    from jaxtyping import Float, UInt8, UInt32

    from ..theme import Theme

_LEVELS = 256
_DIVERGING = {
    # blue below, orange above: the pair that every kind of colour-blind eye keeps apart
    "dark": ("#BFE0FF", "#5B9DFF", "#2A4F8F", "", "#8A5A1E", "#F5A63D", "#FFE7B8"),
    "light": ("#0B2F7A", "#2F6FED", "#A9C6F7", "", "#F6CF9A", "#D9820F", "#7A3E00"),
}
_QUIET = {
    # as far from the card as lets arrows and curves of any colour be seen on it
    "dark": ("#3A5E94", "", "#87622F"),
    "light": ("#8FB2F5", "", "#EBB977"),
}
_ALARM = {
    # from quiet to alarming; their lightness alone tells the order
    "dark": ("#3F5C94", "#8A63D2", "#FF6B8A", "#FF8F96", "#FFBDB8"),
    "light": ("#B9C6DE", "#A88BEA", "#DB3B61", "#B01B3A", "#7E0F28"),
}


@dataclass(frozen=True)
class ColourScale:
    """Colours for numbers from `low` to `high`.

    diverging: about the middle, blue below and orange above. alarm: from quiet to alarming, for lines, all of them
    visible on the card. heights: from low to high as contours have them, for an area behind curves, none of it the
    card's own colour. None of them: from the card's own colour to the brightest, for areas. quiet: a diverging one that
    lies behind curves, and ends before it is as bright, or as dark, as they are.
    """

    low: float
    high: float
    diverging: bool = False
    alarm: bool = False
    quiet: bool = False
    heights: bool = False

    def table(self, theme: Theme) -> UInt32[np.ndarray, "257"]:
        """Colours as 0xffrrggbb from the lowest level to the highest, and last what stands for no number."""
        if self.heights:
            names = _heights(theme)
            stops = np.linspace(0.0, 1.0, len(names))
        elif self.diverging or self.alarm:
            palette = _ALARM if self.alarm else _QUIET if self.quiet else _DIVERGING
            names = [name or theme.card for name in palette[theme.name]]
            stops = np.linspace(0.0, 1.0, len(names))
        else:
            stops, names = np.array([stop for stop, _ in theme.density]), [name for _, name in theme.density]
        colours = np.array([QColor(name).getRgb()[:3] for name in names], dtype=np.float64)
        level = np.linspace(0.0, 1.0, _LEVELS)
        channels = [np.rint(np.interp(level, stops, colours[:, channel])).astype(np.uint32) for channel in range(3)]
        packed = (np.uint32(0xFF) << 24) | (channels[0] << 16) | (channels[1] << 8) | channels[2]
        return np.append(packed, np.uint32(QColor(theme.raised).rgba()))

    def levels(self, values: Float[np.ndarray, "*shape"]) -> np.ndarray:
        """Indices into `table`; beyond the ends the last colour of that side."""
        width = self.high - self.low
        with np.errstate(invalid="ignore", over="ignore"):
            part = (values - self.low) / (width if width > 0 and math.isfinite(width) else 1.0)
            index = np.rint(np.clip(part, 0.0, 1.0) * (_LEVELS - 1))
        return np.where(np.isnan(values), _LEVELS, np.nan_to_num(index)).astype(np.intp)

    def bytes_of(
        self, values: Float[np.ndarray, "rows columns"], room: Float[np.ndarray, "rows columns"]
    ) -> UInt8[np.ndarray, "rows columns"] | None:
        """Indices into `table` as bytes, several times faster; `room` is written over.

        None where one of the values is no number: there is no byte left for that.
        """
        if not values.size or math.isnan(values.min()):  # NaN is the smallest of all
            return None
        width = self.high - self.low
        with np.errstate(over="ignore"):
            np.subtract(values, self.low, out=room)
            np.multiply(room, (_LEVELS - 1) / (width if width > 0 and math.isfinite(width) else 1.0), out=room)
        np.add(room, 0.5, out=room)
        np.clip(room, 0.0, _LEVELS - 1, out=room)
        return room.astype(np.uint8)

    def colour(self, value: float, theme: Theme) -> str:
        """The colour of one number."""
        return QColor.fromRgba(int(self.table(theme)[self.levels(np.array([value]))[0]])).name()


def _heights(theme: Theme) -> list[str]:
    """The colours of contours, more of the card in the low ones than in the high ones: their lightness tells too."""
    middle = blend(theme.teal, theme.violet, 0.5)
    return [blend(theme.teal, theme.card, 0.8), blend(middle, theme.card, 0.68), blend(theme.violet, theme.card, 0.5)]
