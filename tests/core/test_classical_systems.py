"""The classical systems themselves: both ways in which they are written, published norms and roots, known roots."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from classical_formulas import FORMULAS, exact_norm
from classical_systems import CLASSICAL, MORE_GARBOW_HILLSTROM, TRAPS, distance, references, roots
from mpmath import mp, mpf


def test_there_are_fourteen_and_nine() -> None:
    assert (len(MORE_GARBOW_HILLSTROM), len(TRAPS), len(CLASSICAL)) == (14, 9, 23)
    assert set(FORMULAS) == set(CLASSICAL)
    assert [name for name, system in CLASSICAL.items() if not system.rooted] == ["no root"]


@pytest.mark.parametrize("name", CLASSICAL)
def test_torch_mpmath_and_formulas_agree(name: str) -> None:
    system = CLASSICAL[name]
    points = np.vstack([system.starts[0], np.random.default_rng(2).normal(size=(4, len(system.start)))])
    exact = np.array([[float(value) for value in FORMULAS[name](list(map(mpf, point)))] for point in points])
    bound = 1e-13 * abs(exact).max()
    assert system.equations(torch.tensor(points)).numpy() == pytest.approx(exact, abs=bound)
    assert points - system.in_torch.array()(points) == pytest.approx(exact, abs=bound)
    if system.text:
        assert points - system.mapping.array()(points) == pytest.approx(exact, abs=bound)
        assert system.mapping.jacobian()(points) == pytest.approx(
            system.in_torch.jacobian()(points), rel=1e-12, abs=1e-9
        )
        assert system.mapping.system.starts == (system.start,)


@pytest.mark.parametrize("name", [system.name for system in MORE_GARBOW_HILLSTROM])
def test_norms_at_the_starts_are_the_published_ones(name: str) -> None:
    published = references()[name]["norms"]
    assert [exact_norm(name, start) for start in CLASSICAL[name].starts[: len(published)]] == pytest.approx(
        published, rel=1e-7
    )


@pytest.mark.parametrize("name", [name for name, reference in references().items() if "roots" in reference])
def test_known_roots_are_roots(name: str) -> None:
    digits = references()[name]["roots"]
    with mp.workdps(40):
        for root in digits:
            point = [mpf(number) for number in root]
            scale = max(map(abs, point), default=0) ** 2 + 1000
            assert mp.norm(FORMULAS[name](point)) <= mpf("1e-16") * scale
    for index, root in enumerate(roots(name)):
        others = [np.linalg.norm(root - other) for place, other in enumerate(roots(name)) if place != index]
        assert distance(name, root) == 0.0
        assert all(other > 1e-3 for other in others)


@pytest.mark.parametrize("name", [name for name, reference in references().items() if "published" in reference])
def test_the_published_root_is_among_them(name: str) -> None:
    assert distance(name, np.array(references()[name]["published"])) < 2e-7


def test_the_integral_equation_has_the_root_of_the_boundary_value_problem() -> None:
    assert roots("discrete integral equation") == pytest.approx(roots("discrete boundary value"), abs=1e-16)


def test_bratus_roots_lie_on_either_side_of_the_fold() -> None:
    lower, upper = roots("Bratu")
    assert max(lower) < 1.19 < max(upper)
    assert np.linalg.det(np.eye(24) - CLASSICAL["Bratu"].in_torch.jacobian()(lower[None])[0]) > 0
    assert np.linalg.det(np.eye(24) - CLASSICAL["Bratu"].in_torch.jacobian()(upper[None])[0]) < 0


def test_chebyquad_knows_no_order() -> None:
    (root,) = roots("Chebyquad")
    assert distance("Chebyquad", root[::-1]) == 0.0
