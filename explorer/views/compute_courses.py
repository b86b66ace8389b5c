"""What a network is worth against what its solver spends: courses in a plot, words, and columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import ComputeAtTest, ComputeLine

from ..canvas.number_text import number_text, power_text
from ..view import Table

if TYPE_CHECKING:
    from jaxtyping import Float

ACCURACY, LOSS = "right", "loss"
"""What is drawn upwards."""


def classifies(reading: ComputeAtTest | None) -> bool:
    """Whether there is a share that is right."""
    return reading is not None and bool(np.isfinite(reading.own.accuracy).any())


def course(line: ComputeLine, word: str) -> Float[np.ndarray, "K 2"]:
    """log10 of the cost, and per cent that are right or log10 of the loss; NaN where one of them has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        heights = 100.0 * line.accuracy if word == ACCURACY else np.log10(line.loss)
        places = np.stack([np.log10(line.cost), heights], axis=1)
    return np.where(np.isfinite(places).all(axis=1)[:, None], places, np.nan)


def exact_height(reading: ComputeAtTest | None, word: str) -> float:
    """The same of the exact answer; NaN where it is not known."""
    if reading is None:
        return math.nan
    if word == ACCURACY:
        return 100.0 * reading.exact_accuracy
    return math.log10(reading.exact_loss) if reading.exact_loss > 0.0 else math.nan


def unit_of(reading: ComputeAtTest | None) -> str:
    """What is spent."""
    return "iterations" if reading is not None and reading.kind == "map" else "calls of f"


def setting_text(line: ComputeLine, index: int) -> str:
    """A setting in words."""
    value = float(line.setting[index])
    if line.varied == "tolerance":
        return f"tolerance {power_text(value)}"
    return f"{value:g} {line.varied}{' at most' if line.varied == 'iterations' else ''}"


def point_text(reading: ComputeAtTest, line: ComputeLine, index: int) -> str:
    """One setting of a solver, and what came of it."""
    words = [line.title, setting_text(line, index), f"{number_text(float(line.cost[index]), 3)} {unit_of(reading)}"]
    if math.isfinite(float(line.accuracy[index])):
        words.append(f"{number_text(100.0 * float(line.accuracy[index]), 4)} % right")
    words.append(f"loss {power_text(float(line.loss[index]), 4)}")
    failed = round(float(line.failed[index]) * reading.points)
    if failed:
        words.append(f"{failed} of {reading.points} points not solved")
    return "   ".join(words)


def compute_table(reading: ComputeAtTest) -> Table:
    """A row per solver and setting."""
    lines = reading.lines
    if not lines:
        return Table({})
    counts = [len(line.setting) for line in lines]
    columns = {
        "solver": np.repeat([line.title for line in lines], counts),
        "varied": np.repeat([line.varied for line in lines], counts),
    }
    for name in ("setting", "cost", "loss", "accuracy", "failed"):
        columns[name] = np.concatenate([getattr(line, name) for line in lines])
    return Table(columns)
