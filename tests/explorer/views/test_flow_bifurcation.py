"""The bifurcation diagram of a flow: in the words of flows, with its equilibria on the line that is the slider."""

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
from core.readings import Branch, Branches, BranchMark, Equilibria, Equilibrium
from explorer.document import Document
from explorer.inspector_bifurcations import BifurcationSection
from explorer.interaction import Interaction
from explorer.stage import Stage
from explorer.theme import DARK
from explorer.views.bifurcation import BifurcationView

TEXT = "x' = p*x - 2*y - x*(x^2 + y^2)\ny' = 2*x + p*y - y*(x^2 + y^2)\np = -0.5 in [-1, 1]\nview x [-2, 2]\n"


def hopf(**about: float) -> Branches:
    """The origin, with the eigenvalues p +- 2i."""
    p = np.linspace(-1, 1, 41)
    curve = Branch(p, np.zeros((41, 2)), np.column_stack([p + 2j, p - 2j]), is_flow=True)
    mark = BranchMark("hopf", 0.0, np.zeros(2), 2j, lyapunov=about.get("lyapunov", -1.0))
    return Branches("p", ("x", "y"), (curve,), (mark,), None, "ode", traced=True)


def origin(p: float) -> Equilibria:
    values = np.array([p + 2j, p - 2j])
    point = Equilibrium(np.zeros(2), 0.0, values, np.eye(2, dtype=complex), "stable spiral", stable=True)
    return Equilibria(("x", "y"), (point,))


@pytest.fixture
def diagram(qtbot: QtBot) -> BifurcationView:
    view = BifurcationView()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.resize(680, 480)
    view.show()
    view.reset(Experiment(TEXT), parse(TEXT))
    view.show_experiment(Experiment(TEXT), parse(TEXT))
    view.draw(frames.frame(hopf(), origin(-0.5)))
    for _ in range(3):
        view.grab()
        QApplication.processEvents()
    return view


def read(view: BifurcationView, x: float, y: float) -> str:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, x, y)
    return texts[-1]


def test_stable_is_solid_and_unstable_is_dashed(diagram: BifurcationView) -> None:
    assert [entry.text() for entry in diagram.legend.entries()] == ["stable", "unstable"]
    for name in ("marks", "rests"):
        diagram.set_layer_visible(name, False)
    assert all(colour_near(diagram, p, 0.0, DARK.teal, 1, 60) for p in np.linspace(-0.9, -0.1, 20))
    dashed = [colour_near(diagram, p, 0.0, DARK.rose, 1, 80) for p in np.linspace(0.1, 0.9, 40)]
    assert 8 < sum(dashed) < 36
    assert not any(colour_near(diagram, p, 0.0, DARK.teal, 1, 60) for p in (0.3, 0.6, 0.9))


def test_a_hopf_point_says_its_period_and_what_begins_there(diagram: BifurcationView) -> None:
    (label,) = diagram._lines.words.shown()
    assert label.lines == ("supercritical Hopf", "p = 0, period 3.142")
    text = read(diagram, 0.0, 0.0)
    assert text.startswith("supercritical Hopf bifurcation at p = 0, period 3.14159   x = 0, y = 0   ω = 2,")
    assert text.endswith("cycles that attract are born here")
    diagram._outdated = True
    diagram.draw(frames.frame(hopf(lyapunov=1.0)))
    assert read(diagram, 0.0, 0.0).endswith("cycles that repel end here")


def test_the_mouse_reads_stability_and_eigenvalues(diagram: BifurcationView) -> None:
    assert read(diagram, -0.8, 0.0).endswith("stable equilibrium   λ = −0.8 ± 2i")
    assert read(diagram, 0.8, 0.0).endswith("unstable equilibrium   λ = 0.8 ± 2i")
    assert read(diagram, -0.5, 0.0).endswith("stable spiral   λ = −0.5 ± 2i")  # on the line
    saddle = Branch(np.array([-1.0, 1.0]), np.ones((2, 2)), np.array([[1, -1], [1, -1]], dtype=complex), is_flow=True)
    diagram._outdated = True
    diagram.draw(frames.frame(replace(hopf(), branches=(saddle,), marks=())))
    assert "saddle, 1 of 2 directions unstable" in read(diagram, 1.0, 1.0)


def test_its_line_is_the_slider(diagram: BifurcationView) -> None:
    document = Document(Experiment(TEXT))
    stage = Stage(document, (diagram,))
    interaction = Interaction(document, stage)
    document.experiment_changed.connect(lambda: diagram.show_experiment(document.experiment, document.system))
    mouse.drag(diagram, (-0.5, 1.5), (0.6, 1.5), steps=6)
    assert document.experiment.values["p"] == pytest.approx(0.6, abs=0.005)
    assert document.undo_stack.count() == 1
    assert diagram._rests.markers._placed[0].place == (document.experiment.values["p"], 0.0)
    del interaction


def test_layers_table_and_an_empty_plot_speak_of_equilibria(diagram: BifurcationView) -> None:
    assert [layer.title for layer in diagram.layers()] == ["Curves", "Marks", "Limit cycles", "Equilibria"]
    assert diagram.wants() == {Branches, Equilibria}
    columns = diagram.table().columns
    assert list(columns) == ["curve", "p", "x", "y", "growth", "unstable directions"]
    np.testing.assert_array_equal(columns["growth"], columns["p"])
    np.testing.assert_array_equal(columns["unstable directions"], np.where(columns["p"] > 0, 2, 0))
    empty = Branches("p", ("x", "y"), (), (), None, "ode", traced=True, note="the equilibria are not isolated")
    diagram.reset(Experiment(TEXT), parse(TEXT))
    diagram.draw(frames.frame(empty))
    assert diagram._note.text == "The equilibria are not isolated."
    diagram.draw(frames.frame(replace(empty, note="")))
    assert diagram._note.text == "No equilibrium was found in the visible range: zoom out to look farther."


def test_a_field_that_time_drives_shows_no_rest(diagram: BifurcationView) -> None:
    text = "x' = y\ny' = -x + p*cos(t)\np = -0.5 in [-1, 1]\n"
    assert diagram.table().columns  # what was there goes, though the components are the same
    diagram.show_experiment(Experiment(text), parse(text))
    diagram.draw(Frame(1, {Equilibria: origin(-0.5)}, absent={Branches: "no bifurcation diagram: time"}))
    assert diagram._rests.markers._placed == ()
    assert diagram._note.text == "No bifurcation diagram: time."
    assert diagram._note.isVisible()
    assert diagram.table().columns == {}


def test_the_inspector_lists_what_happens(qtbot: QtBot) -> None:
    section = BifurcationSection(DARK)
    qtbot.addWidget(section)
    section.show_branches(hopf(), parse(TEXT))
    assert not section.isHidden()
    assert [cell.text() for cell in section._table._rows[0]] == [
        "p = 0", "supercritical Hopf", "at (0, 0)", "Period 3.1416",
    ]  # fmt: skip
    section.show_branches(replace(hopf(), marks=(), traced=False), parse(TEXT))
    assert not section.isHidden()  # nothing flickers while a slider is dragged
    section.show_branches(None, parse(TEXT))
    assert section.isHidden()
