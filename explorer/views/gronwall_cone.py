"""How far two neighbouring trajectories part, between the bounds of Gronwall's lemma."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import GronwallCone

from ..canvas.dashes import Dashes
from ..canvas.error_band import Band, ErrorBand
from ..canvas.legend import Swatch
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard, time_span
from ..view import Table
from .iteration_table import rows_where, within

_WAITING = "The distance of two trajectories appears here."
_PART, _ROUNDING = 0.01, 1e-12
"""Of a bound, and of the trajectories' size, by which the distance may be beyond it before that is told."""
_BEYOND, _LEAST = 2.0, 0.5
"""Decades around the distance in which the cone is shown by itself, and at least."""


class GronwallConeView(TimeCard):
    """log10 of |z_b - z_a| against t, in the cones of the Lipschitz constant and of the logarithmic norm."""

    name = "gronwall_cone"
    title = "Gronwall cone"
    wanted = frozenset({GronwallCone})
    components = range(1, 65)
    help = (
        "The distance of the selected trajectory from the next one, and the bounds in which Gronwall's lemma keeps it: "
        "d₀e^(±Lt), the grey cone, with L the largest norm of the Jacobian J, and the narrower one of the logarithmic "
        "norms, μ(J) above and −μ(−J) below. An upper rate below 0 says that all neighbours come together. The rates "
        "are the largest found on the segments between both trajectories, at finitely many points: sampled, no proof."
    )
    kinds = frozenset({"ode", "minimise"})
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 27
    at_first: ClassVar[bool] = False
    lowest = 200
    log_y = True
    legend_below = True
    chip_names = ("leaves", "sampled")

    def __init__(self) -> None:
        super().__init__()
        self._cone: GronwallCone | None = None
        self._bands = ErrorBand(self.theme, z=-5)
        self._line = Segments(self.theme, z=0)
        self._edges = Dashes(self.theme, z=5)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._bands, self._line, self._edges), self._note)
        self.plot.left.set_title("distance")
        self.redraw()

    def _show(self, cone: GronwallCone | None) -> None:
        self._cone = cone
        self.redraw()

    def _heights(self, cone: GronwallCone) -> dict[str, np.ndarray]:
        """Logarithms of the four bounds: straight lines."""
        begin, since = math.log10(cone.distance[0]), np.abs(cone.t - cone.t[0])
        return {name: begin + rate * since / math.log(10.0) for name, rate in cone.rates().items()}

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self._note.set_text(_WAITING)
        self._show(None)

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self.follow_data(settled=False, span=time_span(experiment, system))

    @override
    def draw(self, frame: Frame) -> None:
        cone = frame.get(GronwallCone)
        if cone is not None and cone is not self._cone:
            self._show(cone)
            self.follow_data(settled=frame.final and frame.quality == "full")
        elif GronwallCone in frame.absent:
            self._note.set_text(frame.absent[GronwallCone])
            self._show(None)

    @override
    def redraw(self) -> None:
        cone, theme = self._cone, self.theme
        self._note.setVisible(cone is None)
        self.legend.set_entries(() if cone is None else _entries(cone))
        if cone is None:
            self._bands.set_bands(())
            self._edges.set_families(())
            self._line.set_segments(np.empty((0, 2)), ())
            for name in self.chip_names:
                self.chips.set_text(name, "")
            return
        colour = theme.colour_of(cone.first)
        self.legend.set_colours((colour, theme.amber, theme.muted)[: len(self.legend.entries())], theme)
        heights = self._heights(cone)
        self._bands.set_bands(
            [
                Band(cone.t, heights["lower"], heights["upper"], theme.muted),
                Band(cone.t, heights["lower_sharp"], heights["upper_sharp"], theme.amber),
            ]
        )
        # where both are equal the band has no width
        sharp = [np.stack([cone.t, heights[name]], axis=1) for name in ("lower_sharp", "upper_sharp")]
        self._edges.set_families([([edge for edge in sharp if np.isfinite(edge).all()], theme.amber)])
        points = np.stack([cone.t, _logarithm(cone.distance)], axis=1)
        self._line.set_segments(points, [StrokeGroup(np.arange(max(0, len(points) - 1)), Stroke(colour, 2.0))])
        self._tell(cone)

    def _tell(self, cone: GronwallCone) -> None:
        how = f"the largest at {cone.times} times and {cone.places} points of the segments between the trajectories"
        text = f"{cone.times} × {cone.places} points"
        rates = f"−μ(−J) = {power_text(-cone.decay, 4)}, μ(J) = {power_text(cone.growth, 4)} and |J|₂ = L"
        known = math.isfinite(cone.lipschitz)
        self.chips.set_text("sampled", text if known else "", f"{rates} are {how}; no proof between these")
        left = cone.leaves(_PART, _ROUNDING)
        text = "" if math.isnan(left) else f"leaves the cone at t = {number_text(left, 3)}"
        hint = f"{text}, by more than 1 %: two solutions cannot, so it is the error of {cone.method}"
        self.chips.set_text("leaves", text, hint, warning=True)

    @override
    def content_range(self) -> tuple[float, float] | None:
        if self._cone is None:
            return None
        distance = _logarithm(self._cone.distance)
        distance = distance[np.isfinite(distance)]
        low, high = float(distance.min()), float(distance.max())
        bounds = self._heights(self._cone)
        if not np.isfinite(bounds["lower"]).all():
            return low - _LEAST, high + _LEAST
        least, most = float(bounds["lower"].min()), float(bounds["upper"].max())
        return min(max(least, low - _BEYOND), low - _LEAST), max(min(most, high + _BEYOND), high + _LEAST)

    @override
    def curve_at(self, position: QPointF) -> int | None:
        return None

    @override
    def readout_at(self, t: float, value: float) -> str:
        cone = self._cone
        if cone is None or not cone.t[0] <= t <= cone.t[-1]:
            return f"t = {number_text(t)}   distance {power_text(10.0**value)}"
        nearest = int(np.abs(cone.t - t).argmin())
        lower, low, high, upper = (float(bound[nearest]) for bound in cone.bounds().values())
        return (
            f"t = {number_text(float(cone.t[nearest]))}   d = {power_text(float(cone.distance[nearest]), 4)}   "
            f"μ: {power_text(low)} … {power_text(high)}   L: {power_text(lower)} … {power_text(upper)}"
        )

    @override
    def table(self, visible_only: bool = False) -> Table:
        cone = self._cone
        if cone is None:
            return Table({})
        table = Table({"t": cone.t, "distance": cone.distance, **cone.bounds()})
        return rows_where(table, within(cone.t, self.box.rectangle()[0])) if visible_only else table


def _entries(cone: GronwallCone) -> tuple[tuple[str, Swatch], ...]:
    """Which trajectories, and the rates of both cones."""
    pair: tuple[str, Swatch] = f"{cone.first + 1} and {cone.second + 1}", "line"
    if not math.isfinite(cone.lipschitz):
        return pair, ("no bounds: J is not finite", "area")
    rates = f"μ = {power_text(-cone.decay)} … {power_text(cone.growth)}"
    return pair, (rates, "area"), (f"L = {power_text(cone.lipschitz, 4)}", "area")


def _logarithm(values: np.ndarray) -> np.ndarray:
    """NaN of 0, where both trajectories are the same to the last digit."""
    return np.log10(np.where(values > 0.0, values, np.nan))
