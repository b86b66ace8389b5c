"""How fixed points look: filled where Picard's method converges to them, hollow where it leaves them; and roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.readings import FixedPoint

from ..canvas.glyphs import GlyphGroup
from ..canvas.number_text import number_text

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from ..theme import Theme


def fixed_point_words(found: FixedPoint) -> tuple[str, str]:
    """What it is, and the number that says so: of a root its place, of a fixed point how strongly it attracts."""
    if found.is_root:
        return found.word, f"({', '.join(number_text(value) for value in found.point)})"
    return found.word, f"ρ = {number_text(found.radius)}"


def colour_of_point(found: FixedPoint, theme: Theme) -> str:
    """The colour of its mark and of what belongs to it."""
    if found.is_root and not found.singular:
        return theme.teal
    if found.is_root or found.attracting is None:
        return theme.violet
    return theme.teal if found.attracting else theme.rose


def fixed_point_group(found: FixedPoint, place: Float[np.ndarray, "1 2"], theme: Theme) -> GlyphGroup:
    """Filled disc: attracting, or a root; ring: repelling; hollow diamond: the linearisation does not decide."""
    colour = colour_of_point(found, theme)
    if found.is_root and not found.singular:
        return GlyphGroup("disc", place, colour, 6.5, halo=True)
    if found.is_root or found.attracting is None:
        return GlyphGroup("diamond", place, colour, 6.5, hollow=True, halo=True)
    return GlyphGroup("disc", place, colour, 6.5, hollow=not found.attracting, halo=True)
