"""A checkpoint: where a training stands, as a safetensors file that any torch program can open.

The weights stand under their own names. What only a training needs has names with a dot, which no weight has: the
optimiser's memory as bytes, the curves, and with warm starts the last fixed points; iteration and layout are in the
file's metadata.
"""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .atomic_file import write_atomically
from .experiment_file_error import ExperimentFileError
from .stored_tensor import DTYPES, StoredTensor
from .training_state import LearningCurves, TrainingState

if TYPE_CHECKING:
    from collections.abc import Mapping

SUFFIX = ".safetensors"
LARGEST = 512_000_000
"""Bytes of the largest checkpoint that is read."""
_FORMAT, _VERSION = "implicit-explorer training", "1"
_OPTIMISER, _CURVES, _SOLVED = "training.optimiser", "training.curves.", "training.solved"
_CURE = "choose a file that Run > Save checkpoint wrote"


def save_checkpoint(path: str | os.PathLike[str], state: TrainingState) -> None:
    """Write where a training stands to `path`, whole or not at all; raises OSError where the disk refuses."""
    from safetensors.numpy import save  # noqa: PLC0415 - nobody who learns nothing should wait for it

    arrays = {name: _array_of(tensor) for name, tensor in state.weights.items()}
    arrays[_OPTIMISER] = np.frombuffer(state.optimiser, dtype=np.uint8)
    for field in fields(LearningCurves):
        arrays[f"{_CURVES}{field.name}"] = np.ascontiguousarray(getattr(state.curves, field.name))
    if state.solved is not None:
        arrays[_SOLVED] = _array_of(state.solved)
    about = {
        "format": _FORMAT,
        "version": _VERSION,
        "iteration": str(state.iteration),
        "layout": state.layout,
        "weights": json.dumps(list(state.weights)),  # their order is that of the curves of gradient norms
    }
    write_atomically(path, save(arrays, about))


def load_checkpoint(path: str | os.PathLike[str]) -> TrainingState:
    """Read what `save_checkpoint` wrote, equal to the last bit; raises ExperimentFileError."""
    from safetensors import SafetensorError  # noqa: PLC0415 - as above
    from safetensors.numpy import load  # noqa: PLC0415 - as above

    data = _read(Path(path))
    try:
        arrays = load(data)
        about = _metadata(data)
    except (SafetensorError, ValueError, KeyError, TypeError, MemoryError, OverflowError) as fault:
        raise ExperimentFileError(f"{Path(path).name} is no safetensors file: {fault}", cure=_CURE) from None
    if about.get("format") != _FORMAT:
        raise ExperimentFileError(f"{Path(path).name} holds tensors, but no training", cure=_CURE)
    if about.get("version") != _VERSION:
        raise ExperimentFileError(
            f"{Path(path).name} has version {about.get('version')}, and this program reads version {_VERSION}",
            cure="update Implicit Explorer to open it",
        )
    try:
        return _state_of(about, arrays)
    except KeyError as fault:
        raise ExperimentFileError(f"{Path(path).name} is damaged: {fault} is missing", cure=_CURE) from None
    except (ValueError, TypeError) as fault:
        raise ExperimentFileError(f"{Path(path).name} is damaged: {fault}", cure=_CURE) from None


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ExperimentFileError(f"{path} is not a file", cure=_CURE)
        if path.stat().st_size > LARGEST:
            raise ExperimentFileError(f"{path.name} is larger than {LARGEST:,} bytes", cure=_CURE)
        return path.read_bytes()
    except OSError as fault:
        raise ExperimentFileError(f"{path} cannot be read: {fault.strerror or fault}") from fault


def _metadata(data: bytes) -> Mapping[str, str]:
    """The words in the head of a safetensors file: eight bytes of length, then JSON."""
    length = int.from_bytes(data[:8], "little")
    return dict(json.loads(data[8 : 8 + length]).get("__metadata__", {}))


def _state_of(about: Mapping[str, str], arrays: Mapping[str, np.ndarray]) -> TrainingState:
    iteration, names = int(about["iteration"]), json.loads(about["weights"])
    if iteration < 0 or not isinstance(names, list) or not names:
        raise ValueError("its head does not say what was learnt")
    curves = {field.name: arrays[f"{_CURVES}{field.name}"] for field in fields(LearningCurves)}
    _check_curves(curves, len(names))
    return TrainingState(
        iteration,
        {name: StoredTensor.of(_checked(name, arrays[name])) for name in names},
        arrays[_OPTIMISER].astype(np.uint8, casting="no").tobytes(),
        LearningCurves(**curves),
        about["layout"],
        _solved_in(arrays),
    )


def _check_curves(curves: Mapping[str, np.ndarray], weights: int) -> None:
    """Every curve has a row for each iteration, or for each look at the test points."""
    tested = ("tested", "test_loss", "accuracy", "spectral_radius")
    for name, curve in curves.items():
        rows = len(curves["tested" if name in tested else "loss"])
        wanted = (rows, weights) if name == "gradient_norms" else (rows,)
        if curve.shape != wanted:
            raise ValueError(f"the curve {name} has the shape {curve.shape} where {wanted} is due")


def _solved_in(arrays: Mapping[str, np.ndarray]) -> StoredTensor | None:
    """Where solves begin; files of trainings without warm starts have no such tensor."""
    if _SOLVED not in arrays:
        return None
    solved = _checked(_SOLVED, arrays[_SOLVED])
    if solved.ndim != 2 or not np.isfinite(solved).all():
        raise ValueError(f"{_SOLVED} is no matrix of numbers")
    return StoredTensor.of(solved)


def _checked(name: str, array: np.ndarray) -> np.ndarray:
    if str(array.dtype) not in DTYPES:
        raise ValueError(f"the weight {name} is of {array.dtype}, and weights are float32 or float64")
    return array


def _array_of(tensor: StoredTensor) -> np.ndarray:
    return np.frombuffer(tensor.data, dtype=np.dtype(tensor.dtype).newbyteorder("<")).reshape(tensor.shape)
