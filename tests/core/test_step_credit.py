"""What a short step counts as where the residual falls, rests or stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.array_library import NUMPY, TORCH, ArrayLibrary
from core.step_credit import credited, rests, share

LIBRARIES = pytest.mark.parametrize("library", [NUMPY, TORCH], ids=["numpy", "torch"])


def arrays(library: ArrayLibrary, *values: Any) -> list[Any]:
    return [library.array(np.array(each, dtype=np.float64), "cpu", "float64") for each in values]


@LIBRARIES
def test_the_share_is_the_cube_of_the_fall_and_the_level_the_least(library: ArrayLibrary) -> None:
    height, level = arrays(library, [1.0, 2.0, 3.0, np.nan, np.inf, 5.0], [2.0, 2.0, 2.0, 2.0, 2.0, np.inf])
    part, least = share(library, height, level)
    assert library.host(part).tolist() == [0.125, 1.0, 1.0, 1.0, 1.0, 0.0]
    assert library.host(least).tolist() == [1.0, 2.0, 2.0, 2.0, 2.0, 5.0]


@LIBRARIES
def test_a_height_rests_at_64_roundings_of_the_size(library: ArrayLibrary) -> None:
    epsilon = np.finfo(np.float64).eps
    height, size = arrays(library, [0.0, 127 * epsilon, 129 * epsilon, np.nan], [0.0, 2.0, 2.0, 2.0])
    assert library.host(rests(library, height, size)).tolist() == [1.0, 1.0, 0.0, 0.0]


@LIBRARIES
def test_a_step_counts_as_far_as_the_residual_fell(library: ArrayLibrary) -> None:
    step = [[0.003, 0.004], [0.003, 0.004], [0.6, 0.8], [0.003, 0.004], [0.003, 0.004]]
    residual, size = [1.0, 0.5, 1.0, 0.2, 1e-15], [1.0] * 5
    move, level = [[0.3, 0.4]] * 4 + [[np.nan, np.nan]], [1.0, 1.0, 1.0, 1.0, np.inf]
    found, least = credited(library, *arrays(library, step, residual, size, move, level))
    # nothing fell; half; nothing, but a longer step; a fifth, and 0.2^3 of 0.5 is shorter than the step; the first
    expected = [[0.3, 0.4], [0.0375, 0.05], [0.6, 0.8], [0.003, 0.004], [0.003, 0.004]]
    assert library.host(found) == pytest.approx(np.array(expected), rel=1e-14)
    assert library.host(least).tolist() == [1.0, 0.5, 1.0, 0.2, 1e-15]
