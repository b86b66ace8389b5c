"""The newest maps of the solvers of a race, the colours of their ends, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.frame import Frame
from core.language import System
from core.readings import RAN_AWAY, UNDECIDED, PlaneMap, SolverMaps

from ..canvas.number_text import number_text
from ..canvas.raster import cell_of
from .basin_colours import Hues, end_colour, fate_colour, nowhere_colour
from .plane_axes import PlaneAxes
from .solver_map_words import shares_text, start_text

if TYPE_CHECKING:
    from ..theme import Theme

_MOST_NAMES = 8


class SolverMapSet:
    """Of every solver the finest map there is. While values change the last one stays until there is another."""

    def __init__(self, plot: str) -> None:
        self._plot = plot
        self._hues = Hues()
        self._kept: dict[str, PlaneMap] = {}
        self.reading: SolverMaps | None = None

    def __len__(self) -> int:
        return 0 if self.reading is None else len(self.reading.solvers)

    def begin(self, system: System) -> None:
        """Another system."""
        self.reading, self._kept, self._hues = None, {}, Hues.of(system)
        self._hues.forget(self._plot)

    def take(self, frame: Frame) -> bool:
        """Take over the maps of a frame; whether it has any."""
        reading = frame.get(SolverMaps)
        if reading is None:
            return False
        self.reading = reading
        for solver, shown in zip(reading.solvers, reading.maps, strict=True):
            before = self._kept.get(solver)
            if shown is not None and (before is None or not _finer(before, shown)):
                self._kept[solver] = shown
        if frame.final and frame.quality == "full":  # what is not computed by now will not be
            self._kept = {name: one for name, one in self._kept.items() if one.question == reading.question}
        return True

    def shown(self, index: int) -> PlaneMap | None:
        """The map of a solver."""
        return None if self.reading is None else self._kept.get(self.reading.solvers[index])

    def every(self) -> list[PlaneMap]:
        """All that there are."""
        return [shown for index in range(len(self)) if (shown := self.shown(index)) is not None]

    def hues(self, shown: PlaneMap) -> tuple[int, ...]:
        """Of the ends of a map: the same end has the same in all maps, and in the plane of the iterates."""
        return self._hues.follow(shown, self._plot)

    def most(self) -> float:
        """The highest count of a start that comes to an end."""
        return max((float(one.count[one.end >= 0].max(initial=1.0)) for one in self.every()), default=1.0)

    def legend(self, theme: Theme, *, counted: bool) -> dict[str, str]:
        """Names and colours: the ends that any map comes to, and what becomes of other starts."""
        every = self.every()
        fates = {int(fate) for one in every for fate in np.unique(one.end[one.end < 0])}
        if counted:
            return {"comes to none": nowhere_colour(theme)} if fates else {}
        named: dict[str, str] = {}
        for one in every:
            hues = self.hues(one)
            named |= {one.names[end]: end_colour(theme, hues[end]) for end in np.unique(one.end[one.end >= 0]).tolist()}
        left = len(named) - _MOST_NAMES
        named = dict(list(named.items())[:_MOST_NAMES]) | ({f"and {left} more": theme.muted} if left > 0 else {})
        words = {RAN_AWAY: "runs away", UNDECIDED: "undecided"}
        return named | {word: fate_colour(theme, fate, smooth=False) for fate, word in words.items() if fate in fates}

    def text(self, index: int, place: tuple[float, float] | None, axes: PlaneAxes) -> str:
        """What becomes of a start at a place of one map; of none, what the whole map comes to."""
        shown = self.shown(index)
        if self.reading is None or shown is None:
            return ""
        title = self.reading.titles[index]
        cell = (None, None) if place is None else (cell_of(shown.x, place[0]), cell_of(shown.y, place[1]))
        if place is None or cell[0] is None or cell[1] is None:
            return f"{title}: {shares_text(shown)}"
        here = f"{axes.symbol(axes.x)} = {number_text(place[0])}   {axes.symbol(axes.y)} = {number_text(place[1])}"
        return f"{here}   {start_text(title, shown, cell[0], cell[1])}"


def _finer(one: PlaneMap, other: PlaneMap) -> bool:
    """Whether it answers the same question, and better."""
    return one.question == other.question and one.step < other.step
