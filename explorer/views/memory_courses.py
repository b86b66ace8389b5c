"""Bytes over depth as courses of a plot, as words and as columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.readings import GradientMemory, MemoryLaw, MemoryLine

from ..canvas.number_text import grouped_text, power_text
from ..view import Table

if TYPE_CHECKING:
    from jaxtyping import Float

AXES = ("log", "linear")
AXIS_TIPS = (
    "Both axes logarithmic: what grows with the depth goes up with slope 1, what stays is level",
    "Both axes linear, from 0",
)
_DIGITS = 3
"""Of the numbers of a law that is not exact."""


def depth_letter(memory: GradientMemory | None) -> str:
    """N for steps, K for iterations."""
    return "N" if memory is not None and memory.about == "trajectory" else "K"


def depth_title(memory: GradientMemory | None) -> str:
    """What the horizontal axis counts."""
    return f"{'steps' if depth_letter(memory) == 'N' else 'iterations'} {depth_letter(memory)}"


def course(memory: GradientMemory, line: MemoryLine, axes: str) -> Float[np.ndarray, "D 2"]:
    """One method's bytes over the depth, in coordinates of the plot."""
    return placed(memory.depth, line.kept, axes)


def placed(depth: np.ndarray, kept: np.ndarray, axes: str) -> Float[np.ndarray, "D 2"]:
    """Depths and bytes as the axes have them; NaN where one of them has no place."""
    points = np.stack([depth, kept], axis=1)
    if axes == AXES[0]:
        with np.errstate(divide="ignore", invalid="ignore"):
            points = np.log10(points)
    return np.where(np.isfinite(points).all(axis=1)[:, None], points, np.nan)


def law_words(law: MemoryLaw | None, letter: str) -> str:
    """The fitted line, "12 000 + 2 000 K bytes", and how far it is off where it is not exact; empty without one."""
    if law is None:
        return ""
    exact = law.off == 0.0
    first, second = (_whole(value, exact=exact or law.form == "between") for value in (law.first, law.second))
    if law.form == "between":
        return f"between {first} and {second} bytes"
    if law.form == "constant":
        words = f"{first} bytes"
    else:
        unit = letter if law.form == "linear" else f"√{letter}"
        growth = f"{second} {unit}"
        words = growth if law.first == 0.0 else f"{first} + {growth}"
        words = f"{growth} − {_whole(-law.first, exact=exact)}" if law.first < 0.0 else words
        words = f"{words} bytes"
    return words if exact else f"about {words}, off by {power_text(100.0 * law.off, 2)} % at most"


def short_law(law: MemoryLaw | None, letter: str) -> str:
    """The same in few letters, "12 000 + 2 000 K"."""
    return law_words(law, letter).split(",")[0].replace(" bytes", "").replace("about ", "≈ ").replace("between ", "")


def _whole(value: float, *, exact: bool) -> str:
    if not np.isfinite(value):
        return ""
    return grouped_text(value if exact else float(f"{value:.{_DIGITS - 1}e}"))


def line_words(memory: GradientMemory, line: MemoryLine, index: int) -> str:
    """One measured number: "unrolled   K = 80   172 000 bytes", and the law."""
    letter, law = depth_letter(memory), line.law
    level = law is not None and law.form == "constant" and law.off == 0.0
    parts = (
        line.title,
        f"{letter} = {memory.depth[index]:.0f}",
        f"{grouped_text(line.kept[index])} bytes",
        f"the same for every {letter}" if level else law_words(law, letter),
    )
    return "   ".join(filter(None, parts))


def continued(before: GradientMemory | None, now: GradientMemory) -> GradientMemory:
    """`now`; while it only measures again what was measured before, and finds the same, that goes on being shown."""
    if before is None or now.done >= now.total or not _same_question(before, now):
        return now
    known = {line.method: line.kept for line in before.lines}
    for line in now.lines:
        old = known.get(line.method)
        good = np.isfinite(line.kept)
        if old is None or len(old) < len(line.kept) or not np.array_equal(old[: len(good)][good], line.kept[good]):
            return now
    return replace(before, now=now.now)


def _same_question(before: GradientMemory, now: GradientMemory) -> bool:
    names = ("about", "solver", "rows", "size", "dtype", "by", "note")
    if any(getattr(before, name) != getattr(now, name) for name in names) or len(before.depth) < len(now.depth):
        return False
    return bool(np.array_equal(before.depth[: len(now.depth)], now.depth))


def memory_table(memory: GradientMemory) -> Table:
    """A row per method and depth: method, depth, bytes, law, note."""
    size, letter = len(memory.depth), depth_letter(memory)
    if not size or not memory.lines:
        return Table({})
    return Table(
        {
            "method": np.repeat([line.title for line in memory.lines], size),
            depth_title(memory).split()[0]: np.tile(memory.depth, len(memory.lines)),
            "bytes": np.concatenate([line.kept for line in memory.lines]),
            "law": np.repeat([law_words(line.law, letter) for line in memory.lines], size),
            "note": np.repeat([line.note for line in memory.lines], size),
        }
    )
