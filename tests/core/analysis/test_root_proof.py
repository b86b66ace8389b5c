"""Proofs about roots: what is claimed is checked against roots that are known, and nothing false is claimed."""

from __future__ import annotations

import math

import numpy as np
import pytest

import core
from core.analysis.root_proof import RootProver

NEURON = "z <- tanh(w z + x)\nw = 2\nx = 0.3"
NEURON_ROOTS = (-0.907996987222667, -0.310610452329499, 0.978312184853417)
CIRCLE = "0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5"
A, B = 1.931851652578136574, 0.517638090205041525
CIRCLE_ROOTS = ((A, B), (B, A), (-A, -B), (-B, -A))


def prover(text: str, **values: float) -> RootProver:
    system = core.parse(text)
    return RootProver.of(system, {**{p.name: p.default for p in system.parameters}, **values})


def test_every_root_of_the_neuron_has_its_box() -> None:
    proofs = prover(NEURON)
    for root in NEURON_ROOTS:
        box = proofs.largest_box(np.array([root + 1e-10]))
        assert box is not None
        assert abs(root - box.centre[0]) <= box.error[0] < 1.1e-10
        others = [other for other in NEURON_ROOTS if other != root]
        assert all(abs(other - box.centre[0]) > box.radius[0] > 0.1 for other in others)


def test_all_roots_in_a_box_are_counted() -> None:
    for text, roots, reach in ((NEURON, [(root,) for root in NEURON_ROOTS], 1.5), (CIRCLE, CIRCLE_ROOTS, 4.0)):
        proofs = prover(text)
        boxes = [proofs.largest_box(np.array(root)) for root in roots]
        corner = np.full(len(roots[0]), reach)
        assert proofs.holds_no_other(-corner, corner, boxes)
        assert not proofs.holds_no_other(-corner, corner, boxes[1:])


def test_a_system_without_a_root_is_proved_to_have_none() -> None:
    proofs = prover("0 = x^2 + 1\nsolve x = 1")
    assert proofs.holds_no_other(np.array([-1e6]), np.array([1e6]), [])
    assert not prover("0 = x^2 - 1\nsolve x = 1").holds_no_other(np.array([-3.0]), np.array([3.0]), [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("0 = x^2\nsolve x = 1", 0.0),  # a double root
        ("0 = x^2 - 1e-18\nsolve x = 1", 0.0),  # between two roots
        ("0 = x^2 + 1e-30\nsolve x = 1", 0.0),  # no root at all
        ("z <- z", 1.0),  # every point is one
        ("z <- sqrt(z)", -1.0),  # not defined there
        ("z <- cos(z)", 0.0),  # a regular place without a root near
    ],
)
def test_nothing_is_proved_where_there_is_nothing_to_prove(text: str, place: float) -> None:
    proofs = prover(text)
    box = proofs.largest_box(np.array([place]))
    assert box is None
    assert proofs.contraction(np.array([place])) is None


def test_banachs_theorem_bounds_the_error() -> None:
    proofs = prover("z <- cos(z)")
    for away in (1e-2, 1e-5, 1e-9, 0.0):
        z = 0.7390851332151606416553121 + away
        found = proofs.contraction(np.array([z]))
        assert found is not None
        # |f(z) - z| is 1.67 times as long as the error here, and 1 - bound at least 0.26
        assert away <= found.error <= 1.68 / 0.26 * away + 1e-14
        assert found.bound == pytest.approx(math.sin(z), abs=2 * found.radius + 1e-12)
    assert prover(NEURON).contraction(np.array([NEURON_ROOTS[1]])) is None  # repelling


def test_the_theorem_of_kantorovich() -> None:
    proofs = prover("0 = z^2 - 2\nsolve z = 1")
    good = proofs.kantorovich(np.array([1.4]))
    # beta = 1 / 2.8, eta = 0.04 / 2.8, kappa = 2
    assert good is not None
    assert good.h == pytest.approx(2.0 / 2.8 * 0.04 / 2.8, rel=1e-9)
    assert abs(1.4 - math.sqrt(2.0)) <= good.error <= 1.02 * abs(1.4 - math.sqrt(2.0))
    far = proofs.kantorovich(np.array([0.3]))
    assert far is not None
    assert far.h > 0.5
    assert far.error == math.inf
    assert proofs.kantorovich(np.array([0.0])) is None  # a singular derivative
    none = prover("0 = z^2 + 1\nsolve z = 1").kantorovich(np.array([0.1]))
    assert none is not None
    assert none.h > 0.5


def test_what_is_too_large_or_no_root_problem_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 6 unknowns, and here are 7"):
        RootProver.of(core.parse("z <- tanh(z)\nz in R^7"), {})
    with pytest.raises(ValueError, match="are roots proved"):
        RootProver.of(core.parse("x' = -x"), {})
