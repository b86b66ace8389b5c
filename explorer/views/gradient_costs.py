"""What a gradient costs, and what it is worth, by every method there is."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import GradientCosts

from ..canvas.choosing_table import ChoosingTable
from ..canvas.fitted_card import FittedCard, around
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.nearest import nearest_point
from ..canvas.number_text import bytes_text, power_text, seconds_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..editors.choice_row import ChoiceRow
from ..labels import label
from ..theme import Theme
from ..view import Table
from .cost_figures import AXES, AXIS_TIPS, BOTTOMS, cost_rows, cost_table, headings, merged, places
from .gradient_marks import method_colour, method_glyph

_NARROW = 560
"""Pixels of width below which the table has the card to itself."""
_REACH = 12.0
_WAITING = "What gradients cost appears here when the run has ended."


class GradientCostsView(FittedCard):
    """A table of all methods, and their errors against memory, time or calls."""

    name = "gradient_costs"
    title = "Gradient costs"
    wanted = frozenset({GradientCosts})
    kinds = frozenset({"ode", "map", "root"})
    serves = staticmethod(lambda system: not (system.events or system.noise))
    help = (
        "Every way to differentiate the loss, on the solution that is looked at: its relative error and angle against "
        "a tight reference, the bytes that are kept for the way back, its time, its evaluations and products (prod.) "
        "with the Jacobian. Unrolled goes through k iterations at the solution, or as its setting says. A red error is "
        "not to be trusted; rest on a row for the reason. Click a row, or use the arrow keys and Return, to choose the "
        "method."
    )
    at_first: ClassVar[bool] = False
    takes_long: ClassVar[bool] = True
    place: ClassVar[str] = "below"
    order: ClassVar[int] = 60
    breadth: ClassVar[int] = 2
    of_gradient: ClassVar[bool] = True
    log_x = log_y = True
    chip_names = ("progress", "chosen", "steps", "loss")
    lowest: ClassVar[int] = 150

    def __init__(self) -> None:
        super().__init__()
        self._costs: GradientCosts | None = None
        self._chosen = ""
        self._measured = 0
        self._marks = Glyphs(self.theme, z=5)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._marks), self._note)
        self._axis = ChoiceRow("Horizontal axis", AXES, AXIS_TIPS)
        self.header.addWidget(self._axis)
        self.figures = ChoosingTable(self.theme, "Gradient methods")
        self.caution = label("", "error", wrap=True)
        self.caution.hide()
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self.figures)
        for part in (self.figures, self._area.viewport()):
            part.setAutoFillBackground(False)
        content = QHBoxLayout()
        content.setSpacing(14)
        self.body.removeWidget(self.plot)
        content.addWidget(self._area)
        content.addWidget(self.plot, 1)
        self.body.addWidget(self.caution)
        self.body.addLayout(content, 1)
        self.plot.left.set_title("relative error")
        self._axis.chosen.connect(self._turn)
        self.figures.row_clicked.connect(self._choose)
        self.box.hover_moved.connect(self._point_at)
        self._turn()

    def _turn(self) -> None:
        self.plot.bottom.set_title(BOTTOMS[self._axis.word()])
        self.redraw()
        self.fit()

    def _choose(self, index: int) -> None:
        costs = self._costs
        if costs is not None:
            field = "trajectory" if costs.about == "trajectory" else "fixed_point"
            self.gradient_edited.emit(field, costs.methods[index].method)

    def _point_at(self, position: QPointF) -> None:
        costs, projection = self._costs, self.box.projection()
        points = places(costs, self._axis.word())
        found = nearest_point(projection.pixels(points), (position.x(), position.y()), _REACH) if len(points) else None
        if costs is None or found is None:
            x, y = projection.data(np.array([position.x(), position.y()])).tolist()
            self.readout.emit(f"{self._axis.word()} {power_text(10.0**x)}   relative error {power_text(10.0**y)}")
            return
        method = costs.methods[found]
        text = f"{method.title}   relative error {power_text(method.relative_error)}   {bytes_text(method.kept)}"
        self.readout.emit(f"{text}   {seconds_text(method.seconds)}   {method.evaluations} + {method.products} calls")

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        costs, theme, chips = self._costs, self.theme, self.chips
        methods = () if costs is None else costs.methods
        points = places(costs, self._axis.word())
        self._marks.set_groups(
            [
                GlyphGroup(
                    method_glyph(method.method),
                    points[[index]],
                    method_colour(theme, method.method),
                    6.5 if method.method == self._chosen else 4.0,
                    halo=True,
                )
                for index, method in enumerate(methods)
            ]
        )
        self._note.setVisible(not np.isfinite(points).any() and not (costs is not None and costs.note))
        self.figures.set_rows(
            () if costs is None else headings(costs), () if costs is None else cost_rows(costs, theme)
        )
        self.figures.mark(next((i for i, method in enumerate(methods) if method.method == self._chosen), None))
        self.caution.setText("" if costs is None else costs.note)
        self.caution.setVisible(bool(self.caution.text()))
        running = costs is not None and self._measured < costs.total
        chips.set_text("progress", f"{self._measured} of {costs.total}" if costs is not None and running else "")
        title = next((method.title for method in methods if method.method == self._chosen), "")
        chips.set_text("chosen", title, f"the chosen method: {title}")
        steps = "" if costs is None else costs.steps
        chips.set_text("steps", steps.partition(":")[0], steps)
        known = costs is not None and math.isfinite(costs.loss)
        loss = power_text(costs.loss, 4) if costs is not None and known else ""
        hint = (
            ""
            if costs is None
            else f"loss: {costs.loss_text} = {loss}; {costs.forward_evaluations} evaluations forward"
        )
        chips.set_text("loss", f"loss {loss}" if known else "", hint)
        self._arrange()

    def _arrange(self) -> None:
        """The plot stands beside the table where there is room for both."""
        self.figures.setMinimumHeight(self.figures.wanted_height())
        wanted = self.figures.sizeHint().width() + 14
        room = self.width() - 28
        beside = room - wanted >= _NARROW // 2 or not self.figures.rows()
        self.plot.setVisible(beside)
        self._area.setVisible(bool(self.figures.rows()))
        self._axis.setVisible(beside)
        self._area.setFixedWidth(wanted if beside else max(room, 60))

    @override
    def extent(self) -> Rectangle | None:
        return around(places(self._costs, self._axis.word()))

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.12), padded(*content[1], 0.1)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._costs = None
        self.begin_anew(((0.0, 6.0), (-12.0, 1.0)))
        self.show_experiment(experiment, system)
        self.redraw()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        choice = experiment.gradient
        chosen = choice.fixed_point if system.kind in ("map", "root") else choice.trajectory
        if chosen != self._chosen:
            self._chosen = chosen
            self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        costs = frame.get(GradientCosts)
        if costs is not None and costs is not self._costs:
            self._costs = merged(self._costs, costs)
            self._measured = len(costs.methods)
            self.redraw()
            self.follow_frame(frame)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.figures.set_theme(theme)
        super().apply_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        return Table({}) if self._costs is None else cost_table(self._costs)
