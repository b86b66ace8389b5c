"""What the forward and the backward solve of a layer cost while it learns."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from typing_extensions import override

from core.experiment import Experiment
from core.language import System
from core.training_state import LearningCurves

from ..canvas.learning_lines import LearningLine
from ..canvas.number_text import number_text
from ..canvas.training_card import TrainingCard, at_last_test, last_test

_LEAST_RADIUS = 1.1
"""The axis of the spectral radius reaches as far at least: the line at 1 is in sight."""


class Evaluations(TrainingCard):
    """Evaluations of the field, or of the map, that a sample needed on average, against the iteration."""

    name = "evaluations"
    title = "Evaluations"
    help = (
        "How often the field, or the map, is evaluated for a sample on average, there and back, at every iteration of "
        "the training, with its running mean: where the flow learns to be hard to follow the solver needs more "
        "and more of them. Of an implicit layer the axis on the right is the spectral radius of its Jacobian: from 1 "
        "on, plain iteration comes to no fixed point."
    )
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 17
    log_y = False
    chip_names = ("forward", "backward", "radius")
    waiting = "Evaluations appear here when the network learns."

    def __init__(self) -> None:
        self._what = "f"
        super().__init__()
        self.lines.logarithmic = False

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self._what = "the field" if system.flows else "the map"
        self.plot.left.set_title("per sample")
        super().show_experiment(experiment, system)

    @override
    def lines_of(self, curves: LearningCurves) -> list[LearningLine]:
        theme, known = self.theme, np.arange(len(curves.loss))
        lines = [
            LearningLine("forward", theme.accent, "disc", known, curves.forward),
            LearningLine("backward", theme.amber, "triangle", known, curves.backward),
        ]
        if np.isfinite(curves.spectral_radius).any():
            radius = curves.spectral_radius
            name = "spectral radius"
            lines.append(LearningLine(name, theme.violet, "square", curves.tested, radius, mean=False, second=True))
        return lines

    @override
    def paint_more(self, curves: LearningCurves | None) -> None:
        radius = np.empty(0) if curves is None else curves.spectral_radius[np.isfinite(curves.spectral_radius)]
        self.lines.set_second_level(1.0 if radius.size else math.nan, "radius 1", self.theme.rose)
        if radius.size:
            self.lines.set_second_limits(0.0, max(_LEAST_RADIUS, float(radius.max())), "spectral radius")
        for name in ("forward", "backward"):
            values = np.empty(0) if curves is None else getattr(curves, name)
            last = float(values[-1]) if len(values) else math.nan
            text = f"{name} {number_text(last, 3)}" if math.isfinite(last) else ""
            self.chips.set_text(name, text, f"{text} evaluations of {self._what} for a sample on average")
        last = float(radius[-1]) if radius.size else math.nan
        when = "" if curves is None or self.progress is None else at_last_test(curves, self.progress.state.iteration)
        hint = f"The spectral radius of the layer's Jacobian is {number_text(last)}{when}"
        text = f"radius {number_text(last, 3)}{when}" if radius.size else ""
        self.chips.set_text("radius", text, hint, warning=last >= 1.0)

    @override
    def words_at(self, curves: LearningCurves, iteration: int, height: float) -> str:
        forward, backward = (number_text(float(one[iteration])) for one in (curves.forward, curves.backward))
        words = f"forward {forward}   backward {backward} evaluations of {self._what}"
        look = last_test(curves, iteration)
        radius = float(curves.spectral_radius[look]) if look >= 0 else math.nan
        return f"{words}   spectral radius {number_text(radius)}" if math.isfinite(radius) else words

    @override
    def columns_of(self, curves: LearningCurves) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        return {"forward": curves.forward, "backward": curves.backward}, {"spectral_radius": curves.spectral_radius}
