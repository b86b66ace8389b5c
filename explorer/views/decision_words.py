"""A decision map in words and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import DecisionMap

from ..canvas.number_text import number_text
from ..canvas.raster import cell_of
from ..view import Table
from .class_scores import class_scores
from .iteration_table import in_rectangle, rows_where

if TYPE_CHECKING:
    from ..canvas.view_history import Rectangle


def count_words(shown: DecisionMap, *, test: bool) -> tuple[str, str]:
    """How many of the points of one kind are right, in a chip and at length; "" where none is of a class."""
    chosen = (shown.test == test) & (shown.labels >= 0)
    count, right = int(chosen.sum()), int((shown.right & chosen).sum())
    if not count:
        return "", ""
    kind = "test" if test else "training"
    long = f"Of the {count} {kind} points in this picture {right} are right and {count - right} wrong"
    return f"{kind} {right} of {count} right", long


def answer_words(shown: DecisionMap, x: float, y: float) -> str:
    """The class at a place and how sure it is; "" beside the map."""
    column, row = cell_of(shown.x, x), cell_of(shown.y, y)
    if column is None or row is None:
        return ""
    scores = class_scores(shown.answers)[row, column]
    if not np.isfinite(scores).all():
        return "no answer"
    second, first = np.argsort(scores, kind="stable")[-2:].tolist()
    if shown.answers.shape[-1] == 1:
        return f"class {first}   score {number_text(float(shown.answers[row, column, 0]))}"
    ahead = number_text(float(scores[first] - scores[second]))
    return f"class {first}   score {number_text(float(scores[first]))}, {ahead} ahead of class {second}"


def point_words(shown: DecisionMap, place: int) -> str:
    """What one of the data is, and whether the network knows it."""
    label = int(shown.labels[place])
    kind = "test point" if shown.test[place] else "training point"
    if label < 0:
        return kind
    return f"{kind} of class {label}, {'right' if shown.right[place] else 'wrong'}"


def decision_table(shown: DecisionMap | None, seen: Rectangle | None = None) -> Table:
    """what (map, training or test), x, y, the class, right (NaN on the map), and the answers (NaN of data); seen: only
    what lies in this rectangle."""
    if shown is None:
        return Table({})
    x, y = (grid.ravel() for grid in np.meshgrid(shown.x, shown.y))
    answers = shown.answers.reshape(len(x), -1)
    count = len(shown.points)
    columns = {
        "what": np.concatenate([np.full(len(x), "map"), np.where(shown.test, "test", "training")]),
        "x": np.concatenate([x, shown.points[:, 0]]),
        "y": np.concatenate([y, shown.points[:, 1]]),
        "class": np.concatenate([class_scores(shown.answers).reshape(len(x), -1).argmax(axis=1), shown.labels]),
        "right": np.concatenate([np.full(len(x), np.nan), shown.right.astype(np.float64)]),
    }
    for place in range(answers.shape[1]):
        name = "answer" if answers.shape[1] == 1 else f"answer {place}"
        columns[name] = np.concatenate([answers[:, place], np.full(count, np.nan)])
    table = Table(columns)
    return table if seen is None else rows_where(table, in_rectangle(columns["x"], columns["y"], seen))
