"""The reading of weights that mix rows, against plain numpy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import presets
from core.experiment import Experiment
from core.readings import Mixture
from core.request import Request
from core.runner import frames
from core.stored_tensor import StoredTensor


def reading(experiment: Experiment, focus: int = 0) -> Mixture | None:
    *_, frame = frames(Request(experiment, frozenset({Mixture}), focus=focus))
    assert frame.error is None
    return frame.readings.get(Mixture)


def attention(lecture: float) -> Mixture:
    experiment, _ = presets.load_preset("self_attention")
    found = reading(replace(experiment, values={"lecture": lecture}))
    assert found is not None
    return found


def lecture_arrays() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P, L and V as the lecture draws K, Q and V."""
    draws = np.random.RandomState(0)  # what np.random.seed(0) gives
    K, Q, V = (draws.randn(5, 4) for _ in range(3))
    A = np.exp(K @ Q.T) / 2.0
    right = np.exp(K @ Q.T / 2.0)
    return right / right.sum(axis=1, keepdims=True), A / A.sum(axis=1), V


@pytest.mark.parametrize(("lecture", "outside"), [(0.0, 0), (0.5, 4), (1.0, 7)])
def test_the_weights_in_force_and_what_leaves_the_hull(lecture: float, outside: int) -> None:
    right, wrong, values = lecture_arrays()
    weights = right + lecture * (wrong - right)
    mixture = attention(lecture)
    assert mixture.weights == pytest.approx(weights, rel=1e-12)
    assert mixture.values == pytest.approx(values, rel=1e-15)
    assert mixture.row_sums == pytest.approx(weights.sum(axis=1), rel=1e-12)
    assert mixture.output == pytest.approx(weights @ values, rel=1e-12)
    assert mixture.smallest == pytest.approx(weights.min(), rel=1e-12)
    expected = (weights @ values >= values.min(axis=0)) & (weights @ values <= values.max(axis=0))
    assert mixture.inside.tolist() == expected.tolist()
    assert int((~mixture.inside).sum()) == outside


def test_right_and_wrong_stand_side_by_side_whatever_is_in_force() -> None:
    right, wrong, values = lecture_arrays()
    mixture = attention(0.5)
    assert mixture.names == ("P + lecture * (L - P)", "V")
    assert {matrix.name for matrix in mixture.matrices[1:]} == {"P", "A", "L"}
    by_name = {matrix.name: matrix for matrix in mixture.matrices}
    assert by_name["P"].row_sums == pytest.approx(np.ones(5), abs=1e-15)
    assert by_name["P"].inside.all()
    assert by_name["L"].weights == pytest.approx(wrong, rel=1e-12)
    assert by_name["L"].output == pytest.approx(wrong @ values, rel=1e-12)
    assert by_name["P"].output == pytest.approx(right @ values, rel=1e-12)


def test_weights_of_a_batch_are_those_of_the_sample_that_is_looked_at() -> None:
    scores = np.arange(12.0).reshape(3, 2, 2) / 7.0
    text = 'Y <- softmax(S) V\nY in R^2x2\nS = data "S" as batch\nV = [[1, 0], [0, 1]]\n'
    experiment = Experiment(text, tensors={"S": StoredTensor.of(scores)})
    for row in range(3):
        mixture = reading(experiment, focus=row)
        assert mixture is not None
        powers = np.exp(scores[row])
        assert mixture.weights == pytest.approx(powers / powers.sum(axis=1, keepdims=True), rel=1e-12)


def test_rounding_leaves_no_hull_and_no_number_is_inside_none() -> None:
    thirds = "Y <- ([[1, 1, 1]]*(1/3)) V\nY in R^1x2\nV = [[0.1, 5], [0.1, 6], [0.1, 7]]\n"
    mixture = reading(Experiment(thirds))
    assert mixture is not None
    assert mixture.inside.all()
    broken = reading(Experiment("Y <- ([[log(a), 1]]) V\nY in R^1x1\nV = [[1], [2]]\na = -1 in [-2, 2]\n"))
    assert broken is not None
    assert np.isnan(broken.row_sums).all()
    assert not broken.inside.any()


@pytest.mark.parametrize("name", ["cosine", "tutorial_layer", "lorenz", "cubic_root"])
def test_other_systems_have_no_such_reading(name: str) -> None:
    assert reading(presets.load_preset(name)[0]) is None
