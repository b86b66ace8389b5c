"""A loss landscape in words: the chips of its heading, and what lies under the mouse."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.landscape_axis import LandscapeAxis
from core.readings import LossLandscape

from ..canvas.number_text import number_text, power_text
from .landscape_picture import Way, loss_at

Chip = tuple[str, str, bool]
"""A short text, a sentence, and whether it is a warning."""
_NOTHING: Chip = ("", "", False)


def chips_of(landscape: LossLandscape | None, ways: Sequence[Way]) -> dict[str, Chip]:
    """By name; ways: of the methods that are drawn."""
    if landscape is None:
        return dict.fromkeys(("uphill", "loss", "unsolved", "progress", "note"), _NOTHING)
    uphill = ", ".join(way.claimed.title for way in ways if way.uphill)
    why = f"uphill: {uphill}. A step downhill by the gradient of these methods makes the loss larger"
    loss = f"loss {power_text(landscape.loss, 4)}" if math.isfinite(landscape.loss) else ""
    lost = float(np.isnan(landscape.values).mean()) if landscape.values.size else 0.0
    share = f"{max(1, round(100 * lost))} % unsolved" if lost else ""
    asked, total = len(landscape.slopes), landscape.total
    progress = f"{asked} of {total}" if 0 < asked < total else ""
    note = landscape.note
    if not note and landscape.reference is not None and landscape.steepness is None:
        note = "flat: the gradient is 0 but for rounding"
    return {
        "uphill": (f"uphill: {uphill}", why, True) if uphill else _NOTHING,
        "loss": (loss, f"loss: {landscape.loss_text} = {power_text(landscape.loss, 8)}", False),
        "unsolved": (share, f"{share}: there the solve does not succeed, and nothing is drawn", False),
        "progress": (progress, f"{progress} methods have been asked", False),
        "note": (note.split(":")[0], note, True),
    }


def place_words(landscape: LossLandscape | None, axes: Sequence[LandscapeAxis], x: float, y: float) -> str:
    """The parameters' values at a place, and the loss at the nearest point of the grid."""
    parts = [f"{axis.symbol} = {number_text(axis.value(u), 5)}" for axis, u in zip(axes, (x, y), strict=False)]
    loss = loss_at(landscape, x, y)
    return "   ".join([*parts, f"loss = {number_text(loss, 5)}" if math.isfinite(loss) else "no solution"])
