"""Systems that tempt a prover: jumps, kinks, poles, edges of domains, tiny and huge numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import core
from core.analysis.root_proof import RootProver


def prover(text: str) -> RootProver:
    return RootProver.of(core.parse(text), {})


JUMPS = [
    ("0 = x - floor(x) - 0.5\nsolve x = 1", 0.5, 0.5),  # a root between all whole numbers
    ("0 = mod(x, 1) - 0.5\nsolve x = 1", 0.5, 0.5),
    ("0 = x - 2*sign(x)\nsolve x = 1", 2.0, 2.0),  # another one at -2
    ("0 = x - 2*step(x) + 1\nsolve x = 1", 1.0, 1.0),  # and at -1
    ("0 = x - if(x > 0, 1, -1)\nsolve x = 1", 1.0, 1.0),
    ("0 = x - 2*(x > 0) + 1\nsolve x = 1", 1.0, 1.0),
    ("0 = x - atan2(0.1*x, -1)/pi\nsolve x = 1", 0.96923, 0.9693),  # the cut is at x = 0
    ("0 = x - 1/x\nsolve x = 1", 1.0, 1.0),  # a pole at 0
    ("0 = tan(x)\nsolve x = 1", 0.0, math.pi / 2),
    ("0 = x*(x - 1)/x - 1\nsolve x = 1", 2.0, 2.0),
]


@pytest.mark.parametrize(("text", "root", "reach"), JUMPS)
def test_a_box_ends_before_a_jump_or_a_pole(text: str, root: float, reach: float) -> None:
    proofs = prover(text)
    place = np.asarray(core.solve(core.parse(text), np.array([root]), "newton", tol=1e-13).z)
    box = proofs.largest_box(place)
    assert box is not None
    assert place[0] == pytest.approx(root, abs=1e-3)
    assert 0.05 < box.radius[0] <= reach
    for wider in (1.001 * reach, 10.0 * reach, 1e6):
        assert not proofs.holds_one(place[None], np.array([[wider]]))[0]


def test_a_map_that_jumps_contracts_only_where_it_does_not() -> None:
    found = prover("z <- 0.5*sign(z) + 0.25*z").contraction(np.array([0.6]))
    assert found is not None
    assert found.radius < 0.6
    assert found.error >= 2 / 3 - 0.6
    # from -0.01 the root on its side is 0.66 away, beyond the jump from there
    assert prover("z <- 0.5*step(z) + 0.25*z - 0.001").contraction(np.array([0.01])) is None


def test_kantorovich_wants_a_derivative_without_jumps() -> None:
    # |z| + z/2 + 1 has no root, and its derivative is constant to the right of 0
    assert prover("0 = abs(z) + 0.5*z + 1\nsolve z = 1").kantorovich(np.array([3.0])) is None
    assert prover("0 = relu(z) + 1\nsolve z = 1").kantorovich(np.array([3.0])) is None
    assert prover("0 = max(z, 0.1*z) + min(z, 2) + 5\nsolve z = 1").kantorovich(np.array([1.0])) is None
    smooth = prover("0 = abs(z) + 0.5*z - 3\nsolve z = 1").kantorovich(np.array([1.9]))
    assert smooth is not None
    assert 0.1 <= smooth.error < 0.1001  # the root is 2
    assert smooth.h < 1e-15


def test_a_kink_is_no_jump() -> None:
    proofs = prover("z <- 0.5*abs(z) + 1")
    box, ball = proofs.largest_box(np.array([2.0])), proofs.contraction(np.array([-1.0]))
    assert box is not None
    assert box.radius[0] > 1e6  # exactly one root anywhere
    assert ball is not None
    assert 3.0 <= ball.error < 5.01  # from -1 the residual is 2.5, and 1 - 1/2 divides it


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_nothing_is_proved_of_what_is_not_finite(value: float) -> None:
    place = np.array([value])
    proofs = prover("z <- cos(z)")
    assert proofs.largest_box(place) is proofs.contraction(place) is proofs.kantorovich(place) is None
    system = core.parse("z <- cos(z) + p\np = 1")
    bound = RootProver.of(system, {"p": value})
    here = np.array([0.7])
    assert bound.largest_box(here) is bound.contraction(here) is bound.kantorovich(here) is None
    assert not bound.holds_no_other(np.array([-1.0]), np.array([1.0]), [])


def test_a_box_to_search_must_be_one() -> None:
    proofs = prover("0 = x^2 + 1\nsolve x = 1")
    for low, high in ((1.0, -1.0), (math.nan, 1.0), (0.0, math.inf)):
        with pytest.raises(ValueError, match="finite ends, the lower one first"):
            proofs.holds_no_other(np.array([low]), np.array([high]), [])


@pytest.mark.parametrize("scale", [1e-150, 1e-12, 1e12, 1e150])
def test_roots_of_any_size_are_proved(scale: float) -> None:
    proofs = RootProver.of(core.parse("0 = (x - a)*(x + 3*a)/a\na = 1\nsolve x = 1"), {"a": scale})
    box = proofs.largest_box(np.array([scale]))
    if scale < 1e-13:  # the other root lies within the smallest box that is tried
        assert box is None
        return
    assert box is not None
    assert 0.1 * scale < box.radius[0] <= 4.0 * scale
    assert box.error[0] < 1e-13 * scale


def test_a_box_around_a_point_beside_the_root_holds_it() -> None:
    proofs = prover("0 = exp(x) - 2\nsolve x = 1")
    for away in (1e-15, 1e-9, 1e-4, 1e-2):
        box = proofs.largest_box(np.array([math.log(2.0) + away]))
        assert box is not None
        assert 0.9 * away - 1e-16 <= box.error[0] <= 1.1 * away + 1e-14


def test_a_search_says_how_far_it_is() -> None:
    steps = list(prover("0 = x*(x - 1) + 0.3\nsolve x = 1").search(np.array([-2.0]), np.array([2.0]), []))
    assert steps[0] == 1
    assert steps[-1] == 0
    assert len(steps) > 3
