"""Lengths and angles of vectors whose squares no number holds."""

from __future__ import annotations

from math import inf, isnan, nan, sqrt

import numpy as np
import pytest

from core.lengths import cosine, length


@pytest.mark.parametrize("size", [1.0, 1e-310, 1e-200, 1e200, 1e307])
def test_a_length_is_right_whatever_its_size(size: float) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert length(np.array([3.0, 0.0, -4.0]) * size) == pytest.approx(5.0 * size, rel=1e-14)
        assert cosine(np.array([1.0, 1.0]) * size, np.array([-2.0, 0.0]) * size) == pytest.approx(-1 / sqrt(2))


def test_what_has_no_length_or_no_finite_one() -> None:
    with np.errstate(all="raise"):
        assert length(np.zeros(2)) == length(np.empty(0)) == 0.0
        assert length(np.array([1.0, -inf])) == inf
        assert isnan(length(np.array([1.0, nan])))
        for bad in (np.zeros(2), np.array([inf, 1.0]), np.array([nan, 1.0])):
            assert isnan(cosine(bad, np.ones(2)))
