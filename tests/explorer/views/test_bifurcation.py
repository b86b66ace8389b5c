"""The bifurcation diagram: what it shows where, in words, and the line that is the slider."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import mouse
import numpy as np
import pytest
from pictures import colour_near
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.outcome import Outcome
from core.readings import Branch, Branches, BranchMark, FixedPoint, FixedPoints, FollowedRoots, HysteresisLoop
from explorer import edits
from explorer.document import Document
from explorer.editors.drag import next_drag
from explorer.interaction import Interaction
from explorer.stage import Stage, fitting
from explorer.theme import DARK, LIGHT
from explorer.views import views
from explorer.views.bifurcation import BifurcationView
from explorer.views.bifurcation_lines import with_jumps

TEXT = "# Neuron\nz <- tanh(w z + x)\nw = 2 in [0, 3]\nx = 0.3 in [-1, 1]\nstart (1.2)\nview z [-1.5, 1.5]\n"
FOLD = np.sqrt(2.0) - np.arctanh(np.sqrt(0.5))


def neuron(*, coarse: bool = False, traced: bool = True, loop: bool = True, is_root: bool = False) -> Branches:
    """x = atanh z - 2 z, and an ideal solver led up and down."""
    marks = np.array([-np.sqrt(0.5), np.sqrt(0.5)])
    z = np.sort(np.concatenate([np.linspace(-0.9975, 0.9975, 12 if coarse else 400), marks]))
    slope = 2 * (1 - z**2)
    curve = Branch(np.arctanh(z) - 2 * z, z[:, None], slope[:, None])
    found = tuple(BranchMark("fold", float(np.arctanh(at) - 2 * at), np.array([at]), 1.0) for at in marks)
    values = np.linspace(-1, 1, 81)
    lower, upper = (np.interp(values, *_side(z, curve.p, side)) for side in (-1, 1))
    up = np.where(values < FOLD, lower, upper)[:, None]
    down = np.where(values > -FOLD, upper, lower)[:, None]
    ways = HysteresisLoop(values, up, down, "Picard") if loop and not coarse else None
    return Branches("x", ("z",), (curve,), found, ways, "root" if is_root else "map", traced, coarse)


def _side(z: np.ndarray, p: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    chosen = side * z >= np.sqrt(0.5)
    return p[chosen], z[chosen]


def points(x: float) -> FixedPoints:
    """All fixed points at x."""
    z = np.linspace(-0.999999, 0.999999, 400_001)
    g = np.arctanh(z) - 2 * z - x
    roots = z[:-1][g[:-1] * g[1:] <= 0]
    return FixedPoints(
        ("z",),
        tuple(
            FixedPoint(np.array([r]), 0.0, np.array([2 * (1 - r * r) + 0j]), 2 * (1 - r * r), 2 * (1 - r * r) < 1)
            for r in roots
        ),
    )


def follows(z: float, *, warm: bool = True, found: bool = True) -> FollowedRoots:
    outcome = Outcome("converged" if found else "diverged", 5, True)
    return FollowedRoots(("z",), np.array([[z]]), (outcome,), np.array([found]), warm)


def prepared(qtbot: QtBot, text: str = TEXT) -> BifurcationView:
    view = BifurcationView()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.resize(680, 480)
    view.show()
    view.reset(Experiment(text), parse(text))
    view.show_experiment(Experiment(text), parse(text))
    view._pickers._over.setCurrentIndex(1)
    view._pickers.changed.emit()
    settle(view)
    return view


def settle(view: BifurcationView) -> None:
    for _ in range(3):
        view.grab()
        QApplication.processEvents()


@pytest.fixture
def diagram(qtbot: QtBot) -> BifurcationView:
    view = prepared(qtbot)
    view.draw(frames.frame(neuron(), points(0.3), follows(0.978312)))
    settle(view)
    return view


def texts_of(view: BifurcationView) -> list[str]:
    texts: list[str] = []
    view.readout.connect(texts.append)
    return texts


def test_it_is_for_systems_with_a_parameter_and_real_numbers() -> None:
    def offered(text: str) -> bool:
        return any(view.name == "bifurcation" for view in fitting(views(), parse(text)))

    assert offered(TEXT)
    assert offered("0 = x^2 - r\nsolve x = 1\nr = 2\n")
    assert not offered("z <- cos(z)\n")
    assert not offered("z <- z^2 + c + i\nz in C\nc = 0.1\n")
    assert offered("x' = a x\na = 1\n")
    assert not offered("x' = x\n")


def test_branches_are_where_they_are_and_look_as_what_they_are(diagram: BifurcationView) -> None:
    for name in ("loop", "roots", "followed", "marks"):
        diagram.set_layer_visible(name, False)
    for z in (-0.95, -0.8, 0.8, 0.95):
        assert colour_near(diagram, np.arctanh(z) - 2 * z, z, DARK.teal, reach=1, tolerance=60)
    dashed = [colour_near(diagram, np.arctanh(z) - 2 * z, z, DARK.rose, 1, 80) for z in np.linspace(-0.6, 0.6, 40)]
    assert 8 < sum(dashed) < 36  # dashes, and gaps between them
    assert not colour_near(diagram, 0.0, 0.5, DARK.teal, reach=3, tolerance=60)


def test_the_jumps_are_drawn_with_both_directions(diagram: BifurcationView) -> None:
    (up, blue, forward), (down, amber, backward) = diagram._lines.arrows._ways
    assert (forward, backward) == (False, True)
    assert (blue, amber) == (DARK.accent, DARK.amber)
    assert np.sign(up[40, 1]) == -1
    assert np.sign(down[40, 1]) == 1
    assert [entry.text() for entry in diagram.legend.entries()] == [
        "attracting", "repelling", "Picard upward", "downward",
    ]  # fmt: skip


def test_marks_have_names_and_places(diagram: BifurcationView) -> None:
    words = {label.lines for label in diagram._lines.words.shown()}
    assert words == {("fold", "x = −0.53284"), ("fold", "x = 0.53284")}
    texts = texts_of(diagram)
    mouse.hover(diagram, FOLD, -np.sqrt(0.5))
    assert texts[-1] == "fold at x = 0.53284   z = −0.707107   two fixed points meet here and are gone beyond"


def test_the_mouse_reads_stability(diagram: BifurcationView) -> None:
    texts = texts_of(diagram)
    mouse.hover(diagram, np.arctanh(0.9) - 1.8, 0.9)
    assert "attracting fixed point, ρ = 0.3" in texts[-1]
    mouse.hover(diagram, np.arctanh(0.2) - 0.4, 0.2)
    assert "repelling fixed point, ρ = 1.9" in texts[-1]
    mouse.hover(diagram, 0.8, -1.3)
    assert "fixed point" not in texts[-1]


def test_the_roots_stand_on_the_line_and_the_followed_one_in_its_samples_colour(diagram: BifurcationView) -> None:
    assert colour_near(diagram, 0.3, 0.978312, DARK.series[0], reach=1, tolerance=30)
    assert colour_near(diagram, 0.3, -0.907997, DARK.teal, reach=1, tolerance=30)
    assert diagram.chips.text("followed") == "z = 0.978312 from its last answer"
    diagram.draw(frames.frame(neuron(), points(0.3), follows(0.978312, warm=False)))
    assert diagram.chips.text("followed") == "z = 0.978312 from its start"
    diagram.draw(frames.frame(neuron(), points(0.3), follows(0.5, found=False)))
    assert diagram.chips.text("followed") == "no root found from its last answer"
    assert not colour_near(diagram, 0.3, 0.5, DARK.series[0], reach=2, tolerance=30)


def test_a_diagram_that_is_being_made_replaces_none_that_is_there(diagram: BifurcationView) -> None:
    shown = diagram._lines.branches
    diagram.show_experiment(Experiment(TEXT, {"x": 0.1}), parse(TEXT))
    diagram.draw(frames.frame(neuron(coarse=True)))
    diagram.draw(frames.frame(neuron(traced=False)))
    assert diagram._lines.branches is shown  # its own parameter changes nothing
    diagram.show_experiment(Experiment(TEXT, {"x": 0.1, "w": 1.9}), parse(TEXT))
    diagram.draw(frames.frame(neuron(traced=False)))
    assert diagram._lines.branches is shown
    diagram.draw(frames.frame(neuron(coarse=True)))
    assert diagram._lines.branches.coarse
    assert diagram.chips.text("coarse") == "preview"
    diagram.draw(frames.frame(neuron(loop=False)))
    assert diagram.chips.text("coarse") == ""


def test_roots_of_a_problem_are_neither_attracting_nor_repelling(diagram: BifurcationView) -> None:
    diagram._outdated = True
    diagram.draw(frames.frame(neuron(is_root=True)))
    assert diagram.legend.entries()[0].text() == "roots"
    assert diagram._lines.dashed._families == [([], DARK.rose)]
    assert "spectral radius" not in diagram.table().columns


def test_dragging_the_line_moves_the_slider_as_one_undo_step(qtbot: QtBot) -> None:
    view = prepared(qtbot)
    document = Document(Experiment(TEXT))
    stage = Stage(document, (view,))
    interaction = Interaction(document, stage)
    document.experiment_changed.connect(lambda: view.show_experiment(document.experiment, document.system))
    document.edit(edits.set_value("x", 0.2), drag=next_drag())
    document.finish_drag()
    mouse.drag(view, (0.2, 1.2), (-0.6, 1.2), steps=6)
    assert document.experiment.values["x"] == pytest.approx(-0.6, abs=0.005)
    assert document.undo_stack.count() == 2
    assert view._gestures.line.t == document.experiment.values["x"]
    del interaction


def test_the_height_follows_the_curves_where_the_text_says_nothing(qtbot: QtBot) -> None:
    view = prepared(qtbot, TEXT.replace("view z [-1.5, 1.5]\n", ""))
    assert view.box.rectangle()[1][1] > 1.5
    view.draw(frames.frame(neuron()))
    bottom, top = view.box.rectangle()[1]
    assert (bottom, top) == pytest.approx((-0.9975 - 0.06 * 1.995, 0.9975 + 0.06 * 1.995), abs=0.01)
    view.box.show_rectangle(((-0.5, 0.5), (0.0, 1.0)))
    view.box.navigated.emit()
    view._outdated = True
    view.draw(frames.frame(replace(neuron(), row=0)))
    assert view.box.rectangle() == ((-0.5, 0.5), (0.0, 1.0))
    view.fit()
    assert view.box.rectangle() == ((-1.0, 1.0), (bottom, top))


def test_what_there_is_none_of_is_said_in_words(qtbot: QtBot) -> None:
    view = prepared(qtbot)
    assert view._note.isVisible()
    view.draw(Frame(1, absent={Branches: "no bifurcation diagram: it is for systems of at most 20 components"}))
    assert view._note.text == "No bifurcation diagram: it is for systems of at most 20 components."
    view.draw(frames.frame(Branches("x", ("z",), (), (), None, "map", traced=True)))
    assert view._note.text == "No fixed point was found in the visible range: zoom out to look farther."
    view.draw(frames.frame(neuron()))
    assert not view._note.isVisible()


def test_the_table_has_every_point_and_its_stability(diagram: BifurcationView) -> None:
    columns = diagram.table().columns
    assert list(columns) == ["curve", "x", "z", "spectral radius", "growth of the flow"]
    np.testing.assert_allclose(np.tanh(2 * columns["z"] + columns["x"]), columns["z"], atol=1e-12)
    seen = diagram.table(visible_only=True).columns
    assert 0 < len(seen["x"]) < len(columns["x"])
    assert np.abs(seen["x"]).max() <= 1.0


def test_both_themes_and_a_layer_that_is_off(diagram: BifurcationView) -> None:
    diagram.apply_theme(LIGHT)
    settle(diagram)
    diagram.set_layer_visible("loop", False)
    z = 0.9
    assert colour_near(diagram, np.arctanh(z) - 2 * z, z, LIGHT.teal, reach=1, tolerance=60)
    assert FixedPoints in diagram.wants()
    diagram.set_layer_visible("roots", False)
    assert diagram.wants() == {Branches, FollowedRoots}


def test_a_jump_is_upright_where_the_solver_left_its_last_answer() -> None:
    values, z = np.linspace(0.0, 1.0, 5), np.array([0.0, 0.05, 1.0, 1.02, np.nan])
    upward, downward = (with_jumps(values, z, ahead) for ahead in (1, 0))
    assert upward[1:4].tolist() == [[0.25, 0.05], [0.5, 0.05], [0.5, 1.0]]
    assert downward[1:4].tolist() == [[0.25, 0.05], [0.25, 1.0], [0.5, 1.0]]
    assert len(with_jumps(values, np.full(5, np.nan), 1)) == 5
