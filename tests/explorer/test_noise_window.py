"""Noise of a text in the window: its seed, what cannot be switched on, the inspector, words, the gallery's picture."""

from __future__ import annotations

import numpy as np
import pytest
from closed_orbit_frames import circle, orbits
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

import core
from core import catalogue
from core.experiment import Experiment, Integration
from core.frame import Frame
from core.language import parse
from core.outcome import Outcome
from core.readings import Equilibria, Separatrices, Separatrix, Trajectories
from core.request import Request, Viewport
from core.runner import frames
from explorer.document import Document
from explorer.edits import set_integration, set_text
from explorer.formula_editor import FormulaEditor
from explorer.formula_highlighter import FormulaHighlighter
from explorer.inspector_curves import CurveSection
from explorer.noise_words import DRIFT, FORWARD_ONLY, unknown_to
from explorer.portraits import portrait_of
from explorer.solver_panel import SolverPanel
from explorer.theme import DARK
from explorer.views.integrator_figures import waiting_text
from explorer.views.plane_axes import PlaneAxes
from explorer.views.plane_cycles import PlaneCycles
from explorer.views.plane_separatrices import PlaneSeparatrices

TEXT = "x' = x - x^3 + 0.4 dW\nstart (1), (-1)\nview x [-2, 2], t [0, 3]\nt in [0, 3]"
EXPERIMENT = Experiment(TEXT, integration=Integration("euler_maruyama", step=3.0 / 750), seed=4)


def test_the_seed_is_there_with_noise_only_and_what_knows_none_is_off(qtbot: QtBot) -> None:
    panel = SolverPanel(catalogue.integrators(), catalogue.adaptive_controllers(), DARK)
    qtbot.addWidget(panel)
    plain = Experiment(TEXT.replace(" + 0.4 dW", ""))
    for experiment, noisy in ((EXPERIMENT, True), (plain, False)):
        system = parse(experiment.text)
        panel.show_experiment(experiment, system)
        assert panel._seeded.isHidden() != noisy
        switches = panel._backward, panel._estimated, panel._racing
        assert {switch.isEnabled() for switch in switches} == {not noisy}
        assert (panel._backward.toolTip() == FORWARD_ONLY) == noisy
        assert ("noise" in panel._racing.toolTip()) == noisy
        usable = {
            name
            for name in catalogue.integrators()
            if panel._method.model().item(panel._method.findData(name)).isEnabled()
        }
        assert ("milstein" in usable, "dopri5" in usable) == (noisy, not noisy)
    panel.show_experiment(EXPERIMENT, parse(TEXT))
    assert panel._seed.text() == "4"
    assert not panel._backward.isChecked()
    panel._seed.selectAll()
    qtbot.keyClicks(panel._seed, "17")
    with qtbot.waitSignal(panel.seed_edited) as caught:
        qtbot.keyClick(panel._seed, Qt.Key.Key_Return)
    assert caught.args == [17.0]


def test_the_inspector_says_what_is_of_the_drift(qtbot: QtBot) -> None:
    view = Viewport("t", "x", (0.0, 3.0), (-2.0, 2.0))
    *_, frame = frames(Request(EXPERIMENT, frozenset({Trajectories, Equilibria}), view))
    section = CurveSection(DARK)
    qtbot.addWidget(section)
    section.show_trajectory(frame.readings[Trajectories], 0)
    section.show_equilibria(frame.readings[Equilibria])
    assert section._events.text() == DRIFT
    assert section._caption.text() == "EQUILIBRIA OF THE DRIFT"
    assert waiting_text(False, obstacle="noise (dW)").startswith("There is no race: the text has noise")
    assert unknown_to("A race", parse("x' = x")) == ""


def test_the_word_is_coloured_and_offered(qtbot: QtBot) -> None:
    document = QTextDocument("x' = 2 dW + dWx")
    highlighter = FormulaHighlighter(document, ("sin",), DARK)
    keyword = highlighter._formats["keyword"].foreground().color()
    formats = document.firstBlock().layout().formats()
    assert [(one.start, one.length) for one in formats if one.format.foreground().color() == keyword] == [(7, 2)]
    editor = FormulaEditor(DARK)
    qtbot.addWidget(editor)
    for text, offered in (("x' = -x", True), ("x <- cos(x)", False)):
        editor.show_names(parse(text))
        assert ("dW" in editor._names.stringList()) == offered


def test_the_first_noise_typed_is_followed_and_the_last_one_deleted_too() -> None:
    plain, noisy = "x' = -x", "x' = -x + dW"
    first = Experiment(plain, integration=Integration("rk4", step=0.1))
    after = set_text(noisy, parse(noisy)).change(first, parse(plain))
    assert after.integration == Integration("euler_maruyama", step=0.1)
    assert set_text(plain, parse(plain)).change(after, parse(noisy)).integration == Integration("dopri5", step=0.1)
    chosen = Experiment(noisy, integration=Integration("milstein"))  # who has chosen keeps it
    assert set_text(f"{noisy}*2", parse(f"{noisy}*2")).change(chosen, parse(noisy)).integration.method == "milstein"


@pytest.mark.usefixtures("qapp")
def test_the_last_deterministic_method_comes_back_with_the_noise_gone() -> None:
    plain, noisy = "x' = -x", "x' = -x + dW"
    document = Document(Experiment(plain))
    document.edit(set_integration("method", "radau5"))
    for text, method in ((noisy, "euler_maruyama"), (plain, "radau5")):
        document.set_text(text)
        assert document.experiment.integration.method == method
    document.set_text(noisy)
    document.replace(EXPERIMENT, None)  # of another experiment no such method is known
    document.set_text(plain)
    assert document.experiment.integration.method == "dopri5"


def test_the_gallery_shows_the_paths_of_the_seed() -> None:
    portrait = portrait_of(EXPERIMENT, parse(TEXT))
    for _ in portrait.follow():
        pass
    times = np.linspace(0.0, 3.0, 751)
    run = core.integrate(parse(TEXT), [[1.0], [-1.0]], (0.0, 3.0), "euler_maruyama", step=3.0 / 750, seed=4, at=times)
    for index, (t, x) in enumerate(portrait.curves()):
        assert t == pytest.approx(times)
        assert x == pytest.approx(run.z[index, :, 0], abs=1e-9)


@pytest.mark.usefixtures("qtbot")
def test_what_cannot_be_had_any_more_leaves_the_plane() -> None:
    axes = PlaneAxes.of(parse("x' = y\ny' = -x"))
    along, end = np.linspace(0.1, 1.0, 5), Outcome("success", 1.0)
    branch = Separatrix(np.zeros(2), 1.0, along, np.column_stack([along, along]), "border", None, end)
    branches, cycles = PlaneSeparatrices(DARK), PlaneCycles(DARK)
    for part, reading in ((branches, Separatrices(("x", "y"), (branch,))), (cycles, orbits(circle("attracting")))):
        for frame in (Frame(1, {type(reading): reading}), Frame(2)):  # one without it leaves it
            part.draw(frame, axes)
            assert reading in (branches.found, cycles.found)
        part.draw(Frame(3, absent={type(reading): "the text has noise"}), axes)
    assert (branches.found, cycles.found) == (None, None)
