"""What was measured while a network learnt, as files: CSV for every program, NPZ for numpy.

A row of the table is one iteration, before its step: the loss of its batch, the learning rate, evaluations there and
back, the share of samples that were not solved, the length of the gradient of every learnt tensor, the seconds so far;
and where the test points were looked at, their loss, the share that is right, and the spectral radius.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from .table_file import write_csv, write_npz
from .training_state import LearningCurves

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System
    from .readings import TrainingProgress

_EACH = ("loss", "rate", "forward", "backward", "failed", "seconds")
_TESTED = ("test_loss", "accuracy", "spectral_radius")


def save_csv(path: str | os.PathLike[str], progress: TrainingProgress, experiment: Experiment, system: System) -> None:
    """Write a CSV file: lines of provenance behind "#", the column names, one line per iteration, and one for the end
    where that was looked at. A number that is not there is empty. Raises OSError."""
    norms = [f"|dL/d{name}|" for name in progress.state.weights]
    write_csv(path, (experiment, system), ["iteration", *_EACH, *norms, *_TESTED], _rows(progress), _facts(progress))


def save_npz(path: str | os.PathLike[str], progress: TrainingProgress, experiment: Experiment, system: System) -> None:
    """Write an NPZ file, read by `numpy.load(path, allow_pickle=False)`: the arrays of `LearningCurves`, and the learnt
    tensors, each behind "weights.". Raises OSError."""
    state = progress.state
    arrays = {field.name: getattr(state.curves, field.name) for field in fields(LearningCurves)}
    arrays |= {f"weights.{name}": tensor.array() for name, tensor in state.weights.items()}
    write_npz(path, (experiment, system), arrays, _facts(progress))


def has_rows(progress: TrainingProgress) -> int:
    """How many iterations there are, and looks at the test points."""
    curves = progress.state.curves
    return len(curves.loss) + len(curves.tested)


def _facts(progress: TrainingProgress) -> dict[str, Any]:
    known = progress.target == progress.target
    return {"target": progress.target, "target_name": progress.target_name} if known else {}


def _rows(progress: TrainingProgress) -> Iterator[list[Any]]:
    curves = progress.state.curves
    looks = {int(number): place for place, number in enumerate(curves.tested)}
    width = curves.gradient_norms.shape[1]
    for number in range(max(len(curves.loss), 1 + max(looks, default=-1))):
        made: list[Any] = [""] * (len(_EACH) + width)
        if number < len(curves.loss):
            each = [float(getattr(curves, name)[number]) for name in _EACH]
            made = [*each, *curves.gradient_norms[number].tolist()]
        place = looks.get(number)
        seen = [""] * len(_TESTED) if place is None else [_told(getattr(curves, name)[place]) for name in _TESTED]
        yield [number, *made, *seen]


def _told(value: float) -> float | str:
    return "" if value != value else float(value)
