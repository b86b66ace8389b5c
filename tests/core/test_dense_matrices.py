"""One dense matrix per sample: products, inverses and least squares, each sample as if it were alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.array_library import NUMPY, TORCH, ArrayLibrary
from core.dense_matrices import inverse, least_squares, product, transposed_product

LIBRARIES = [NUMPY, TORCH]


def arrays(library: ArrayLibrary, *values: np.ndarray) -> Any:
    return tuple(library.array(value, "cpu", "float64") for value in values)


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_an_inverse_that_does_not_exist_is_not_finite_and_leaves_the_others(library: ArrayLibrary) -> None:
    matrices = np.array([[[2.0, 1.0], [1.0, 1.0]], [[1.0, 2.0], [2.0, 4.0]], [[0.0, 4.0], [0.5, 0.0]]])
    found = library.host(inverse(library, *arrays(library, matrices)))
    assert found[0] == pytest.approx(np.array([[1.0, -1.0], [-1.0, 2.0]]), abs=1e-15)
    assert not np.isfinite(found[1]).all()
    assert found[2].tolist() == [[0.0, 2.0], [0.25, 0.0]]
    for place in (0, 2):
        alone = library.host(inverse(library, *arrays(library, matrices[place : place + 1])))
        assert np.array_equal(alone[0], found[place])


@pytest.mark.parametrize("library", LIBRARIES, ids=["numpy", "torch"])
def test_products_and_least_squares(library: ArrayLibrary) -> None:
    random = np.random.default_rng(4)
    matrices, vectors, right = (random.normal(size=size) for size in ((5, 7, 3), (5, 3), (5, 7)))
    found = library.host(product(library, *arrays(library, matrices, vectors)))
    assert found == pytest.approx(np.einsum("sij,sj->si", matrices, vectors), abs=1e-14)
    found = library.host(transposed_product(library, *arrays(library, matrices, right)))
    assert found == pytest.approx(np.einsum("sij,si->sj", matrices, right), abs=1e-14)
    solved = library.host(least_squares(library, *arrays(library, matrices, right)))
    for matrix, value, x in zip(matrices, right, solved, strict=True):
        assert x == pytest.approx(np.linalg.lstsq(matrix, value)[0], abs=1e-13)
    alone = library.host(least_squares(library, *arrays(library, matrices[2:3], right[2:3])))
    assert np.array_equal(alone[0], solved[2])
