"""The heading of the phase plane: how many trajectories, when, which slice, which axes."""

from __future__ import annotations

from core.readings import Trajectories, VelocityGrid

from ..canvas.legend import Legend
from ..canvas.number_text import number_text
from ..canvas.plot_card import PlotCard
from .axis_pickers import AxisPickers
from .plane_axes import PlaneAxes
from .plane_curves import PlaneCurves
from .plane_cycles import PlaneCycles
from .plane_descent import PlaneDescent
from .plane_field import PlaneField
from .plane_race import PlaneRace
from .plane_separatrices import PlaneSeparatrices


class PlaneHeader:
    """Chips and axis pickers of one plane, and its legend where a field and optimisers are named in it."""

    def __init__(
        self,
        card: PlotCard,
        field: PlaneField | None = None,
        descent: PlaneDescent | None = None,
        race: PlaneRace | None = None,
        cycles: PlaneCycles | None = None,
        branches: PlaneSeparatrices | None = None,
        curves: PlaneCurves | None = None,
    ) -> None:
        self._card, self._field, self._descent, self._race, self._cycles = card, field, descent, race, cycles
        self._branches, self._curves = branches, curves
        self._axes: PlaneAxes | None = None
        self.pickers = AxisPickers()
        card.header.insertWidget(card.header.indexOf(card.legend), self.pickers)

    def put_legend(self, below: bool) -> None:
        """Begin a legend with lines of its own below the heading, or one in it; what it names must be told anew."""
        card = self._card
        before = card.legend
        if below == before.wrapping:
            return
        card.legend = Legend(card.theme, wrapping=below)
        row, place = (card.body, 1) if below else (card.header, card.header.count())
        row.insertWidget(place, card.legend)
        before.hide()
        before.deleteLater()

    def show_time(self, t: float) -> None:
        """Where the playhead is."""
        self._card.chips.set_text("time", f"t = {t:.2f}".replace("-", "−"))

    def show_trajectories(self, trajectories: Trajectories | None) -> None:
        """How many there are."""
        count = 0 if trajectories is None else len(trajectories)
        self._card.chips.set_text("count", f"{count} {'trajectory' if count == 1 else 'trajectories'}" if count else "")

    def show_slice(self, grid: VelocityGrid | None, axes: PlaneAxes) -> None:
        """What is held fixed: the components off the axes, and the time of a field that depends on it."""
        parts, hint = [], ""
        if grid is not None and grid.slice_at:
            fixed = [f"{axes.symbol(name)} = {number_text(value, 3)}" for name, value in grid.slice_at]
            more = [f"{len(fixed) - 2} more"] if len(fixed) > 3 else []
            parts.append("slice at " + ", ".join(fixed[:2] + more if more else fixed))
            hint = "the field is shown where " + ", ".join(fixed)
        if grid is not None and grid.time is not None:
            parts.append(f"frozen at t = {number_text(grid.time)}")
        self._card.chips.set_text("slice", ", ".join(parts), hint)

    def show_rate(self, descent: PlaneDescent) -> None:
        """Whether the learning rate of the optimisers is small enough."""
        text, hint, large = descent.rate()
        self._card.chips.set_text("rate", text, hint, warning=large)

    def take_axes(self, axes: PlaneAxes) -> None:
        """What is named from now on."""
        self._axes = axes
        self.show_legend()

    def show_legend(self) -> None:
        """Which dashed curve is the nullcline of what, and whose way is whose."""
        axes, field, descent = self._axes, self._field, self._descent
        if axes is None or field is None or descent is None:
            return
        dashed = field.nullcline_legend() if field.nullclines.isVisible() else ()
        nullclines = tuple((f"{axes.symbol(name)}′ = 0", field.nullcline_dash(name), colour) for name, colour in dashed)
        parts = (self._curves, self._branches, self._cycles, descent, self._race)
        shown = (*nullclines, *(entry for part in parts if part is not None for entry in part.legend()))
        self._card.legend.set_entries(tuple((name, swatch) for name, swatch, _ in shown))
        self._card.legend.set_colours(tuple(colour for _, _, colour in shown), self._card.theme)
