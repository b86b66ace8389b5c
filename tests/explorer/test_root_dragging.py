"""Roots that are dragged, with the engine's own answers: where they come to, what the sliders do, and undo."""

from __future__ import annotations

import numpy as np
import pytest

from core.experiment import Experiment
from core.readings import FixedPoints
from core.request import Request
from core.runner import frames
from explorer import edits, fit_edits
from explorer.document import Document
from explorer.root_dragging import RootDragging

NEURON = "z <- tanh(w z + x)\nw = 0.5 in [0, 3]\nx = 0.3 in [-1, 1]\nidle = 1 in [0, 2]\nview z [-1.5, 1.5]\n"
ONE_SLIDER = "z <- tanh(2 z + x)\nx = 0.3 in [-1, 1]\nview z [-1.5, 1.5]\n"
CIRCLE = (
    "0 = x^2 + y^2 - r\n0 = x*y - c\nsolve x = 2, y = 0.5\nr = 4 in [0.5, 9]\nc = 1 in [-3, 3]\n"
    "view x [-3.4, 3.4], y [-3, 3]\n"
)


class Hand:
    """Drags a root, and lets the engine answer every edit."""

    def __init__(self, text: str, **values: float) -> None:
        self.document = Document(Experiment(text, values=values))
        self.dragging = RootDragging(self.document)
        self.words: list[str] = []
        self.settled = 0
        self.answers = 0
        self.dragging.told.connect(self.words.append)
        self.document.settled.connect(self._count)
        self.look()

    @property
    def values(self) -> dict[str, float]:
        return {**self.document.system.defaults(), **self.document.experiment.values}

    def roots(self) -> np.ndarray:
        *_, frame = frames(Request(self.document.experiment, frozenset({FixedPoints}), quality="preview"))
        assert frame.error is None, frame.traceback
        self.dragging.take(frame)
        return np.array([one.point for one in frame.get(FixedPoints).points])

    def look(self, most: int = 60) -> np.ndarray:
        """Answer until the sliders stand still."""
        for _ in range(most):
            before = self.document.experiment
            roots = self.roots()
            self.answers += 1
            if self.document.experiment is before:
                return roots
        raise AssertionError("the sliders never come to rest")

    def drag(self, root, *wishes: dict[str, float], number: int = 1) -> np.ndarray:
        for wish in wishes:
            self.dragging.drag(tuple(root), wish, number)
            roots = self.look()
        self.dragging.release()
        return roots

    def _count(self) -> None:
        self.settled += 1


def test_one_neuron_comes_to_where_it_is_wanted():
    hand = Hand(NEURON)
    (z,) = hand.roots()
    (end,) = hand.drag(z, {"z": 0.6}, {"z": 0.8})
    assert end[0] == pytest.approx(0.8, abs=1e-5)
    w, x = hand.values["w"], hand.values["x"]
    assert np.tanh(w * 0.8 + x) == pytest.approx(0.8, abs=1e-5)
    assert "idle" not in hand.document.experiment.values  # what does nothing is left alone
    assert hand.settled == 1
    assert hand.answers < 20


def test_of_all_values_that_do_it_the_nearest_are_taken():
    hand = Hand(NEURON)
    hand.drag(hand.roots()[0], {"z": 0.8})
    w, x = hand.values["w"], hand.values["x"]
    # w z + x = atanh(z) is a line of positions: a = 3 z along w, b = 2 along x
    a, b = 3 * 0.8, 2.0
    left = np.arctanh(0.8) - (0.5 * 0.8 + 0.3)
    expected = np.array([a, b]) * left / (a * a + b * b)
    np.testing.assert_allclose([(w - 0.5) / 3, (x - 0.3) / 2], expected, atol=1e-5)


def test_the_first_step_is_numpys_pseudo_inverse():
    hand = Hand(NEURON)
    (z,) = hand.roots()
    hand.dragging.drag(tuple(z), {"z": float(z[0]) + 0.01}, 1)
    effects = np.array([[0.599931500623414, 1.19787001465624, 0.0]]) * [3.0, 2.0, 2.0]
    step = np.linalg.pinv(effects) @ [0.01]
    assert hand.values["w"] == pytest.approx(0.5 + 3 * step[0], abs=1e-6)
    assert hand.values["x"] == pytest.approx(0.3 + 2 * step[1], abs=1e-6)


def test_there_and_back_changes_nothing():
    hand = Hand(NEURON)
    (z,) = hand.roots()
    hand.drag(z, {"z": 0.7}, {"z": 0.9}, {"z": 0.2}, {"z": float(z[0])})
    assert hand.values["w"] == pytest.approx(0.5, abs=1e-5)
    assert hand.values["x"] == pytest.approx(0.3, abs=1e-5)


def test_two_curves_that_meet_in_the_plane():
    hand = Hand(CIRCLE)
    ends = hand.drag(hand.roots()[-1], {"x": 2.0, "y": 0.8}, {"x": 2.2, "y": 1.2})
    np.testing.assert_allclose(ends[-1], [2.2, 1.2], atol=1e-5)
    assert hand.values["r"] == pytest.approx(2.2**2 + 1.2**2, abs=1e-4)
    assert hand.values["c"] == pytest.approx(2.2 * 1.2, abs=1e-4)


