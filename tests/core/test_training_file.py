"""Checkpoints: equal to the last bit, readable by any program, and refused in words where they are none."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from core.experiment_file_error import ExperimentFileError
from core.stored_tensor import StoredTensor
from core.training_file import load_checkpoint, save_checkpoint
from core.training_state import LearningCurves, TrainingState


def state_at(iteration: int, dtype: type = np.float64) -> TrainingState:
    """Two weights, one of them called so that no alphabet would put it first."""
    random = np.random.default_rng(iteration)
    rows, looks = iteration, 1 + iteration // 2
    curves = LearningCurves(
        loss=random.random(rows),
        rate=np.full(rows, 1e-3),
        forward=random.random(rows),
        backward=random.random(rows),
        gradient_norms=random.random((rows, 2)),
        seconds=np.arange(rows) / 7,
        tested=2 * np.arange(looks),
        test_loss=random.random(looks),
        accuracy=np.full(looks, np.nan),
        spectral_radius=np.full(looks, np.nan),
        failed=random.random(rows),
    )
    weights = {"W": random.random((3, 2)).astype(dtype), "A": random.random(3).astype(dtype)}
    stored = {name: StoredTensor.of(array) for name, array in weights.items()}
    return TrainingState(iteration, stored, random.bytes(41), curves, "z' = W z")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("iteration", [0, 5])
def test_a_checkpoint_comes_back_to_the_last_bit(tmp_path: Path, iteration: int, dtype: type) -> None:
    state, path = state_at(iteration, dtype), tmp_path / "here.safetensors"
    save_checkpoint(path, state)
    found = load_checkpoint(path)
    assert found.iteration == iteration
    assert found.layout == state.layout
    assert found.optimiser == state.optimiser
    assert list(found.weights.items()) == list(state.weights.items())
    for field in fields(LearningCurves):
        before, after = getattr(state.curves, field.name), getattr(found.curves, field.name)
        assert before.dtype == after.dtype
        assert before.shape == after.shape
        assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_where_solves_begin_comes_back_too(tmp_path: Path, dtype: type) -> None:
    solved = StoredTensor.of(np.random.default_rng(7).random((5, 3)).astype(dtype))
    state, path = replace(state_at(4, dtype), solved=solved), tmp_path / "here.safetensors"
    save_checkpoint(path, state)
    assert load_checkpoint(path).solved == solved
    damaged(path, "training.solved", np.array([[1.0, np.nan]]))
    with pytest.raises(ExperimentFileError, match="is no matrix of numbers"):
        load_checkpoint(path)
    damaged(path, "training.solved", None)
    assert load_checkpoint(path).solved is None


def test_other_programs_find_the_weights_under_their_names(tmp_path: Path) -> None:
    state, path = state_at(3), tmp_path / "here.safetensors"
    save_checkpoint(path, state)
    assert np.array_equal(load_file(path)["W"], state.weights["W"].array())


def test_what_is_no_checkpoint_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    with pytest.raises(ExperimentFileError, match="is not a file"):
        load_checkpoint(path)
    path.write_bytes(b"no tensors")
    with pytest.raises(ExperimentFileError, match=r"x\.safetensors is no safetensors file"):
        load_checkpoint(path)
    save_file({"W": np.zeros(3)}, path)
    with pytest.raises(ExperimentFileError, match="holds tensors, but no training"):
        load_checkpoint(path)


def damaged(path: Path, name: str, array: np.ndarray | None) -> None:
    """Another array in a checkpoint, or none."""
    from safetensors import safe_open  # noqa: PLC0415 - for this alone

    with safe_open(path, "np") as file:
        about = file.metadata()
    arrays = load_file(path)
    if array is None:
        del arrays[name]
    else:
        arrays[name] = array
    save_file(arrays, path, about)


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("W", None, "'W' is missing"),
        ("W", np.arange(6).reshape(3, 2), "weights are float32 or float64"),
        ("W", np.full((3, 2), np.nan), "finite numbers only"),
        ("training.curves.rate", np.zeros(9), "the curve rate has the shape"),
        ("training.optimiser", None, "'training.optimiser' is missing"),
        ("training.optimiser", np.zeros(3), "damaged"),
    ],
)
def test_a_damaged_checkpoint_says_what_is_wrong(tmp_path: Path, name: str, array, words: str) -> None:
    path = tmp_path / "here.safetensors"
    save_checkpoint(path, state_at(4))
    damaged(path, name, array)
    with pytest.raises(ExperimentFileError, match=words):
        load_checkpoint(path)


def test_a_write_that_fails_leaves_the_old_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "here.safetensors"
    save_checkpoint(path, state_at(4))
    path.chmod(0o444)
    try:
        save_checkpoint(path, state_at(6))
    except OSError:
        assert load_checkpoint(path).iteration == 4
    else:  # the superuser writes everywhere
        assert load_checkpoint(path).iteration == 6
