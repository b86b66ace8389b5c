"""The continuous adjoint: whether the state that is solved backward is the one that was solved forward."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import AdjointGap

from ..canvas.colour_bar import ColourBar
from ..canvas.number_text import bytes_text, number_text, power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.tabled_card import TabledCard
from ..canvas.view_history import Rectangle
from ..theme import Theme
from ..view import Table
from .adjoint_lines import AdjointLines
from .gradient_rows import gradient_rows, heading_colours, headings
from .iteration_table import in_rectangle, rows_where
from .start_gestures import StartGestures, StartRules

_CURE_TIP = "Differentiate the steps that were taken: exact, without a way back to lose. Undo brings the method back."


class AdjointView(TabledCard):
    """The way forward, the way back over it coloured by their distance, and the adjoint riding on them."""

    name = "adjoint"
    title = "Adjoint"
    wanted = frozenset({AdjointGap})
    kinds = frozenset({"ode"})
    serves = staticmethod(lambda system: not (system.events or system.noise))  # neither can be followed back
    help = (
        "The continuous adjoint solves the state backward in time beside the gradient. The wide line is the way "
        "forward, the thin one the way back, coloured by the distance between them: where they part, the gradient is "
        "that of another trajectory. Methods that keep or recompute the steps have no such gap. Arrows are the adjoint "
        "a(t), the gradient of the loss with respect to the state. The card Gradient chooses the method. Click to "
        "start another trajectory, drag the ring to move the start of this one."
    )
    at_first: ClassVar[bool] = False
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 40
    of_gradient: ClassVar[bool] = True
    chip_names = ("trust", "gap", "error", "stopped", "steps", "evaluations", "kept", "loss")
    table_name = "Gradients"
    legend_below = True
    narrowest_plot = 180

    def __init__(self) -> None:
        super().__init__()
        self._lines = AdjointLines(self.theme)
        self._note = EmptyNote(self.theme, "The way back appears here.")
        self._ways = Sheet(self.theme, *self._lines.still_items())
        self.box.add(self._ways, self._lines.now, self._lines.starts, self._note)
        self.bar = ColourBar(self.theme)
        self.header.addWidget(self.bar)
        self._name_lines()
        self.cure.clicked.connect(self._take_remedy)
        lines = self._lines
        rules = StartRules(lines.sample_at, lambda _index, place: lines.start_at(place), self._text_at, lines.count)
        self._gestures = StartGestures(self, self.box, lines.starts, rules)

    def _name_lines(self) -> None:
        """The legend: of a method that solves nothing back, the adjoint goes along the steps of the way forward."""
        reading = self._lines.reading
        thin = "backward" if reading is None or reading.solves_back else "along the steps"
        if self.legend.set_entries((("forward", "line"), (thin, "line"), ("adjoint", "line")), switchable=True):
            for entry in self.legend.entries():
                entry.toggled.connect(self._switch)
            self._switch()

    def _switch(self) -> None:
        for entry, item in zip(self.legend.entries(), self._lines.still_items(), strict=True):
            item.setVisible(entry.isChecked())

    def _take_remedy(self) -> None:
        reading = self._lines.reading
        if reading is not None and reading.remedy:
            self.gradient_edited.emit("trajectory", reading.remedy)

    def _text_at(self, position: QPointF) -> str:
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        axes = f"{self.plot.bottom.labelText} = {number_text(x)}   {self.plot.left.labelText} = {number_text(y)}"
        return self._lines.text_at(position) or axes

    @override
    def redraw(self) -> None:
        """Draw everything anew, and say whether the gradient is to be trusted."""
        theme, reading = self.theme, self._lines.reading
        self._lines.paint(theme)
        scale = self._lines.scale()
        self.bar.show_scale(scale, exponents=True)
        self._note.setVisible(reading is None)
        self._name_lines()
        thin = theme.rose if reading is None or reading.solves_back else theme.teal
        colours = (theme.colour_of(0 if reading is None else reading.trajectory), thin, theme.violet)
        self.legend.set_colours(colours, theme)
        if reading is None:
            self.figures.set_rows((), ())
        else:
            own = heading_colours(reading, theme)
            self.figures.set_rows(headings(reading), gradient_rows(reading, theme), own)
        cure = "" if reading is None or not reading.remedy else f"Use: {reading.remedy_title}"
        self.warn("" if reading is None else reading.note, cure, _CURE_TIP)
        self._tell(reading)
        self.arrange()

    def _tell(self, reading: AdjointGap | None) -> None:
        chips = self.chips
        if reading is None:
            for name in self.chip_names:
                chips.set_text(name, "")
            return
        wrong = not reading.trusted
        name = reading.chosen.title
        hint = f"the gradient by the method “{name}” is not that of the solution" if wrong else "both gradients agree"
        chips.set_text("trust", "not to be trusted" if wrong else "trusted", hint, warning=wrong)
        reached = np.isfinite(reading.gap)
        gap = float(reading.gap[reached].max()) if reached.any() else float("nan")
        text = f"gap {power_text(gap, 2)}"
        hint = f"largest distance of the way back from the way forward: {power_text(gap)}"
        if not reading.solves_back and reached.any():
            hint = f"{text}: the adjoint was taken along the steps of the forward run"
        chips.set_text("gap", text, hint, warning=wrong and reading.solves_back)
        error = power_text(reading.chosen.relative_error, 2)
        chips.set_text("error", f"rel. error {error}", f"relative error by the method “{name}”: {error}", warning=wrong)
        stop = (
            "" if reached.all() or not reached.any() else f"back to t = {number_text(float(reading.t[reached].min()))}"
        )
        chips.set_text("stopped", stop, f"the backward solve only came {stop}", warning=True)
        back = "…" if reading.backward_evaluations is None else str(reading.backward_evaluations)
        chips.set_text("steps", reading.steps.partition(":")[0], reading.steps)
        again = f"; {reading.recomputed} steps taken once more" if reading.recomputed else ""
        hint = f"evaluations of the field: {reading.forward_evaluations} forward, {back} back{again}"
        chips.set_text("evaluations", f"f {reading.forward_evaluations} + {back}", hint)
        kept = "" if reading.kept is None else bytes_text(reading.kept)
        chips.set_text("kept", kept, f"memory that the method “{name}” kept for the way back: {kept}")
        chips.set_text("loss", f"loss {power_text(reading.loss)}", f"loss: {reading.loss_text}")

    @override
    def extent(self) -> Rectangle | None:
        return self._lines.content()

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.1), padded(*content[1], 0.12)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        symbols = system.symbols
        across, up = ("t", symbols[0]) if len(symbols) == 1 else symbols[:2]
        self.plot.bottom.set_title(across)
        self.plot.left.set_title(up)
        self._lines.reading = None
        self.begin_anew(self.framed(((0.0, 1.0), (0.0, 1.0))))
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        reading = frame.get(AdjointGap)
        if reading is not None and reading is not self._lines.reading:
            self._lines.reading = reading
            self.redraw()
            self.follow_frame(frame)

    @override
    def set_cursor(self, t: float) -> None:
        self._lines.set_time(t)

    @override
    def set_selected(self, index: int | None) -> None:
        self._gestures.selected = index

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.bar.set_theme(theme)
        super().apply_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        reading = self._lines.reading
        if reading is None:
            return Table({})
        columns = {"t": reading.t}
        for what, z in (("forward", reading.forward), ("backward", reading.backward), ("adjoint", reading.adjoint)):
            columns |= {f"{what}_{name}": z[:, index] for index, name in enumerate(reading.components)}
        columns["gap"] = reading.gap
        if not visible_only:
            return Table(columns)
        places = self._lines.places(reading.forward)
        return rows_where(Table(columns), in_rectangle(*places.T, self.box.rectangle()))