def test_a_drag_is_one_step_of_undo():
    hand = Hand(CIRCLE)
    root = hand.roots()[-1]
    hand.drag(root, {"x": 2.0, "y": 0.8}, {"x": 2.2, "y": 1.2})
    hand.drag(hand.roots()[-1], {"x": 2.1, "y": 1.0}, number=2)
    assert hand.document.undo_stack.count() == 2
    assert hand.document.undo_stack.undoText() == "Drag a root"
    hand.document.undo_stack.undo()
    hand.document.undo_stack.undo()
    assert hand.values == {"r": 4.0, "c": 1.0}


def test_with_too_few_sliders_the_nearest_place_in_least_squares():
    text = CIRCLE.replace("c = 1 in [-3, 3]\n", "").replace("- c", "- 1")
    hand = Hand(text)
    ends = hand.drag(hand.roots()[-1], {"x": 2.1, "y": 0.9})
    x, y = ends[-1]
    assert x * y == pytest.approx(1.0, abs=1e-6)
    slope = np.array([1.0, -y / x])  # along x y = 1
    assert slope @ ([2.1 - x, 0.9 - y]) == pytest.approx(0.0, abs=1e-4)
    assert hand.words[-1].endswith("the sliders bring it no nearer")


def test_a_slider_stops_at_its_end_and_says_so():
    hand = Hand(ONE_SLIDER)
    top = hand.roots()[-1]
    end = hand.drag(top, {"z": 0.999})[-1]
    assert hand.values["x"] == 1.0
    assert end[0] == pytest.approx(np.tanh(2 * end[0] + 1.0), abs=1e-9)
    assert "x is at the end of its slider" in hand.words[-1]


def test_a_root_is_led_to_its_fold_and_no_further():
    fold = 0.532839975353552
    hand = Hand(ONE_SLIDER, x=-0.3)
    end = hand.drag(hand.roots()[-1], {"z": 0.75}, {"z": 0.3})[-1]
    assert -fold <= hand.values["x"] < -fold + 1e-3
    assert end[0] == pytest.approx(np.sqrt(0.5), abs=0.05)  # 2 (1 - z^2) = 1
    assert hand.words[-1].endswith("at a fold it ends: it cannot be led further")


def test_at_a_fold_the_mouse_leads_it_back():
    hand = Hand(ONE_SLIDER, x=-0.3)
    end = hand.drag(hand.roots()[-1], {"z": 0.3}, {"z": 0.85})[-1]
    assert end[0] == pytest.approx(0.85, abs=1e-5)
    assert hand.values["x"] == pytest.approx(np.arctanh(0.85) - 1.7, abs=1e-4)


def test_answers_that_come_late_still_serve():
    hand = Hand(NEURON)
    (z,) = hand.roots()
    stale = []
    for wish in (0.52, 0.56, 0.6, 0.64):  # the mouse is faster than the engine
        hand.dragging.drag(tuple(z), {"z": wish}, 1)
        stale.append(hand.document.experiment)
    for experiment in stale[:-1]:
        *_, frame = frames(Request(experiment, frozenset({FixedPoints})))
        hand.dragging.take(frame)
    assert hand.look()[0, 0] == pytest.approx(0.64, abs=1e-5)


def test_any_other_edit_ends_it():
    hand = Hand(NEURON)
    (z,) = hand.roots()
    hand.dragging.drag(tuple(z), {"z": 0.8}, 1)
    hand.document.edit(edits.set_value("w", 0.1))
    after = hand.document.experiment
    hand.look()
    assert hand.document.experiment is after


def test_a_text_without_parameters_stays_as_it_is():
    hand = Hand("z <- cos(z)\nview z [-2, 2]\n")
    hand.drag(hand.roots()[0], {"z": 0.9})
    assert hand.document.undo_stack.count() == 0


def test_words_stand_where_the_root_is_wanted_and_escape_restores():
    hand = Hand(NEURON)
    shown: list[tuple[str, ...]] = []
    hand.dragging.shown.connect(shown.append)
    (z,) = hand.roots()
    hand.dragging.drag(tuple(z), {"z": 0.8}, 1)
    hand.look()
    assert shown[-1][0].startswith("z → 0.8   ")
    assert shown[-1][1] == "Newton, by the implicit function theorem"
    assert "evaluations" in shown[-1][2]
    hand.dragging.restore()
    assert shown[-1] == ()
    assert hand.document.experiment.values == {}
    hand.dragging.drag(tuple(z), {"z": 0.9}, 1)  # the mouse goes on
    assert hand.document.experiment.values == {}


def test_a_locked_slider_stays_while_a_root_is_dragged():
    hand = Hand(NEURON)
    hand.document.edit(fit_edits.hold("w", True))
    hand.drag(hand.roots()[0], {"z": 0.75})
    assert set(hand.document.experiment.values) == {"x"}
    assert np.tanh(0.5 * 0.75 + hand.values["x"]) == pytest.approx(0.75, abs=1e-5)
    shown: list[tuple[str, ...]] = []
    hand.dragging.shown.connect(shown.append)
    hand.document.edit(fit_edits.hold("x", True))
    hand.drag(hand.look()[0], {"z": 0.2}, number=2)
    assert any("No slider that may move has an effect here." in lines for lines in shown)
