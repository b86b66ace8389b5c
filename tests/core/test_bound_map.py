"""What a solver may ask of a map: products with its Jacobian, and how the Jacobian changes along a direction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from root_problems import formula

from core.callable_map import layer
from core.root_problem import BoundMap, bind_numpy, bind_torch

TEXT = "x <- tanh(a*y) + x^2*y/3\ny <- x*exp(-y^2) + x/(2 + y^2)\na = 0.7"
POINTS = np.array([[0.3, -0.4], [1.1, 0.2], [-0.6, 0.9]])
ALONG = np.array([[0.5, -1.0], [2.0, 0.3], [0.1, 0.2]])


def twin(z: Any) -> Any:
    x, y = z[:, 0], z[:, 1]
    first = torch.tanh(0.7 * y) + x**2 * y / 3
    return torch.stack([first, x * torch.exp(-(y**2)) + x / (2 + y**2)], 1)


def bound(kind: str) -> tuple[BoundMap, Any]:
    """The map bound to a library, and what makes its arrays."""
    if kind == "numpy":
        return bind_numpy(formula(TEXT), None), np.array
    mapping = formula(TEXT) if kind == "formula in torch" else layer(twin, 2)
    return bind_torch(mapping, None, 3, "cpu", "float64"), torch.tensor


KINDS = ("numpy", "formula in torch", "callable")


@pytest.mark.parametrize("kind", KINDS)
def test_products_are_those_of_the_jacobian(kind: str) -> None:
    problem, array = bound(kind)
    z, v = array(POINTS), array(ALONG)
    matrix = problem.library.host(problem.jacobian(z))
    assert problem.library.host(problem.product(z)(v)) == pytest.approx(np.einsum("sij,sj->si", matrix, ALONG))
    assert problem.library.host(problem.pullback(z)(v)) == pytest.approx(np.einsum("sij,si->sj", matrix, ALONG))


@pytest.mark.parametrize("kind", KINDS)
def test_curvature_is_the_derivative_of_the_jacobian(kind: str) -> None:
    problem, array = bound(kind)
    h = 1e-5
    ahead, behind = (problem.library.host(problem.jacobian(array(POINTS + s * h * ALONG))) for s in (1, -1))
    found = problem.library.host(problem.curvature(array(POINTS), array(ALONG)))
    assert found == pytest.approx((ahead - behind) / (2 * h), abs=1e-8)


@pytest.mark.parametrize("function", [lambda z: 3.0 * z, lambda z: torch.ones_like(z), lambda z: z.detach() ** 2])
def test_maps_that_are_linear_or_do_not_depend_on_z(function: Any) -> None:
    problem = bind_torch(layer(function, 2), None, 3, "cpu", "float64")
    z, v = torch.tensor(POINTS), torch.tensor(ALONG)
    matrix = problem.jacobian(z)
    assert torch.equal(problem.product(z)(v), (matrix * v[:, None]).sum(2))
    assert torch.equal(problem.pullback(z)(v), (matrix * v[:, :, None]).sum(1))
    assert not problem.curvature(z, v).any()
