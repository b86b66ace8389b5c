"""What a network answers over the plane of its inputs, as colours, and the data on it as marks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from core.readings import DecisionMap

from ..canvas.colour import blend
from ..canvas.colour_scale import ColourScale
from ..canvas.glyphs import GlyphGroup
from .class_marks import class_colour, class_glyph
from .class_scores import class_scores

if TYPE_CHECKING:
    from jaxtyping import Float, UInt32

    from ..theme import Theme

_SHADES = 24
_PALEST, _STRONGEST = 0.10, 0.52
"""How far the colour of a class lies from the card's, where the margin is none, and where it is large."""
_LARGE = 90.0
"""Percentile of what counts as a large margin."""
_RADIUS, _RING = 3.2, 6.6
_MOST = 700
"""Points that are drawn, beside those that are wrong: of more none would be told from the others."""


def class_count(shown: DecisionMap) -> int:
    """How many classes there are."""
    return max(2, shown.answers.shape[-1], int(shown.labels.max(initial=-1)) + 1)


def score_scale(shown: DecisionMap) -> ColourScale | None:
    """Colours of the answer about 0, of two classes; None of more."""
    if shown.answers.shape[-1] > 2:
        return None
    scores = class_scores(shown.answers)
    return ColourScale(*_limits(scores[..., 1] - scores[..., 0]), diverging=True, quiet=True)


def _limits(values: Float[np.ndarray, "H W"]) -> tuple[float, float]:
    sizes = np.abs(values[np.isfinite(values)])
    large = float(np.percentile(sizes, _LARGE)) if sizes.size else 0.0
    large = large or 1.0
    return -large, large


def decision_pixels(shown: DecisionMap, theme: Theme) -> UInt32[np.ndarray, "H W"]:
    """Colours as 0xffrrggbb: of two classes by the answer, of more the winner's, paler where it hardly wins."""
    scores, scale = class_scores(shown.answers), score_scale(shown)
    if scale is not None:
        found: np.ndarray = scale.table(theme)[scale.levels(scores[..., 1] - scores[..., 0])]
        return found
    winner, known = scores.argmax(axis=-1), np.isfinite(scores).all(axis=-1)
    ordered = np.partition(np.where(known[..., None], scores, 0.0), -2, axis=-1)
    margin = ordered[..., -1] - ordered[..., -2]
    large = _limits(margin)[1]
    shade = np.rint(np.clip(margin / large, 0.0, 1.0) * (_SHADES - 1)).astype(np.intp)
    return np.where(known, _shades(theme, scores.shape[-1])[winner, shade], np.uint32(QColor(theme.raised).rgba()))


@lru_cache(maxsize=16)
def _shades(theme: Theme, classes: int) -> UInt32[np.ndarray, "k shades"]:
    """Every class's colours from pale to strong."""
    strengths = np.linspace(_PALEST, _STRONGEST, _SHADES)
    colours = (
        [QColor(blend(theme.card, class_colour(theme, label), strength)).rgba() for strength in strengths]
        for label in range(classes)
    )
    return np.array(list(colours), dtype=np.uint32)


def point_groups(shown: DecisionMap, theme: Theme) -> list[GlyphGroup]:
    """Training points hollow, test points filled on top, in the colours and marks of their classes."""
    drawn, groups = _drawn(shown), []
    for test in (False, True):
        for label in np.unique(shown.labels).tolist():
            chosen = drawn & (shown.labels == label) & (shown.test == test)
            if chosen.any():
                colour, glyph = class_colour(theme, label), class_glyph(label)
                groups.append(GlyphGroup(glyph, shown.points[chosen], colour, _RADIUS, hollow=not test, halo=test))
    return groups


def ring_group(shown: DecisionMap, theme: Theme) -> GlyphGroup:
    """Rings around what is wrong."""
    wrong = ~shown.right & (shown.labels >= 0)
    return GlyphGroup("disc", shown.points[wrong], theme.rose, _RING, hollow=True)


def _drawn(shown: DecisionMap) -> np.ndarray:
    """What is wrong, and of the others as many as can be told apart."""
    drawn = ~shown.right
    rest = np.flatnonzero(shown.right)
    drawn[rest[:: max(1, -(-len(rest) // _MOST))]] = True
    return drawn
