"""Directions in the space of weights: principal ones against the singular value decomposition, and random ones."""

from __future__ import annotations

import numpy as np
import pytest

from core.plane_directions import principal_plane, random_plane
from core.stored_tensor import StoredTensor
from core.weight_plane import flat


def stored(vector: np.ndarray) -> dict[str, StoredTensor]:
    """As a matrix of two rows and a vector."""
    return {"W": StoredTensor.of(vector[:-3].reshape(2, -1)), "b": StoredTensor.of(vector[-3:])}


def walk(states: int, numbers: int, seed: int = 0) -> np.ndarray:
    """A path that turns and drifts."""
    random = np.random.default_rng(seed)
    return np.cumsum(random.standard_normal((states, numbers)) * random.uniform(0.1, 2.0, numbers), axis=0)


@pytest.mark.parametrize(("states", "numbers"), [(3, 9), (20, 9), (12, 101)])
def test_the_principal_plane_is_that_of_the_singular_vectors(states, numbers):
    rows = walk(states, numbers)
    plane = principal_plane(list(range(states)), [stored(row) for row in rows])
    centred = rows - rows.mean(axis=0)
    _, sizes, vectors = np.linalg.svd(centred, full_matrices=False)
    assert np.allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    assert np.allclose(np.abs(np.einsum("ij,ij->i", plane.directions, vectors[:2])), 1.0, atol=1e-10)
    assert np.allclose(plane.shares, sizes[:2] ** 2 / (sizes**2).sum(), rtol=1e-10)
    assert np.allclose(plane.path, (rows - rows[-1]) @ plane.directions.T, atol=1e-10)
    assert np.allclose(plane.place(stored(rows[-1])), 0.0, atol=1e-10)
    assert np.allclose(plane.place(stored(rows[1])), plane.path[1], atol=1e-10)
    assert plane.path[0, 0] <= 0.0  # from left to right


def test_three_states_lie_in_their_plane():
    rows = walk(3, 41)
    plane = principal_plane([0, 10, 20], [stored(row) for row in rows])
    assert plane.shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.allclose(rows[-1] + plane.path @ plane.directions, rows, atol=1e-10)


def test_a_straight_path_has_one_principal_direction_and_another_at_a_right_angle():
    ends = np.arange(1.0, 10.0)
    plane = principal_plane(list(range(6)), [stored(0.1 * k * ends) for k in range(6)])
    assert np.allclose(plane.shares, [1.0, 0.0])
    assert np.allclose(np.abs(plane.directions[0] @ ends), np.linalg.norm(ends))
    assert np.allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    assert np.allclose(plane.path[:, 1], 0.0, atol=1e-12)


def test_few_states_or_none_that_moves_have_no_plane():
    rows = walk(5, 9)
    assert principal_plane([0, 1], [stored(row) for row in rows[:2]]) is None
    assert principal_plane([0, 1, 2], [stored(rows[0])] * 3) is None
    assert principal_plane([0, 1, 2], [{"a": StoredTensor.of(np.array([float(k)]))} for k in range(3)]) is None


def test_of_a_long_path_of_many_weights_some_states_are_taken():
    rows = walk(60, 200_003)
    plane = principal_plane(list(range(60)), [stored(row) for row in rows])
    assert 3 <= len(plane.iterations) < 60
    assert (plane.iterations[0], plane.iterations[-1]) == (0, 59)
    assert np.allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)


def test_random_directions_have_filters_as_long_as_the_weights():
    weights = {"W": StoredTensor.of(np.arange(12.0).reshape(3, 4)), "b": StoredTensor.of(np.array([3.0, 4.0]))}
    plane, again = random_plane(weights, 7), random_plane(weights, 7)
    assert plane.random
    assert np.array_equal(plane.directions, again.directions)
    assert not np.array_equal(plane.directions, random_plane(weights, 8).directions)
    for direction in plane.directions:
        rows = direction[:12].reshape(3, 4)
        assert np.allclose(np.linalg.norm(rows, axis=1), np.linalg.norm(np.arange(12.0).reshape(3, 4), axis=1))
        assert np.linalg.norm(direction[12:]) == pytest.approx(5.0)
    assert np.allclose(plane.place(weights), 0.0, atol=1e-12)
    moved = flat(weights) + 0.3 * plane.directions[0] - 0.2 * plane.directions[1]
    parts = {"W": StoredTensor.of(moved[:12].reshape(3, 4)), "b": StoredTensor.of(moved[12:])}
    assert np.allclose(plane.place(parts), [0.3, -0.2])


def test_weights_that_are_all_zero_have_directions_of_length_one():
    plane = random_plane({"W": StoredTensor.of(np.zeros((2, 3)))}, 1)
    assert np.allclose(np.linalg.norm(plane.directions, axis=1), 1.0)
    with pytest.raises(ValueError, match="no plane"):
        random_plane({"a": StoredTensor.of(np.array([1.0]))}, 1)


def test_the_home_of_a_path_holds_it_with_room_and_is_no_strip():
    rows = np.zeros((4, 9))
    rows[:, 0] = [0.0, 1.0, 2.0, 3.0]
    rows[1, 1] = 1e-3
    plane = principal_plane([0, 1, 2, 3], [stored(row) for row in rows])
    (left, right), (bottom, top) = plane.home(np.zeros(2))
    assert left < plane.path[:, 0].min() - 0.5
    assert right > 0.5
    assert (top - bottom) == pytest.approx(0.3 * (right - left), rel=1e-6)
