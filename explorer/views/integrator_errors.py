"""How far every integration method is from a tight reference, over time."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import IntegratorRace

from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.long_curve import LongCurve
from ..canvas.long_curves import LongCurves
from ..canvas.nearest import nearest_point
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.robust_range import robust_range
from ..canvas.segments import Stroke
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard, time_span
from ..noise_words import obstacle_in
from ..view import Table
from .integrator_figures import waiting_text
from .solver_race import solver_colour, solver_glyph

_APART, _REACH = 70.0, 8.0
_LOWEST = 1e-17
"""Part of the solution's size below which an error is none of a run's."""
_HIGHEST = 2.0
"""Decades above the solution's size that are shown by themselves: beyond them a run only blows up."""


class IntegratorErrors(TimeCard):
    """log10 of |z - reference| against t."""

    name = "integrator_errors"
    title = "Error of the methods"
    wanted = frozenset({IntegratorRace})
    kinds = frozenset({"ode", "minimise"})
    help = (
        "The distance of every method from a reference with very small tolerances, at its own steps. The thin grey "
        "line is what the reference itself may be wrong by: an error near it is not the method's alone. Where two "
        "references part, as in chaos, nothing is drawn. Click a name to hide it."
    )
    place: ClassVar[str] = "below"
    order: ClassVar[int] = 25
    at_first: ClassVar[bool] = False
    of_race: ClassVar[bool] = True
    log_y = True
    legend_below = True
    chip_names = ("focus", "trust")

    def __init__(self) -> None:
        super().__init__()
        self._race: IntegratorRace | None = None
        self._titles: tuple[str, ...] = ()
        self._curves: tuple[LongCurve, ...] = ()
        self._gap: LongCurve | None = None
        self._lines = LongCurves(self.theme, z=0)
        self._glyphs = Glyphs(self.theme, z=5)
        self._note = EmptyNote(self.theme, waiting_text(racing=False))
        self.box.add(Sheet(self.theme, self._lines, self._glyphs), self._note)
        self.plot.left.set_title("|z − reference|")
        self.redraw()

    def _show(self, race: IntegratorRace | None) -> None:
        self._race = race
        self._curves, self._gap = (), None
        if race is not None:
            floor = max(_LOWEST * race.reference.size, 1e-300)
            self._curves = tuple(LongCurve(run.t, _positive(run.error), floor) for run in race.runs)
            self._gap = LongCurve(race.reference.t, _positive(race.reference.gap), floor)
        titles = () if race is None else tuple(run.title for run in race.runs)
        if titles != self._titles:
            self._titles = titles
            glyphs = [solver_glyph(place) for place in range(len(titles))]
            swatches = tuple("line" if glyph == "disc" else glyph for glyph in glyphs)
            self.legend.set_entries((), switchable=True)
            self.legend.set_entries(tuple(zip(titles, swatches, strict=True)), switchable=True)
            for entry in self.legend.entries():
                entry.toggled.connect(self._switch)
        self.redraw()

    def _switch(self) -> None:
        self.redraw()
        self.follow_data()

    def _shown(self) -> list[int]:
        return [place for place, entry in enumerate(self.legend.entries()) if entry.isChecked()]

    def _colour(self, place: int) -> str:
        return solver_colour(self.theme, place, 0 if self._race is None else self._race.trajectory)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self._show(None)

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        racing = bool(experiment.integration.rivals)
        obstacle = obstacle_in(system)
        self._note.set_text(waiting_text(racing, obstacle=obstacle))
        if self._race is not None and (obstacle or not racing):
            self._show(None)
        self.follow_data(settled=False, span=time_span(experiment, system))

    @override
    def draw(self, frame: Frame) -> None:
        race = frame.get(IntegratorRace)
        if race is not None and race is not self._race:
            self._show(race)
            self.follow_data(settled=frame.final and frame.quality == "full")

    @override
    def redraw(self) -> None:
        race, shown = self._race, self._shown()
        self._note.setVisible(race is None)
        gap = [] if self._gap is None else [(self._gap, Stroke.pale(self.theme.muted, 1.0, 0.5, self.theme))]
        methods = [(self._curves[place], Stroke(self._colour(place), 1.8)) for place in shown[::-1]]
        self._lines.set_curves([*gap, *methods])
        self._glyphs.set_groups(
            [
                GlyphGroup(solver_glyph(place), self._curves[place], self._colour(place), 3.0, apart=_APART)
                for place in shown[::-1]
                if solver_glyph(place) != "disc"
            ]
        )
        self.legend.set_colours(tuple(self._colour(place) for place in range(len(self._titles))), self.theme)
        self.chips.set_text("focus", "" if race is None else f"trajectory {race.trajectory + 1}")
        if race is None or race.reference.trusted:
            told = "" if race is None else f"reference ± {power_text(race.reference.end_gap, 2)}"
            self.chips.set_text("trust", told, "" if race is None else str(race.reference))
            return
        until = race.reference.good_until
        text = f"trust it until t = {number_text(until, 3)}" if math.isfinite(until) else "no reference"
        self.chips.set_text("trust", text, str(race.reference), warning=True)

    @override
    def content_range(self) -> tuple[float, float] | None:
        heights = [self._curves[place].heights() for place in self._shown()]
        values = np.concatenate([*heights, np.empty(0)])
        size = math.log10(max(1.0 if self._race is None else self._race.reference.size, 1e-300))
        low, high = size + math.log10(_LOWEST), size + _HIGHEST
        return robust_range(values[(values > low) & (values < high)])

    @override
    def curve_at(self, position: QPointF) -> int | None:
        return None if self._race is None or self._near(position) is None else self._race.trajectory

    def _near(self, position: QPointF) -> tuple[int, int] | None:
        """(method, record) under a position in pixels."""
        projection = self._lines.projection
        if projection is None:
            return None
        for place in self._shown():
            near = self._curves[place].near(projection, position.x(), _REACH)
            pixels = projection.pixels(self._curves[place].places(near))
            record = nearest_point(pixels, (position.x(), position.y()), _REACH)
            if record is not None:
                return place, near.start + record
        return None

    @override
    def readout_at(self, t: float, value: float) -> str:
        found, race = self._near(self.box.mapFromView(QPointF(t, value))), self._race
        if found is None or race is None:
            return f"t = {number_text(t)}   error {power_text(10.0**value)}"
        run, record = race.runs[found[0]], found[1]
        return f"{run.title}   t = {number_text(float(run.t[record]))}   error {power_text(float(run.error[record]))}"

    @override
    def table(self, visible_only: bool = False) -> Table:
        race = self._race
        if race is None:
            return Table({})
        shown = self._shown() if visible_only else range(len(race.runs))
        runs = [race.runs[place] for place in shown]
        columns = {
            "method": np.repeat(np.array([run.method for run in runs], dtype=object), [len(run.t) for run in runs]),
            "t": np.concatenate([run.t for run in runs] or [np.empty(0)]),
            "error": np.concatenate([run.error for run in runs] or [np.empty(0)]),
        }
        if visible_only:
            (low, high), heights = self.box.rectangle()
            with np.errstate(divide="ignore"):
                place = np.log10(columns["error"])
            inside = (columns["t"] >= low) & (columns["t"] <= high) & (place >= heights[0]) & (place <= heights[1])
            columns = {name: values[inside] for name, values in columns.items()}
        return Table(columns)


def _positive(error: np.ndarray) -> np.ndarray:
    """Without the zero of the start, and of an exact method, which has no logarithm."""
    return np.where(error > 0.0, error, np.nan)
