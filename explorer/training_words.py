"""What a training says of itself in its card."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .editors.number_text import number_text

if TYPE_CHECKING:
    from core.readings import TrainingProgress
    from core.training_state import LearningCurves, TrainingState

    from .training_line import TrainingLine

LOSSES = {
    "squares": "Squared error",
    "huber": "Huber's",
    "cross_entropy": "Cross-entropy",
    "likelihood": "−log likelihood",
    "residual_likelihood": "−log likelihood of steps",
    "flow_matching": "Flow matching",
    "score_matching": "Score matching",
}
SCHEDULES = {"constant": "Constant", "cosine": "Cosine, to 0", "drop": "Drops"}
_DIGITS = 4


def stands_at(line: TrainingLine, progress: TrainingProgress | None) -> tuple[str, ...]:
    """Iteration, loss, loss and accuracy on the test points, evaluations: of what is looked at, else of the newest."""
    state = line.looked_at or line.log.newest
    if state is None:
        return ()
    newest = line.log.newest
    where = f"iteration {_counted(state.iteration)}"
    if line.looked_at is not None and newest is not None:
        where += f" of {_counted(newest.iteration)}"
    elif line.log.branched:
        where += f", a branch since {_counted(line.log.branched)}"
    target = ()
    if progress is not None and progress.target_name and math.isfinite(progress.target):
        target = (f"{progress.target_name}: {number_text(progress.target, _DIGITS)}",)
    return (where, *_measured(line.log.whole(state).curves, state.iteration), *target)


def evaluations_of(curves: LearningCurves) -> str:
    """Evaluations a sample needed in the last iteration."""
    if not len(curves.forward):
        return ""
    there, back = float(curves.forward[-1]), float(curves.backward[-1])
    return f"evaluations {number_text(there, 3)} there, {number_text(back, 3)} back"


def begun(state: TrainingState | None) -> bool:
    """Whether a step was taken."""
    return state is not None and state.iteration > 0


def _measured(curves: LearningCurves, iteration: int) -> list[str]:
    lines = []
    if len(curves.loss):
        lines.append(f"loss {number_text(float(curves.loss[-1]), _DIGITS)}")
    if len(curves.tested):
        looked = int(curves.tested[-1])
        when = "" if looked == iteration else f" at iteration {_counted(looked)}"
        tested = f"test loss {number_text(float(curves.test_loss[-1]), _DIGITS)}"
        accuracy = float(curves.accuracy[-1])
        lines.append((f"{tested}, {accuracy:.1%} right" if math.isfinite(accuracy) else tested) + when)
        radius = float(curves.spectral_radius[-1])
        if math.isfinite(radius):
            lines.append(f"spectral radius {number_text(radius, _DIGITS)}{when}")
    lines.append(evaluations_of(curves))
    if len(curves.failed) and curves.failed[-1] > 0.0:
        lines.append(f"{float(curves.failed[-1]):.1%} of the batch were not solved")
    return [line for line in lines if line]


def _counted(number: int) -> str:
    return f"{number:,}".replace(",", " ")
