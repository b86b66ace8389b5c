"""Brownian paths: known random words, the same value whatever is asked, and the law of a Wiener process."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.special import ndtri
from scipy.stats import kstest

from core.array_library import NUMPY, TORCH
from core.brownian_tree import brownian_path, brownian_values
from core.normal_quantile import normal_numbers
from core.philox import philox

MANY = 4_000
"""Paths of a statistical test: the standard error of a variance is then 2.2 %."""


def at(t: float, seed: int = 7, count: int = MANY, first: int = 0) -> np.ndarray:
    """W(t) of many trajectories, of one component."""
    return brownian_path(NUMPY, seed, np.full(count, t), first + np.arange(count), 1)[:, 0]


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_words_are_those_of_the_authors_of_philox(counter: str, key: str, words: str) -> None:
    # the known answers that come with Random123
    given = [np.array([int(word, 16)]) for word in counter.split()]
    low, high = (int(word, 16) for word in key.split())
    for arrays in (given, [torch.as_tensor(word) for word in given]):
        found = philox(tuple(arrays), (low, high))
        assert [f"{int(word[0]):08x}" for word in found] == words.split()


def test_normal_numbers_are_quantiles_and_equal_in_both_libraries() -> None:
    random = np.random.default_rng(0).integers(0, 2**32, 20_000)
    words = np.concatenate([[0, 1, 2**31 - 1, 2**31, 2**32 - 1], random]).astype(np.int64)
    numbers = normal_numbers(NUMPY, words)
    assert numbers == pytest.approx(ndtri((words + 0.5) / 2**32), rel=2e-15)
    assert np.abs(numbers).max() < 6.34
    assert normal_numbers(TORCH, torch.as_tensor(words)).numpy().tobytes() == numbers.tobytes()


def test_a_path_is_the_same_whatever_else_is_asked() -> None:
    random = np.random.default_rng(1)
    times = np.concatenate([random.uniform(-5.0, 40.0, 300), [0.0, 1.0, 2.0, 1e-9, 1e6, 1.5]])
    path = brownian_values(3, times, sample=5, components=3)
    order = random.permutation(len(times))
    assert brownian_values(3, times[order], 5, 3).tobytes() == path[order].tobytes()
    for index in range(0, len(times), 40):  # alone
        assert brownian_values(3, times[index : index + 1], 5, 3).tobytes() == path[index].tobytes()
    assert brownian_values(3, times, 5, 2).tobytes() == path[:, :2].tobytes()
    sample = random.integers(0, 50, len(times))  # beside other trajectories
    mixed = brownian_path(NUMPY, 3, times, sample, 3)
    mine = sample == 5
    assert mine.any()
    assert mixed[mine].tobytes() == path[mine].tobytes()
    tensors = brownian_path(TORCH, 3, torch.as_tensor(times), torch.as_tensor(sample), 3)
    assert tensors.numpy().tobytes() == mixed.tobytes()
    assert brownian_values(3, np.array([0.0])) == 0.0


@pytest.mark.parametrize("ends", [(0.0, 1.0), (0.3, 0.31), (0.49, 0.51), (1.7, 5.3), (100.0, 101.5), (-2.5, -0.5)])
def test_increments_are_normal_with_the_variance_of_their_length(ends: tuple[float, float]) -> None:
    growth = (at(ends[1]) - at(ends[0])) / (ends[1] - ends[0]) ** 0.5
    assert growth.mean() == pytest.approx(0.0, abs=4.0 / MANY**0.5)
    assert growth.var() == pytest.approx(1.0, abs=4.0 * (2.0 / MANY) ** 0.5)
    assert kstest(growth, "norm").pvalue > 1e-3


def test_increments_trajectories_components_and_seeds_are_independent() -> None:
    times = (0.2, 0.5, 0.8, 1.9, 4.5, 4.6)
    values = [at(t) for t in times]
    parts = [values[0], *(b - a for a, b in pairwise(values))]
    parts += [at(1.9, first=MANY), at(1.9, seed=8), at(-1.9)]
    parts.append(brownian_path(NUMPY, 7, np.full(MANY, 1.9), np.arange(MANY), 2)[:, 1])
    correlations = np.corrcoef(parts) - np.eye(len(parts))
    # of parts 3 and 6, W(1.9) - W(0.8) and another trajectory's W(1.9), nothing is common either
    assert np.abs(correlations).max() < 4.5 / MANY**0.5
    # nor of squares, which would show a common size
    squares = np.corrcoef(np.square(parts)) - np.eye(len(parts))
    assert np.abs(squares).max() < 4.5 / MANY**0.5


def test_finer_times_fill_the_same_path() -> None:
    # quadratic variation: the sum of squared increments over [0, T] comes to T, its error being T sqrt(2/N)
    for count in (64, 1024, 8192):
        path = brownian_values(11, np.linspace(0.0, 3.0, count + 1))[:, 0]
        assert (np.diff(path) ** 2).sum() == pytest.approx(3.0, abs=4.0 * 3.0 * (2.0 / count) ** 0.5)
    fine = brownian_values(11, np.linspace(0.0, 3.0, 1025))[:, 0]
    assert fine[::16].tobytes() == brownian_values(11, np.linspace(0.0, 3.0, 65))[:, 0].tobytes()
    # straight below 2^-32: no jump anywhere
    leaf = 2.0**-32
    near = brownian_values(11, 0.7 + leaf * np.linspace(0.0, 4.0, 41))[:, 0]
    assert np.abs(np.diff(near)).max() < 8.0 * leaf**0.5 / 10.0
