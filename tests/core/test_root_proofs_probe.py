"""What is proved of a layer as it is asked for: boxes, how many roots there are, and the sample in focus."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from core.experiment import Experiment, RootFinding
from core.frame import Frame
from core.probes.root_proofs import RootProofsProbe
from core.problem_key import problem_key
from core.readings import FixedPoints, Iterations, RootProofs
from core.request import Request, Viewport
from core.runner import frames, make_context
from core.stored_tensor import StoredTensor

NEURON = "z <- tanh(w z + x)\nw = 2 in [0, 3]\nx = 0.3 in [-1, 1]\nstart (1.2)\nview z [-1.5, 1.5]\n"
NEURON_ROOTS = (-0.907996987222667, -0.310610452329499, 0.978312184853417)
CIRCLE = "0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5\nview x [-3, 3], y [-3, 3]"
A, B = 1.931851652578136574, 0.517638090205041525
COSINE = "z <- cos(z)\nstart (1)\nview z [-2, 2]"
DOTTIE = 0.7390851332151606416553121
WANTED = frozenset({RootProofs, FixedPoints, Iterations})
LINE = Viewport("z", "f(z)", (-1.5, 1.5), (-1.5, 1.5))


def last(text: str, viewport: Viewport | None = None, quality: str = "full", **settings: object) -> Frame:
    focus = settings.pop("focus", 0)
    *_, final = frames(Request(Experiment(text, **settings), WANTED, viewport, quality, focus=focus))
    assert final.error is None
    return final


def proofs(text: str, viewport: Viewport | None = None, **settings: object) -> RootProofs:
    found = last(text, viewport, **settings).get(RootProofs)
    assert found is not None
    return found


def test_three_fixed_points_and_no_other() -> None:
    found = proofs(NEURON, LINE)
    assert (found.inside, found.alone, found.visible) == (3, True, True)
    assert found.sentence == "proved: exactly 3 fixed points in the visible range"
    for proof, root in zip(found.points, NEURON_ROOTS, strict=True):
        assert abs(proof.point[0] - root) <= proof.error[0] < 1e-14
        assert 0.2 < proof.radius[0] < 0.7
        assert sum(abs(other - proof.point[0]) <= proof.radius[0] for other in NEURON_ROOTS) == 1


def test_what_lies_beside_the_view_is_not_counted() -> None:
    beside = replace(LINE, x_range=(-0.85, 1.5))  # the search goes a tenth beyond it
    found = proofs(NEURON, beside)
    assert (len(found.points), found.inside, found.alone) == (3, 2, True)
    edge = proofs("z <- z + 0.5*z*(1 - z)\nview z [0, 3]", Viewport("z", "f(z)", (0.0, 3.0), (0.0, 3.0)))
    assert edge.alone is False  # the root 0 lies on the very edge
    assert edge.sentence == "proved: at least 1 fixed point in the visible range"


def test_roots_in_the_plane() -> None:
    found = proofs(CIRCLE, Viewport("x", "y", (-3.0, 3.0), (-3.0, 3.0)))
    assert (found.inside, found.alone, found.is_root) == (4, True, True)
    assert found.sentence == "proved: exactly 4 roots in the visible range"
    for proof, root in zip(found.points, ((-A, -B), (-B, -A), (B, A), (A, B)), strict=True):
        assert (np.abs(proof.point - root) <= proof.error + 2e-16).all()
    assert not proofs(CIRCLE).visible
    assert proofs(CIRCLE).sentence == "proved: exactly 4 roots in the box that was searched"


def test_a_view_without_a_root() -> None:
    found = proofs("0 = x^2 + 1\nsolve x = 1\nview x [-3, 3]")
    assert (found.points, found.inside, found.alone) == ((), 0, True)
    assert found.sentence == "proved: no root in the box that was searched"


@pytest.mark.parametrize("equation", ["x^2", "x^3", "x*(x - 1e-9)", "1/x", "x - floor(x)"])
def test_what_is_not_decided_is_not_claimed(equation: str) -> None:
    found = proofs(f"0 = {equation}\nsolve x = 1\nview x [-1, 2]")
    assert found.alone is False
    assert found.inside <= 1  # of x - floor(x) the roots 0 and 1 lie on jumps
    if equation in ("x^2", "x^3", "1/x"):
        assert found.sentence == ""


def test_the_theorems_at_the_end_of_the_sample_in_focus() -> None:
    found = proofs(COSINE).sample
    assert found is not None
    away = abs(found.z[0] - DOTTIE)
    assert 1e-10 < away <= found.kantorovich < found.banach < 1e-7
    assert found.contraction == pytest.approx(math.sin(DOTTIE), abs=1e-6)
    # beta = 1 / (1 + sin z), eta = beta |cos z - z|, kappa = |cos z|
    assert found.h == pytest.approx(away * DOTTIE / (1 + math.sin(DOTTIE)), rel=1e-3)
    assert found.certain is not None
    assert found.certain <= 8  # from z = 1 on every iterate is near enough
    two = proofs(COSINE.replace("(1)", "(1), (0.5)"), focus=1).sample
    assert two is not None
    assert (two.index, two.contraction) == (1, pytest.approx(math.sin(DOTTIE), abs=1e-6))


@pytest.mark.parametrize("solver", ["picard", "newton", "anderson", "damped", "broyden", "secant"])
def test_it_is_where_the_chosen_solver_ended(solver: str) -> None:
    frame = last(COSINE, root=RootFinding(solver, iterations=300))
    sample, run = frame.get(RootProofs).sample, frame.get(Iterations).runs[0]
    assert sample.z.tolist() == run.solution[0].tolist()
    assert abs(sample.z[0] - DOTTIE) <= sample.kantorovich


def test_a_sample_that_ran_away_proves_nothing() -> None:
    found = proofs("z <- 2*z + z^2\nstart (1)\nview z [-3, 3]").sample
    assert found is not None
    assert found.banach is None
    assert found.kantorovich is None or found.kantorovich >= abs(found.z[0])  # to the root 0


def test_each_sample_sees_its_row() -> None:
    rows = np.array([0.3, 0.7])
    text = 'z <- tanh(0.5*z + d)\nd = data "D" as batch\nstart (0)\nview z [-1, 2]'
    tensors = {"D": StoredTensor((2,), "float64", rows.tobytes())}
    for focus in (0, 1):
        found = proofs(text, tensors=tensors, focus=focus)
        assert found.row == 0
        assert abs(np.tanh(0.5 * found.points[0].point[0] + rows[0]) - found.points[0].point[0]) < 1e-15
        sample = found.sample
        assert sample is not None
        assert sample.index == focus
        root = float(sample.z[0])
        for _ in range(200):
            root = math.tanh(0.5 * root + float(rows[focus]))
        assert abs(root - sample.z[0]) <= sample.kantorovich + 1e-15 < 1e-6


def test_a_drag_and_a_large_system_prove_nothing() -> None:
    assert last(NEURON, LINE, "preview").get(RootProofs) is None
    large = last("z <- tanh(0.1*z)\nz in R^7\nstart (1, 1, 1, 1, 1, 1, 1)")
    assert large.get(RootProofs) is None
    assert large.get(Iterations).runs[0].outcomes[0].success


def test_everything_else_is_shown_before() -> None:
    told = list(frames(Request(Experiment(NEURON), WANTED, LINE)))
    first = next(place for place, frame in enumerate(told) if frame.get(RootProofs) is not None)
    assert told[first - 1].get(Iterations).runs[0].outcomes[0].success
    assert told[first].get(RootProofs).alone is None  # the search comes last
    assert told[-1].get(RootProofs).alone is True


def test_its_work_comes_in_slices_and_can_be_left() -> None:
    probe = RootProofsProbe()
    probe.begin(make_context(Request(Experiment(CIRCLE), WANTED)))
    shares = [part.share for part in probe.slices()]
    assert len(shares) > 8
    assert shares == sorted(shares)
    stopped = frames(Request(Experiment(CIRCLE), WANTED), lambda: True)
    assert [frame.get(RootProofs) for frame in stopped] == [None]


def test_proofs_tell_what_they_are_of() -> None:
    frame = last(NEURON, LINE)
    assert frame.get(RootProofs).problem == frame.get(FixedPoints).problem == problem_key(Experiment(NEURON))
    preview = last(NEURON, LINE, "preview", values={"w": 1.9})
    assert preview.get(FixedPoints).problem != frame.get(RootProofs).problem
    one, two = (StoredTensor((1,), "float64", np.array([value]).tobytes()) for value in (1.0, 2.0))
    keys = {problem_key(Experiment(NEURON, tensors={"b": tensor})) for tensor in (one, two)}
    assert len(keys) == 2


def test_a_proof_is_found_by_its_point() -> None:
    found = proofs(NEURON, LINE)
    for proof in found.points:
        assert found.of_point(proof.point + 1e-12) is proof
    assert found.of_point(np.array([0.5])) is None
