"""How fixed points look: filled where Picard's method converges to them, hollow where it leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.readings import FixedPoint

from ..canvas.glyphs import GlyphGroup

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from ..theme import Theme


def fixed_point_word(found: FixedPoint) -> str:
    """What Picard's method does nearby."""
    return "undecided" if found.attracting is None else "attracting" if found.attracting else "repelling"


def fixed_point_group(found: FixedPoint, place: Float[np.ndarray, "1 2"], theme: Theme) -> GlyphGroup:
    """Filled disc: attracting; ring: repelling; hollow diamond: the linearisation does not decide."""
    if found.attracting is None:
        return GlyphGroup("diamond", place, theme.violet, 6.5, hollow=True, halo=True)
    colour = theme.teal if found.attracting else theme.rose
    return GlyphGroup("disc", place, colour, 6.5, hollow=not found.attracting, halo=True)
