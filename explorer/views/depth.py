"""A residual network becomes Euler's method, the differential equation and the equilibrium, as its depth grows."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import DepthLimit

from ..canvas.legend import Swatch
from ..canvas.paired_card import PairedCard
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.time_card import time_span
from ..theme import DARK, Theme
from ..view import Table
from .component_picker import ComponentPicker
from .depth_lines import DepthLines, height, layer_colour, rest_colour
from .depth_order import DepthOrder
from .depth_slider import DepthSlider
from .depth_table import depth_table
from .depth_words import WAITING, chips, sentence


class Depth(PairedCard):
    """N layers z + h f(z), the solution of z' = f(z), and where it rests; the error against N beside them."""

    name = "depth"
    title = "Depth"
    wanted = frozenset({DepthLimit})
    kinds = frozenset({"ode", "minimise"})
    help = (
        "A residual network z ← z + h f(z) of N layers is Euler's method with steps h = T/N: every arrow is one layer. "
        "Slide from one layer to many thin ones: their last state comes nearer to that of the differential equation, "
        "the neural ODE, as 1/N, which is the line of slope −1 on the right. Where layers are too thick they swing "
        "about the curve. The last stop follows the equation for ever: what it comes to, f(z*) = 0, is the equilibrium "
        "that an implicit layer solves for."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 16
    legend_below = True
    chip_names = ("note", "thick", "layers", "gap", "rest", "order", "focus")

    def __init__(self) -> None:
        self.errors = DepthOrder(DARK)
        super().__init__(self.errors)
        self._depth: DepthLimit | None = None
        self._symbols: tuple[str, ...] = ()
        self._whole = (0.0, 1.0)
        self._lines = DepthLines(self.theme)
        self._note = EmptyNote(self.theme, WAITING)
        self.box.add(Sheet(self.theme, *self._lines.items()), self._note)
        self._component = ComponentPicker()
        self._component.changed.connect(self._turn)
        self.header.addWidget(self._component)
        self.slider = DepthSlider(self.theme)
        self.slider.moved.connect(self._turn)
        self.body.insertWidget(1, self.slider)
        self.errors.readout.connect(self.readout)
        self.errors.chosen.connect(self.slider.slider.go_to)
        self.redraw()

    def shown_network(self) -> int | None:
        """The place of the network that is shown among those of the reading; None beyond all of them."""
        layers = self.slider.layers
        if self._depth is None or layers is None:
            return None
        return int(np.flatnonzero(self._depth.layers == layers)[0])

    def _turn(self) -> None:
        """Another stop of the slider, or another component."""
        self.redraw()
        self._seen = None  # each stop has its own range
        self.follow_data(span=self._shown_span())
        self.box.point_again()

    def _shown_span(self) -> tuple[float, float]:
        """The time on the horizontal axis: at the equilibrium until the solution comes there."""
        depth = self._depth
        if depth is None or not self.slider.at_rest or not len(depth.further_t):
            return self._whole
        ends = depth.span[0], float(depth.further_t[-1])
        return min(ends), max(ends)

    def _hold(self, depth: DepthLimit | None) -> None:
        self._depth = depth
        if depth is not None:
            self.slider.offer(tuple(depth.layers.tolist()))
            self._component.offer([self._symbols[place] for place in depth.places])
        self.errors.show_depth(depth, self.theme)
        self.redraw()

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._symbols = system.symbols
        self._whole = time_span(experiment, system)
        super().reset(experiment, system, axes)
        self._note.set_text(WAITING)
        self._hold(None)

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self._whole = time_span(experiment, system)
        self.follow_data(settled=False, span=self._shown_span())

    @override
    def draw(self, frame: Frame) -> None:
        depth = frame.get(DepthLimit)
        if depth is None:
            if DepthLimit in frame.absent:
                reason = frame.absent[DepthLimit]
                self._note.set_text(f"{reason[0].upper()}{reason[1:]}.")
                self._hold(None)
            return
        if depth is not self._depth:
            self._hold(depth)
            self.start_line.set_time(depth.span[0])
            self.follow_data(settled=frame.final and frame.quality == "full", span=self._shown_span())

    @override
    def redraw(self) -> None:
        depth, theme, index, at_rest = self._depth, self.theme, self.shown_network(), self.slider.at_rest
        self._note.setVisible(depth is None)
        self._lines.paint(theme, depth, index, self._component.place, at_rest)
        self.errors.mark(index, theme)
        self.plot.left.set_title("".join(self._symbols[:1]) if depth is None else self._component.currentText())
        for name, chip in chips(depth, index, at_rest).items():
            self.chips.set_text(name, chip.text, chip.hint, warning=chip.warning)
        own = theme.colour_of(0 if depth is None else depth.trajectory)
        shown: list[tuple[str, Swatch, str]] = [
            ("layers z + h f(z)", "line", layer_colour(theme, own)),
            ("ODE z' = f(z)", "line", own),
        ]
        if depth is None or depth.rest is not None:
            shown.append(("equilibrium f(z) = 0", "dash", rest_colour(theme)))
        if depth is not None and depth.order.found and not self.errors.isHidden():
            shown.append(("slope −1", "dash", theme.muted))
        self.legend.set_entries(tuple((name, swatch) for name, swatch, _ in shown))
        self.legend.set_colours(tuple(colour for *_, colour in shown), theme)

    @override
    def content_range(self) -> tuple[float, float] | None:
        depth = self._depth
        if depth is None:
            return None
        return height(depth, self.shown_network(), self._component.place, self.slider.at_rest)

    @override
    def readout_at(self, t: float, value: float) -> str:
        if self._depth is None:
            return ""
        return sentence(self._depth, self.shown_network(), self._component.place, self._component.currentText(), t)

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.slider.set_theme(theme)
        self.errors.show_depth(self._depth, theme)
        super().apply_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        if self._depth is None:
            return Table({})
        if not visible_only:
            return depth_table(self._depth)
        return depth_table(self._depth, self.shown_network(), self.slider.at_rest, self.box.rectangle()[0])
