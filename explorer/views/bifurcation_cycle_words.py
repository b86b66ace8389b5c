"""Families of limit cycles in words and as columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import Branches, CycleFamily, CycleMark

from ..canvas.number_text import eigenvalue_text, number_text

if TYPE_CHECKING:
    from ..canvas.glyphs import Glyph
    from ..canvas.legend import Swatch
    from ..theme import Theme

CYCLE_GLYPHS: dict[str, Glyph] = {"fold": "diamond", "flip": "square", "torus": "triangle", "branch": "star"}
_MEANINGS = {
    "fold": "two families of cycles meet here and are gone beyond",
    "flip": "a multiplier passes −1: a cycle of twice the period begins",
    "torus": "a complex pair of multipliers passes the unit circle: a torus begins",
    "branch": "a multiplier is 1: another family of cycles crosses",
}


def cycle_title(mark: CycleMark, parameter: str) -> tuple[str, str]:
    """The name of a mark, and where it is, with the period there."""
    return mark.name, f"{parameter} = {number_text(mark.p, 6)}, period {number_text(mark.period, 4)}"


def endless(family: CycleFamily) -> tuple[int, ...]:
    """The ends of a family at which its period grows without bound, 0 or -1."""
    return tuple(place for place, end in ((0, family.first), (-1, family.last)) if end == "infinite")


def endless_title(family: CycleFamily, place: int, parameter: str) -> tuple[str, str]:
    """What such an end is, and where the last cycle was found: three decimals of the way that the family goes along the
    parameter, since the orbit with no period lies beyond."""
    digits = 3 - math.floor(math.log10(max(float(np.ptp(family.p)), 1e-300)))
    value = round(float(family.p[place]), digits) + 0.0
    return "period grows without bound", f"{parameter} ≈ {number_text(value, 6)}"


def mark_words(mark: CycleMark, parameter: str, symbol: str, place: int) -> str:
    """Everything about a mark. place: of the component that is shown."""
    at = f"{parameter} = {number_text(mark.p, 6)}, period {number_text(mark.period, 6)}"
    (multiplier,) = multiplier_text(np.array([mark.multiplier]))
    return f"{mark.name} at {at}   {_range(mark, symbol, place)}   {multiplier}   {_MEANINGS[mark.kind]}"


def family_words(family: CycleFamily, index: int, symbol: str, place: int) -> str:
    """What a cycle of a family is: stability, range, period and multipliers; and at its ends what it ends at."""
    out = int(family.unstable[index])
    pieces = family.pieces()[max(0, index - 1) : index + 1]
    word = (
        f"unstable limit cycle, {out} of {family.lowest.shape[1] - 1} directions across it unstable"
        if out
        else "stable limit cycle"
    )
    if not out and pieces.size and (pieces == 0).all():
        word = "closed orbit, one of a family"
    lowest, highest = family.lowest[index, place], family.highest[index, place]
    between = f"{symbol} from {number_text(float(lowest), 6)} to {number_text(float(highest), 6)}"
    words = [word, between, f"period {number_text(float(family.period[index]), 6)}"]
    words += multiplier_text(family.multipliers[index, 1:])
    last = len(family.p) - 1
    if index in (0, last):
        words.append(f"the family ends at {family.ends[index == last]}")
    return "   ".join(words)


def multiplier_text(multipliers: np.ndarray) -> tuple[str, ...]:
    """One line per Floquet multiplier across the flow; those that are rounding beside the largest as about 0."""
    known = multipliers[np.isfinite(multipliers)]
    lines = tuple(line.replace("λ", "μ", 1) for line in eigenvalue_text(known))
    return (*lines, "μ ≈ 0") if len(known) < len(multipliers) else lines


def cycle_legend(branches: Branches, theme: Theme) -> list[tuple[str, Swatch, str]]:
    """The entries of the legend, and their colours."""
    entries: list[tuple[str, Swatch, str]] = [
        ("stable cycles, max and min", "line", theme.accent),
        ("neutral cycles", "line", theme.violet),
        ("unstable cycles", "dash", theme.amber),
    ]
    there = [any((family.pieces() == kind).any() for family in branches.cycles) for kind in (1, 0, -1)]
    return [entry for entry, is_there in zip(entries, there, strict=True) if is_there]


def cycle_columns(branches: Branches, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The columns of the equilibria with a row per cycle below, and with the columns that only cycles have.

    A cycle has no one place: its components are NaN, and `lowest` and `highest` say between what they move. Its growth
    is the largest Floquet exponent, the logarithm of the multiplier over the period.
    """
    families = branches.cycles
    if not families:
        return columns
    before, first = len(columns["curve"]), float(columns["curve"].max(initial=0.0))
    count = sum(len(family.p) for family in families)
    own = {
        "curve": np.concatenate([np.full(len(family.p), first + 1.0 + i) for i, family in enumerate(families)]),
        branches.parameter: np.concatenate([family.p for family in families]),
        "growth": np.concatenate([np.log(np.maximum(f.radius, 1e-300)) / f.period for f in families]),
        "unstable directions": np.concatenate([family.unstable for family in families]),
        "period": np.concatenate([family.period for family in families]),
    }
    for place, name in enumerate(branches.components):
        own[f"lowest {name}"] = np.concatenate([family.lowest[:, place] for family in families])
        own[f"highest {name}"] = np.concatenate([family.highest[:, place] for family in families])
    multipliers = np.concatenate([family.multipliers[:, 1:] for family in families])
    for number, column in enumerate(multipliers.T, start=1):
        own[f"multiplier {number} real"], own[f"multiplier {number} imaginary"] = column.real, column.imag
    nothing = {name: np.full(count, np.nan) for name in columns}
    above = {name: np.full(before, np.nan) for name in own} | columns
    return {name: np.concatenate([above[name], (nothing | own)[name]]) for name in (columns | own)}


def _range(mark: CycleMark, symbol: str, place: int) -> str:
    return f"{symbol} from {number_text(float(mark.lowest[place]), 6)} to {number_text(float(mark.highest[place]), 6)}"
