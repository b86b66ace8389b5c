"""What a network answers over the plane of its inputs."""

from __future__ import annotations

import numpy as np

from ..data_set import Points
from ..probe import Probe
from ..reading_error import ReadingError
from ..readings.decision_map import DecisionMap
from ..run_context import RunContext

_CELLS, _PREVIEW_CELLS = 96, 40
_POINTS = 300
"""Of either kind: more hide the map."""


class DecisionMapProbe(Probe[DecisionMap]):
    """Asks the network at the centres of a grid over the visible plane of inputs, or over all of the data."""

    reading = DecisionMap
    title = "the decision boundary"
    kinds = frozenset({"ode", "map"})
    looks_at_learner = True

    def __init__(self) -> None:
        self._reading: DecisionMap | None = None

    def begin(self, context: RunContext) -> None:
        learner = context.learner
        if learner is None:
            raise ReadingError("nothing is learnt: choose data to learn from")
        from ..training.material import material  # noqa: PLC0415 - what the window lists needs no data

        data, train, test = material(context.experiment)
        if data.about != "classes":
            raise ReadingError("a decision boundary is between classes, and these data have none")
        if train.x.shape[1] != 2:
            count = train.x.shape[1]
            raise ReadingError(f"the inputs have {count} components, and a boundary is drawn in a plane of two")
        x_range, y_range = _ranges(context, train)
        cells = _PREVIEW_CELLS if context.preview else _CELLS
        x, y = _centres(*x_range, cells), _centres(*y_range, cells)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        chosen = [Points(part.x[:_POINTS], part.y[:_POINTS]) for part in (train, test) if part.y is not None]
        points = np.concatenate([part.x for part in chosen])
        labels = np.concatenate([np.asarray(part.y) for part in chosen])
        answers = learner.answers(np.concatenate([grid, points]))
        there = answers[len(grid) :]
        guessed = (there[:, 0] > 0).astype(int) if there.shape[1] == 1 else there.argmax(axis=1)
        self._reading = DecisionMap(
            x=x,
            y=y,
            answers=answers[: len(grid)].reshape(len(y), len(x), -1),
            points=points,
            labels=labels,
            test=np.arange(len(points)) >= len(chosen[0].x),
            right=guessed == labels,
        )

    def read(self) -> DecisionMap | None:
        return self._reading


def _ranges(context: RunContext, train: Points) -> tuple[tuple[float, float], tuple[float, float]]:
    """The visible rectangle where the plane of inputs is shown, else a little more than the data fill."""
    view = context.viewport
    if view is not None and (view.x, view.y) == ("input 1", "input 2"):
        return view.x_range, view.y_range
    low, high = train.x.min(axis=0), train.x.max(axis=0)
    room = 0.15 * (high - low)
    ranges = np.stack([low - room, high + room], axis=1).tolist()
    return tuple(ranges[0]), tuple(ranges[1])


def _centres(low: float, high: float, count: int) -> np.ndarray:
    return low + (np.arange(count) + 0.5) * (high - low) / count


PROBE = DecisionMapProbe
