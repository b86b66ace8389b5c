"""Red rings where numerical solutions cross, and why that must not be, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import Crossings

from ..canvas.number_text import number_text, power_text
from ..canvas.points import Points
from ..view import Table

if TYPE_CHECKING:
    from ..theme import Theme

_MOST = 300
"""Rings: more would hide the curves."""
_REACH = 8.0


class CrossingMarks(Points):
    """Those beyond what the tolerances allow; the others are only told."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, "ring", 3.0, z=z)
        self.reading: Crossings | None = None

    def mark(self, theme: Theme, shown: bool) -> None:
        """Draw the rings of `reading`, in a theme; none where the curves are not shown."""
        reading = self.reading
        marked = self._marked() if shown else np.empty(0, np.int64)
        places = np.empty((0, 2)) if reading is None else np.stack([reading.t, reading.value], axis=1)[marked]
        self.set_points(places, [theme.rose] * len(places))

    def sentence_at(self, position: QPointF) -> str:
        """What crosses under a position in pixels; empty where nothing does."""
        reading, place = self.reading, self.index_at(position, _REACH)
        return "" if reading is None or place is None else crossing_sentence(reading, int(self._marked()[place]))

    def _marked(self) -> np.ndarray:
        return np.empty(0, np.int64) if self.reading is None else np.flatnonzero(~self.reading.within)[:_MOST]


def crossing_sentence(reading: Crossings, index: int) -> str:
    """Who crosses, when, by which method and step."""
    first, second = (reading.pairs[index] + 1).tolist()
    step, t = number_text(float(reading.step[index])), number_text(float(reading.t[index]), 5)
    depth = power_text(float(reading.depth[index]))
    return f"{reading.method}, step {step}: trajectories {first} and {second} cross at t = {t}, then are {depth} apart"


def with_crossings(table: Table, reading: Crossings | None) -> Table:
    """A further column: how often a trajectory crosses others beyond the tolerances; NaN where it was not compared."""
    if reading is None or "trajectory" not in table.columns:
        return table
    owner = table.columns["trajectory"] - 1
    counts = np.bincount(reading.pairs[~reading.within].ravel(), minlength=int(owner.max(initial=0)) + 1)[owner]
    compared = owner < reading.compared
    return Table({**table.columns, "crossings": counts if compared.all() else np.where(compared, counts, np.nan)})


def crossing_chip(reading: Crossings | None) -> tuple[str, str, bool]:
    """A short text, a sentence, and whether it is a warning."""
    if reading is None or not len(reading):
        return "", "", False
    beyond = np.flatnonzero(~reading.within)
    if not beyond.size:
        text = "crossings within the tolerances"
        widest = int(reading.depth.argmax())
        why = "they are so near to each other that the method's allowed errors are larger than what is between them"
        return text, f"{len(reading)} {text}: {why}. The widest: {crossing_sentence(reading, widest)}", False
    first, second = (reading.pairs[beyond[0]] + 1).tolist()
    more = f", {beyond.size} crossings" if beyond.size > 1 else ""
    text = f"{first} and {second} cross at t = {number_text(float(reading.t[beyond[0]]), 3)}{more}"
    why = "Solutions of a field that is Lipschitz never do: it is the method's error"
    return text, f"{crossing_sentence(reading, int(beyond[0]))}. {why}{_of_all(beyond.size)}", True


def _of_all(count: int) -> str:
    return f"; {count} crossings in all" if count > 1 else ""
