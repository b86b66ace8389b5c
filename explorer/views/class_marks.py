"""The colour, the mark and the name of a class, the same in every plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..canvas.colour import blend
from ..canvas.glyphs import Glyph
from ..canvas.legend import Swatch

if TYPE_CHECKING:
    from ..theme import Theme

_GLYPHS: tuple[Glyph, ...] = ("disc", "diamond", "triangle", "square", "wedge", "star", "plus", "arrow")
_SWATCHES: tuple[Swatch, ...] = (
    "dot",
    "lozenge",
    "lone_triangle",
    "lone_square",
    "lone_wedge",
    "lone_star",
    "lone_plus",
    "lone_arrow",
)
_SERIES = (0, 2, 1, 4, 5, 6, 7)
"""Places in the theme's series: the first two are blue and orange, which every eye keeps apart; red means wrong."""


def class_colour(theme: Theme, label: int) -> str:
    """The colour of a class, the same again after ten of them; grey where a point has none."""
    if label < 0:
        return theme.muted
    colours = (
        *(theme.series[place] for place in _SERIES),
        blend(theme.amber, theme.rose, 0.55),
        blend(theme.teal, theme.text, 0.6),
        blend(theme.accent, theme.card, 0.4),
    )
    return colours[label % len(colours)]


def class_glyph(label: int) -> Glyph:
    """The mark that tells a class from the others without its colour."""
    return _GLYPHS[max(label, 0) % len(_GLYPHS)]


def class_swatch(label: int) -> Swatch:
    """The same mark in a legend."""
    return _SWATCHES[max(label, 0) % len(_SWATCHES)]
