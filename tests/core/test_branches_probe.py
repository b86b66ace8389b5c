"""Bifurcation diagrams as they are asked for: curves, marks, the loop of a solver, previews, and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.experiment import Experiment, RootFinding
from core.frame import Frame
from core.readings import Branches, FollowedRoots
from core.request import Request, Viewport
from core.runner import frames
from core.stored_tensor import StoredTensor

NEURON = "z <- tanh(w z + x)\nw = 2 in [0, 3]\nx = 0.3 in [-1, 1]\nstart (1.2)\nview z [-1.5, 1.5]\n"
X_FOLD = 0.532839975353552
PLANE = Viewport("x", "z", (-1.0, 1.0), (-1.5, 1.5))


def last(request: Request) -> Frame:
    *_, final = frames(request)
    assert final.error is None
    return final


def branches(text: str, viewport: Viewport, quality: str = "full", **settings: object) -> Branches:
    found = last(Request(Experiment(text, **settings), frozenset({Branches}), viewport, quality)).get(Branches)
    assert found is not None
    return found


def test_the_solver_is_led_round_the_loop() -> None:
    found = branches(NEURON, PLANE)
    assert found.traced
    assert not found.coarse
    loop, step = found.loop, 2.0 / 120
    assert loop.solver == "Picard"
    np.testing.assert_allclose(loop.values, np.linspace(-1, 1, 121))
    up, down = loop.up[:, 0], loop.down[:, 0]
    assert np.abs(np.tanh(2 * up + loop.values) - up).max() < 1e-7
    between = np.abs(loop.values) < X_FOLD
    assert (up[between] < 0).all()
    assert (down[between] > 0).all()
    np.testing.assert_allclose(up[~between], down[~between], atol=1e-6)
    jump = loop.values[np.flatnonzero(np.diff(up) > 0.5)]
    assert X_FOLD - step < jump[0] <= X_FOLD


def test_the_diagram_belongs_to_the_other_parameters() -> None:
    assert [mark.kind for mark in branches(NEURON, PLANE).marks] == ["fold", "fold"]
    assert branches(NEURON, PLANE, values={"w": 0.9}).marks == ()
    assert [mark.p for mark in branches(NEURON, PLANE, values={"x": 0.7}).marks] == pytest.approx([-X_FOLD, X_FOLD])


def test_a_preview_is_coarse_unless_the_sharp_one_is_there() -> None:
    text = NEURON.replace("start (1.2)", "start (1.1)")
    first = branches(text, PLANE, "preview")
    assert first.coarse
    assert first.traced
    assert first.loop is None
    assert [mark.p for mark in first.marks] == pytest.approx([-X_FOLD, X_FOLD], abs=1e-12)
    sharp = branches(text, PLANE)
    again = branches(text, PLANE, "preview", values={"x": -0.4})
    assert again.loop is sharp.loop
    assert len(first.branches[0].p) < len(sharp.branches[0].p)


def test_what_a_newer_request_left_is_gone_on_with() -> None:
    request = Request(Experiment(NEURON.replace("1.2", "1.3")), frozenset({Branches}), PLANE)
    asked = []

    def soon() -> bool:
        asked.append(True)
        return len(asked) > 18

    *_, left = frames(request, soon)
    assert not left.get(Branches).traced
    begun = left.get(Branches).branches
    done = last(request).get(Branches)
    assert done.traced
    assert begun[0].p[0] in done.branches[0].p


def test_a_root_problem_has_roots_and_no_stability() -> None:
    text = "0 = x^2 + y^2 - r\n0 = x y - 1\nsolve x = 2, y = 0.5\nr = 4 in [1, 6]\nview x [-3, 3], y [-3, 3]\n"
    found = branches(text, Viewport("r", "x", (1, 6), (-3, 3)), root=RootFinding("newton"))
    assert found.is_root
    assert [(mark.kind, mark.p) for mark in found.marks] == [("fold", pytest.approx(2.0))] * 2
    for curve in found.branches:
        np.testing.assert_allclose((curve.z**2).sum(axis=1), curve.p, atol=1e-11)
    assert np.isnan(found.loop.up[:2]).all()  # below r = 2 there is none


def test_a_row_of_the_batch_data_has_its_own_diagram() -> None:
    text = 'z <- tanh(2 z + x + d)\nx = 0 in [-1, 1]\nd = data "D" as batch\nview z [-1.5, 1.5]\n'
    found = branches(text, PLANE, tensors={"D": StoredTensor.of(np.array([0.25, 0.5]))})
    assert [mark.p for mark in found.marks] == pytest.approx([-X_FOLD - 0.25, X_FOLD - 0.25])


@pytest.mark.parametrize(
    ("viewport", "words"),
    [
        (Viewport("z", "f(z)", (-1, 1), (-1, 1)), "no bifurcation diagram in this plane"),
        (Viewport("x", "w", (-1, 1), (0, 3)), "no bifurcation diagram in this plane"),
    ],
)
def test_a_plane_without_parameter_and_component_is_refused_in_words(viewport: Viewport, words: str) -> None:
    final = last(Request(Experiment(NEURON), frozenset({Branches}), viewport))
    assert words in final.absent[Branches]


def test_too_many_components_are_refused_in_words() -> None:
    text = "\n".join(f"z{i} <- z{i}/2 + p" for i in range(21)) + "\np = 1 in [0, 2]\n"
    final = last(Request(Experiment(text), frozenset({Branches}), Viewport("p", "z0", (0, 2), (-1, 1))))
    assert "at most 20 components" in final.absent[Branches]


def followed(x: float, warm: np.ndarray | None, **settings: object) -> FollowedRoots:
    request = Request(Experiment(NEURON, {"x": x}, **settings), frozenset({FollowedRoots}), warm_start=warm)
    return last(request).get(FollowedRoots)


def test_a_followed_root_stays_on_its_curve_until_that_ends() -> None:
    here, way = None, {}
    for x in (0.3, 0.0, -0.5, -0.54, 0.0, 0.5, 0.54):
        found = followed(x, here)
        assert found.warm == (here is not None)
        here = found.z
        way[len(way)] = float(here[0, 0])
    assert [np.sign(z) for z in way.values()] == [1, 1, 1, -1, -1, -1, 1]
    assert way[0] == pytest.approx(0.978312184853417, abs=1e-7)
    assert followed(0.0, None).z[0, 0] > 0  # cold, it depends on the start alone


def test_a_warm_start_of_another_shape_or_without_numbers_is_left() -> None:
    for given in (np.zeros((2, 1)), np.zeros((1, 2)), np.array([[np.nan]])):
        found = followed(0.3, given)
        assert not found.warm
        assert found.z[0, 0] > 0.9


def test_where_the_solver_fails_the_root_stays() -> None:
    found = followed(0.3, np.array([[-0.5]]), root=RootFinding(iterations=1))
    assert not found.outcomes[0].success
    assert found.z[0, 0] == -0.5


def test_a_solver_that_is_slow_near_a_fold_is_still_followed() -> None:
    # Picard's rate is 0.9993 there: three iterations are none of the way
    settings = {"root": RootFinding(tolerance=1e-12, iterations=3)}
    found = followed(-X_FOLD + 1e-7, np.array([[0.70]]), **settings)
    assert found.found.tolist() == [True]
    assert found.z[0, 0] == pytest.approx(2**-0.5, abs=1e-3)
    # beyond the fold no root is near, and nothing is said to be one
    lost = followed(-X_FOLD - 1e-3, np.array([[0.70]]), **settings)
    assert lost.found.tolist() == [False]
    assert lost.z[0, 0] != 0.70


def test_a_warm_start_does_not_make_another_question() -> None:
    request = Request(Experiment(NEURON), frozenset({FollowedRoots}))
    assert replace(request, warm_start=np.ones((1, 1))) == request


def test_limit_cycles_are_there_in_a_preview_and_do_not_hang_on_the_own_parameter() -> None:
    text = "x' = y\ny' = m*(1 - x^2)*y - x\nm = 1 in [0.5, 2]\nstart (2, 0)\nview x [-4, 4], y [-4, 4]\nt in [0, 30]\n"
    plane = Viewport("m", "x", (0.5, 2.0), (-4.0, 4.0))
    coarse, sharp = branches(text, plane, "preview"), branches(text, plane)
    for found, error in ((coarse, 1e-3), (sharp, 1e-7)):
        (family,) = found.cycles
        one = int(np.abs(family.p - 1.0).argmin())
        assert family.period[one] == pytest.approx(6.66328685932, abs=error)
        assert family.highest[one, 0] == pytest.approx(2.00861986087, abs=error)
    moved = branches(text, plane, "preview", values={"m": 1.5})
    assert not moved.coarse
    assert moved.cycles[0].p[0] == sharp.cycles[0].p[0]
    assert len(sharp.cycles[0].p) > len(coarse.cycles[0].p)
