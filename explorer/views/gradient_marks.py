"""The colour and the mark of every gradient method, the same in every plot and table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.gradient_places import gradient_places

from .solver_race import SOLVER_GLYPHS

if TYPE_CHECKING:
    from ..canvas.glyphs import Glyph
    from ..canvas.legend import Swatch
    from ..theme import Theme


def method_colour(theme: Theme, method: str) -> str:
    """One of the series' colours by the method's name, never the warnings'; the text's for what several methods share.

    There are seven such colours and eight marks, so that two methods of a kind of solution that share a colour differ
    in their mark.
    """
    place = gradient_places().get(method)
    colours = [colour for colour in theme.series if colour != theme.rose]
    return theme.text if place is None else colours[place % len(colours)]


def method_glyph(method: str) -> Glyph:
    """The mark that tells a method from the others without its colour, by its name."""
    return SOLVER_GLYPHS[gradient_places().get(method, 0) % len(SOLVER_GLYPHS)]


def method_swatch(method: str) -> Swatch:
    """The same mark as a legend has it."""
    glyph = method_glyph(method)
    return "dot" if glyph == "disc" else glyph
