"""The basins of a plane: an image below everything else, its legend, and what it says at the mouse."""

from __future__ import annotations

import numpy as np

from core.frame import Frame
from core.language import System
from core.readings import RAN_AWAY, UNDECIDED, PlaneMap

from ..canvas.legend import Legend
from ..canvas.number_text import number_text
from ..canvas.plot_card import PlotCard
from ..canvas.raster import Raster, bordered, cell_of, step_of
from ..layered import Layer
from .basin_colours import Hues, end_colour, fate_colour, is_smooth, map_pixels
from .plane_axes import PlaneAxes

_MOST_NAMES = 8
_FATES = {RAN_AWAY: "runs away", UNDECIDED: "undecided"}
_FLOW = "the flow"
_AS_SHARP = 1.3
"""A map whose pixels are larger than those of another by less than this is as sharp."""


def basins_layer(*, visible: bool) -> Layer:
    """The layer of a plane's map."""
    help = "Basins: where each start ends; darker takes longer"
    return Layer("basins", "Basins", visible, help, frozenset({PlaneMap}), of_formulas=True)


class PlaneBasins:
    """The newest map of the plane that is shown; none while the layer is hidden."""

    def __init__(self, card: PlotCard) -> None:
        self._card = card
        self.image = Raster(card.theme, z=-95)
        self.kept = Raster(card.theme, z=-94)
        self.image.setVisible(False)
        self.kept.setVisible(False)
        self.image.visibleChanged.connect(self._follow_switch)
        self._legend: Legend | None = None
        if not card.legend_below:  # a heading has no room for so many names
            self._legend = Legend(card.theme, wrapping=True)
            card.body.insertWidget(card.body.indexOf(card.plot), self._legend)
        self._map: PlaneMap | None = None
        self._finer: PlaneMap | None = None  # an earlier one that is sharper where it lies
        self._hues = Hues()
        self._smooth = False
        self.names: tuple[tuple[str, str], ...] = ()
        """Names of the ends with their colours, for a legend that the card has below its heading."""
        self._reason = ""
        """Why there is no map; empty while one may come."""

    def begin(self, system: System) -> None:
        """Another system: forget what was known of the one before."""
        self.clear()
        self._hues = Hues.of(system)
        self._hues.forget(self._card.name)
        if self._legend is not None:
            self._legend.release()

    def clear(self) -> None:
        """Forget the map."""
        self._map, self._reason = None, ""
        self._paint()

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the map of a frame if it is one of these axes; until there is one the last stays in its place.

        In a plane that was only moved a sharper map lies on the coarse one until that is as sharp.
        """
        newest = frame.get(PlaneMap)
        if not self.image.isVisible():
            return
        if newest is None and self._map is None:
            self._reason = frame.absent.get(PlaneMap, "")
            if self._reason:
                self._paint()
        if newest is None or newest is self._map:
            return
        if (newest.x_name, newest.y_name) != (axes.x, axes.y):
            return
        before, self._map = self._map, newest
        if before is None or frame.quality != "full" or not _agree(before, newest):
            self._keep(None)
        elif self._finer is None:
            self._keep(before)
        if self._finer is not None and step_of(newest.x) <= step_of(self._finer.x) * _AS_SHARP:
            self._keep(None)
        self._paint()

    def apply_theme(self) -> None:
        """Recolour the image and the legend."""
        self._keep(None)
        self._paint()

    def text_at(self, x: float, y: float) -> str:
        """Where a start at (x, y) ends, and after how long."""
        maps = (shown for shown in (self._finer, self._map) if shown is not None)
        return next((text for text in (_text_at(shown, x, y) for shown in maps) if text), "")

    def _keep(self, earlier: PlaneMap | None) -> None:
        self._finer = earlier
        if earlier is None:
            self.kept.clear()
        else:
            self.kept.take_over(self.image)

    def _follow_switch(self) -> None:
        self.clear()  # by the time it is shown again the values may be others

    def _paint(self) -> None:
        shown, theme = self._map, self._card.theme
        if shown is None:
            self._keep(None)
            self.image.clear()
            # a legend that came with the first map would move the plane, and that map would be of another one
            looking = self.image.isVisible() and not self._reason
            self._name((("looking for ends", theme.muted),) if looking else ())
            self._card.chips.set_text("basins", "no map" if self._reason else "", self._reason, warning=True)
            return
        hues = self._hues.follow(shown, self._card.name)
        self._smooth = is_smooth(shown)
        colours = map_pixels(shown, hues, theme, smooth=self._smooth)
        picture = shown.x, shown.y, colours
        self.image.set_pixels(*(bordered(*picture) if shown.step > 1 else picture))
        self._name(tuple(self._named(shown, hues)))
        self._card.chips.set_text("basins", _summary(shown), _explained(shown))

    def _name(self, names: tuple[tuple[str, str], ...]) -> None:
        self.names = names
        if self._legend is not None:
            self._legend.set_entries(tuple((name, "area") for name, _ in names))
            self._legend.set_colours(tuple(colour for _, colour in names), self._card.theme)

    def _named(self, shown: PlaneMap, hues: tuple[int, ...]) -> list[tuple[str, str]]:
        """The names and colours of the legend: the largest basins, in the order of their ends."""
        theme = self._card.theme
        sizes = np.bincount(shown.end.ravel().astype(np.intp) - UNDECIDED, minlength=len(hues) + 2)
        largest = sorted(np.argsort(-sizes[2:], kind="stable")[:_MOST_NAMES].tolist())
        named = [(shown.names[end], end_colour(theme, hues[end])) for end in largest if sizes[end + 2]]
        left = int((sizes[2:] > 0).sum()) - len(named)
        if left > 0:
            named.append((f"and {left} more", theme.muted))
        fates = [fate for fate in _FATES if sizes[fate - UNDECIDED]]
        return named + [(_FATES[fate], fate_colour(theme, fate, smooth=self._smooth)) for fate in fates]


def _agree(one: PlaneMap, other: PlaneMap) -> bool:
    """Whether two maps are parts of the same."""
    return (one.question, one.slice_at) == (other.question, other.slice_at)


def is_complex(axes: PlaneAxes) -> bool:
    """Whether the plane is that of one complex unknown."""
    return axes.x.startswith("re ") and axes.y == f"im {axes.x.removeprefix('re ')}"


def _text_at(shown: PlaneMap, x: float, y: float) -> str:
    column, row = cell_of(shown.x, x), cell_of(shown.y, y)
    if column is None or row is None:
        return ""
    end, count = int(shown.end[row, column]), float(shown.count[row, column])
    if shown.method == _FLOW:
        when = f"t = {number_text(count, 3)}"
    else:
        digits = 3 if count != int(count) else max(3, len(str(int(count))))
        when = f"{number_text(count, digits)} iteration{'' if count == 1 else 's'}"
    where = _FATES[end] if end in _FATES else f"→ {shown.names[end]}"
    return f"{where} after {when}   as do {_share_text(shown, end)}"


def _share_text(shown: PlaneMap, end: int) -> str:
    """How much of the rectangle ends there."""
    return f"{100.0 * np.count_nonzero(shown.end == end) / shown.end.size:.2f} % of all starts"


def _shares(shown: PlaneMap) -> str:
    """How much of the rectangle ends where, of few ends."""
    if not 0 < len(shown.ends) <= _MOST_NAMES:
        return ""
    return ", ".join(f"{name}: {_share_text(shown, end)}" for end, name in enumerate(shown.names))


def _explained(shown: PlaneMap) -> str:
    """What computed it, and what its step is."""
    told = {"kernel": "Computed by a compiled loop", "python": "Computed by numpy"}.get(shown.path, "")
    instead = f"{shown.instead_of} comes to none of the roots in sight" if shown.instead_of else ""
    step = "A step of 1 is every pixel" if shown.step > 1 else ""
    if shown.short_of_time:
        step += ": that would take longer than the seconds which the card Run allows"
    return ". ".join(filter(None, (_summary(shown) if instead else "", instead, told, step, _shares(shown))))


def _summary(shown: PlaneMap) -> str:
    count = len(shown.ends)
    none = "escape times" if (shown.end == RAN_AWAY).any() else "no end"
    ends = f"{count} end{'' if count == 1 else 's'}" if count else none
    step = (f"step {shown.step}",) if shown.step > 1 else ()
    method = f"{shown.method} instead of {shown.instead_of}" if shown.instead_of else shown.method
    return ", ".join((ends, method, *step))
