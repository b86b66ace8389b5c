"""How the loss falls while a network learns, and what part of the test points it gets right."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from typing_extensions import override

from core.experiment import Experiment
from core.language import System
from core.training_choice import LIKELIHOODS
from core.training_state import LearningCurves as Curves

from ..canvas.learning_lines import LearningLine, running_mean
from ..canvas.number_text import number_text, power_text
from ..canvas.training_card import TrainingCard, at_last_test, last_test


class LearningCurves(TrainingCard):
    """log10 of the loss against the iteration; a negative log-likelihood, which has no zero, on a linear axis."""

    name = "learning_curves"
    title = "Learning"
    help = (
        "The loss of every batch, thin, with its running mean, and the loss of the test points, which are never "
        "learnt from: where that rises while the other falls, the network learns the data by heart. The dashed line is "
        "what no training gets below. Where classes are learnt, the axis on the right is the part of the test points "
        "that is right. Click or drag the line to move along the iterations."
    )
    place: ClassVar[str] = "below"
    order: ClassVar[int] = 14
    chip_names = ("end", "loss", "accuracy", "gap")
    waiting = "The loss appears here when the network learns."

    def __init__(self) -> None:
        self._likelihood = False
        super().__init__()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        self._likelihood = experiment.training.loss in LIKELIHOODS
        super().show_experiment(experiment, system)

    @override
    def lines_of(self, curves: Curves) -> list[LearningLine]:
        theme, target = self.theme, math.nan if self.progress is None else self.progress.target
        losses = np.concatenate([curves.loss, curves.test_loss])
        lowest = float(np.min(losses, initial=np.inf, where=np.isfinite(losses)))
        self.lines.logarithmic = not (self._likelihood or lowest < 0.0 or target < 0.0)
        self.plot.left.set_logarithmic(self.lines.logarithmic)
        self.plot.left.set_title("loss, nats" if self._likelihood else "loss")
        known = np.arange(len(curves.loss))
        lines = [
            LearningLine("batches", theme.accent, "disc", known, curves.loss),
            LearningLine("test points", theme.amber, "diamond", curves.tested, curves.test_loss, mean=False),
        ]
        if np.isfinite(curves.accuracy).any():
            right = 100.0 * curves.accuracy
            name = "test points right, %"
            lines.append(LearningLine(name, theme.teal, "square", curves.tested, right, mean=False, second=True))
        return lines

    @override
    def paint_more(self, curves: Curves | None) -> None:
        progress = self.progress
        target = math.nan if progress is None else progress.target
        name = "" if progress is None else progress.target_name
        self.lines.set_level(target, name, self.theme.violet)
        if curves is None or progress is None:
            for chip in self.chip_names:
                self.chips.set_text(chip, "")
            return
        right = curves.accuracy[np.isfinite(curves.accuracy)]
        if right.size:
            lowest = 10.0 * math.floor(10.0 * min(float(right.min()), 0.89))
            self.lines.set_second_limits(lowest, 100.0, "right, %")
        when = at_last_test(curves, progress.state.iteration)
        self._tell(curves, when, target, name, progress.end)

    def _tell(self, curves: Curves, when: str, target: float, name: str, end: str) -> None:
        chips, tests = self.chips, len(curves.tested)
        test = float(curves.test_loss[-1]) if tests else math.nan
        known = math.isfinite(test)
        words = f"test loss {power_text(test)}{when}" if known else ""
        chips.set_text("loss", words, f"Test loss {power_text(test, 6)}{when}")
        right = 100.0 * float(curves.accuracy[-1]) if tests else math.nan
        words = f"{number_text(right, 4)} % right" if math.isfinite(right) else ""
        briefly = when.replace(" iteration", "")  # beside the loss, which says it in full
        chips.set_text("accuracy", f"{words}{briefly}" if words else "", f"{words} of the test points{when}")
        gap = test - target
        above = f"{power_text(gap)} above {name or 'the least'}" if math.isfinite(gap) else ""
        chips.set_text("gap", above, f"Test loss {above}{when}")
        ended = end.removesuffix(".")
        chips.set_text("end", ended.split(":")[0].split(",")[0], f"{ended}.")

    @override
    def words_at(self, curves: Curves, iteration: int, height: float) -> str:
        words = [f"loss {power_text(float(curves.loss[iteration]), 4)}"]
        words.append(f"mean {power_text(float(running_mean(curves.loss)[iteration]), 4)}")
        look = last_test(curves, iteration)
        if look >= 0:
            words.append(f"test loss {power_text(float(curves.test_loss[look]), 4)}")
            if math.isfinite(float(curves.accuracy[look])):
                words.append(f"{number_text(100.0 * float(curves.accuracy[look]))} % right")
        words.append(f"learning rate {power_text(float(curves.rate[iteration]))}")
        return "   ".join(words)

    @override
    def columns_of(self, curves: Curves) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        batch = {
            "loss": curves.loss,
            "running_mean": running_mean(curves.loss),
            "rate": curves.rate,
            "seconds": curves.seconds,
        }
        return batch, {"test_loss": curves.test_loss, "accuracy": curves.accuracy}
