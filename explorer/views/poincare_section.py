"""Where trajectories cross the line that a person drew in the phase plane, and where next; or states once a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment, Section
from core.frame import Frame
from core.language import System
from core.readings import PoincareSection

from ..canvas.diagonal import Diagonal
from ..canvas.fitted_card import FittedCard, around
from ..canvas.marks import Marks
from ..canvas.nearest import nearest_point
from ..canvas.number_text import number_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..sentence import sentence
from ..view import Table
from .section_pickers import RETURNS, SectionPickers

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_WAITING = "Choose Poincaré section in the menu of the plane."
_NONE = "No trajectory crosses the line this way: drag its ends, or count both ways."
_SHORT = "No trajectory is followed for a period: choose a longer time span."
_FEW = "Each trajectory crosses once: there is no return to show."
_REACH = 8.0
"""Pixels from a mark at which the mouse still means it."""


class PoincareSectionView(FittedCard):
    """The return map of a planar flow, the section's points in more dimensions, or states once a period in their
    plane."""

    name = "poincare_section"
    title = "Poincaré section"
    wanted = frozenset({PoincareSection})
    kinds = frozenset({"ode"})
    components = range(2, 100_000)
    help = (
        "Crossings of the line in the phase plane: s is how far along it from its first end. The return map shows the "
        "next s over this one: of a plane, counted one way, an orbit is closed where it meets the diagonal, and its "
        "slope there is the orbit's multiplier. In more dimensions another component stands over s. Of a field that "
        "time drives it shows the states once a period, the stroboscopic map: a point that stays is an orbit of that "
        "period, k points one of k periods, a closed curve is quasi-periodic and a cloud chaos."
    )
    at_first: ClassVar[bool] = False
    of_section: ClassVar[bool] = True
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 15
    chip_names = ("count", "ends")

    def __init__(self) -> None:
        super().__init__()
        self._section = Section()
        self._system: System | None = None
        self._found: PoincareSection | None = None
        self._reason = ""
        self._diagonal = Diagonal(self.theme, z=-5)
        self._marks = tuple(Marks(self.theme, "dot", 3.6, z=10) for _ in self.theme.series)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._diagonal, *self._marks), self._note)
        self._pickers = SectionPickers()
        self.header.insertWidget(self.header.indexOf(self.legend), self._pickers)
        self._pickers.changed.connect(self._choose)
        self._pickers.edited.connect(self._edit)
        self.box.hover_moved.connect(self._read)

    def _choose(self) -> None:
        """Other axes: look at all of them anew."""
        self._auto.reset()
        self.redraw()
        self._auto.follow(self.extent())

    def _edit(self, section: Section) -> None:
        if self._section.on:
            self.section_edited.emit(section, None)

    def _points(self) -> tuple[Float[np.ndarray, "p 2"], Int[np.ndarray, "p"]]:
        """What is drawn, and the places of its crossings."""
        found = self._found
        if found is None:
            return np.empty((0, 2)), np.empty(0, dtype=np.int64)
        if found.period:
            return found.z[:, [found.components.index(axis) for axis in found.section.axes]], np.arange(len(found))
        name = self._pickers.shown
        if name != RETURNS:
            return np.stack([found.s, found.z[:, found.components.index(name)]], axis=1), np.arange(len(found))
        first, after = found.returns()
        return np.stack([found.s[first], found.s[after]], axis=1), first

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        theme, found = self.theme, self._found
        points, places = self._points()
        owners = np.zeros(0, dtype=np.int64) if found is None else found.owner[places] % len(self._marks)
        for index, marks in enumerate(self._marks):
            marks.set_points(points[owners == index], theme.colour_of(index))
        by_period = self._section.kind == "period"
        returning = self._pickers.shown == RETURNS and not by_period
        self._diagonal.setVisible(returning and len(points) > 0)
        names = {} if self._system is None else dict(zip(self._system.components, self._system.symbols, strict=True))
        across, up = self._section.axes if by_period else ("", self._pickers.shown)
        self.plot.bottom.set_title(names.get(across, "") if by_period else "s")
        self.plot.left.set_title("next s" if returning else names.get(up, ""))
        count, one = 0 if found is None else len(found), "point" if by_period else "crossing"
        self.chips.set_text("count", f"{count} {one}{'s' if count > 1 else ''}" if count else "")
        self._tell_ends(found)
        none = _SHORT if by_period else _FEW if count else _NONE
        self._note.set_text(self._reason or (_WAITING if found is None else none))
        self._note.setVisible(not len(points))

    def _tell_ends(self, found: PoincareSection | None) -> None:
        """Which trajectories were not followed as far as asked for."""
        outcomes = () if found is None else found.outcomes
        short = [
            f"trajectory {place} " + ("crossed as often as is kept" if one.name == "cancelled" else str(one))
            for place, one in enumerate(outcomes, 1)
            if not one.success
        ]
        text = f"{len(short)} of {len(outcomes)} ended early" if short else ""
        hint = "; ".join(short)
        self.chips.set_text("ends", text, f"{hint[:1].upper()}{hint[1:]}", warning=True)

    def _read(self, position: QPointF) -> None:
        points, places = self._points()
        found = self._found
        if found is None or not len(points):
            return
        pixels = self.box.projection().pixels(points)
        nearest = nearest_point(pixels, (position.x(), position.y()), _REACH)
        if nearest is None:
            self.readout.emit("")
            return
        one = places[nearest]
        values = zip(found.components, found.z[one].tolist(), strict=True)
        state = "   ".join(f"{name} = {number_text(value)}" for name, value in values)
        self.readout.emit(f"trajectory {found.owner[one] + 1}, t = {number_text(float(found.t[one]))}:   {state}")

    @override
    def extent(self) -> Rectangle | None:
        found = around(self._points()[0])
        if found is None or self._pickers.shown != RETURNS or self._section.kind != "line":
            return found
        (left, right), (bottom, top) = found
        side = min(left, bottom), max(right, top)  # the diagonal goes through it
        return side, side

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0]), padded(*content[1])

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._system, self._found, self._reason = system, None, ""
        self.show_experiment(experiment, system)
        self.begin_anew(((0.0, 1.0), (0.0, 1.0)))
        self.redraw()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        moved = (experiment.section.axes, experiment.section.kind) != (self._section.axes, self._section.kind)
        self._section = experiment.section
        self._pickers.show_section(self._section, 0.0 if self._found is None else self._found.period)
        off = [name for name in system.components if name not in self._section.axes]
        names = dict(zip(system.components, system.symbols, strict=True))
        self._pickers.offer(off, [names[name] for name in off])
        if not self._section.on or moved:
            self._found = None
            self._auto.reset()
            self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        found = frame.get(PoincareSection)
        reason = frame.absent.get(PoincareSection, "") if found is None else ""
        self._reason = sentence(reason) if reason else ""
        if self._reason:
            self._found = None
            self._pickers.show_section(self._section, 0.0)
        elif found is not None and self._section.on and found.section.kind == self._section.kind:
            self._found = found
            self._pickers.show_section(self._section, found.period)
        self.redraw()
        self.follow_frame(frame)

    @override
    def table(self, visible_only: bool = False) -> Table:
        found = self._found
        if found is None:
            return Table({})
        columns = {"trajectory": found.owner + 1, "t": found.t}
        if not found.period:
            columns |= {"s": found.s, "to_left": found.to_left}
        columns |= {name: found.z[:, index] for index, name in enumerate(found.components)}
        if not found.period:
            after = np.full(len(found), np.nan)
            first, second = found.returns()
            after[first] = found.s[second]
            columns["next_s"] = after
        if visible_only:
            points, places = self._points()
            (left, right), (bottom, top) = self.box.rectangle()
            inside = (points >= (left, bottom)).all(axis=1) & (points <= (right, top)).all(axis=1)
            columns = {name: values[places[inside]] for name, values in columns.items()}
        return Table(columns)
