"""The whole window with the engine: pointing at a slider, warnings near a fold, roots that are dragged by mouse."""

from __future__ import annotations

import mouse
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtWidgets import QApplication

from core.experiment import Experiment, RootFinding
from core.readings import FixedPoints, Iterations, RootEffects
from explorer import edits
from explorer.canvas.root_card import RootCard
from explorer.conductor import Conductor

WAIT = 40_000
NEURON = """# One neuron, with one fixed point
z <- tanh(w z + x)
w = 0.5 in [0, 3]
x = 0.3 in [-1, 1]
start (1.2)
view z [-1.5, 1.5]
"""
FOLD = 0.532839975353552


def answered(conductor: Conductor, qtbot) -> FixedPoints:
    """The fixed points for the values in force."""
    values = {**conductor.document.system.defaults(), **conductor.document.experiment.values}

    def is_there() -> bool:
        readings = conductor.interaction.readings
        found, runs = readings.get(FixedPoints), readings.get(Iterations)
        if found is None or runs is None or found.components != conductor.document.system.components:
            return False
        return found.values == tuple(values.values()) and readings.get(RootEffects) is not None

    qtbot.waitUntil(is_there, timeout=WAIT)
    return conductor.interaction.readings.get(FixedPoints)


def begun(conductor: Conductor, qtbot, preset: str, **values: float) -> RootCard:
    """The preset's main plot, at rest."""
    if preset == "neuron":
        conductor.document.edit(edits.load(Experiment(NEURON, root=RootFinding(rivals=("newton",))), "one neuron"))
    else:
        conductor.choosing.choose(preset)
    conductor.playback.set_playing(False)
    for name, value in values.items():
        conductor.document.edit(edits.set_value(name, value))
    answered(conductor, qtbot)
    card = conductor.stage.main
    assert isinstance(card, RootCard)
    qtbot.waitUntil(lambda: len(card.grips._points) > 0, timeout=WAIT)
    return card


def enter(conductor: Conductor, name: str) -> None:
    at = QPointF(5, 5)
    QApplication.sendEvent(conductor.panels.parameters.row(name), QEnterEvent(at, at, at))


def leave(conductor: Conductor, name: str) -> None:
    QApplication.sendEvent(conductor.panels.parameters.row(name), QEvent(QEvent.Type.Leave))


def test_pointing_at_a_slider_shows_its_effect_and_asks_nothing(conductor, qtbot):
    card = begun(conductor, qtbot, "neuron")
    qtbot.wait(300)
    generation = conductor.solving._generation
    enter(conductor, "w")
    (arrow,) = card.effects.shown
    z, step = 0.500831887669865, 0.15 * 3 * 0.599931500623414
    assert arrow.tail == pytest.approx((z, z))
    assert arrow.tip == pytest.approx((z + step, z + step), abs=1e-9)
    words = [line for label in card._lines.words.shown() for line in label.lines]
    assert "dz*/dw = 0.59993" in words
    enter(conductor, "x")  # the mouse went on before it was told to have left
    leave(conductor, "w")
    assert card.effects.shown[0].tip[0] == pytest.approx(z + 0.15 * 2 * 1.19787001465624, abs=1e-9)
    leave(conductor, "x")
    assert card.effects.shown == ()
    assert not any("dz*" in line for label in card._lines.words.shown() for line in label.lines)
    qtbot.wait(100)
    assert conductor.solving._generation == generation


def test_the_keyboards_focus_points_too_but_a_click_does_not(conductor, qtbot):
    card = begun(conductor, qtbot, "neuron")
    slider = conductor.panels.parameters.row("x")._slider
    QApplication.sendEvent(slider, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert card.pointed.name == "x"
    enter(conductor, "w")  # the mouse says it more loudly
    assert card.pointed.name == "w"
    leave(conductor, "w")
    assert card.pointed.name == "x"
    QApplication.sendEvent(slider, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert card.pointed is None
    QApplication.sendEvent(slider, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason))
    assert card.pointed is None


def test_the_arrows_follow_while_the_slider_moves(conductor, qtbot):
    card = begun(conductor, qtbot, "neuron")
    enter(conductor, "x")
    conductor.document.edit(edits.set_value("w", 2.0))
    answered(conductor, qtbot)
    qtbot.waitUntil(lambda: len(card.effects.shown) == 3, timeout=WAIT)
    along = [arrow.tip[0] - arrow.tail[0] for arrow in card.effects.shown]
    assert along == pytest.approx([0.3 * s for s in (0.270514496631, -1.11954621689, 0.0469325788009)], rel=1e-8)


def test_in_the_plane_and_over_the_parameter(conductor, qtbot):
    card = begun(conductor, qtbot, "circle_and_hyperbola")
    enter(conductor, "r")
    x, y = 1.931851652578136574, 0.517638090205041525
    step = 0.15 * 8.5 * np.array([x, -y]) / (2 * (x * x - y * y))
    assert card.effects.shown[-1].tip == pytest.approx((x + step[0], y + step[1]), abs=1e-9)
    leave(conductor, "r")
    begun(conductor, qtbot, "neuron")
    diagram = next(view for view in conductor.stage.mains() if view.name == "bifurcation")
    conductor.stage.choose_main(diagram)
    qtbot.waitUntil(lambda: diagram._lines.points is not None, timeout=WAIT)
    z = 0.500831887669865
    enter(conductor, "w")  # on the axis: the tangent
    (arrow,) = diagram.effects.shown
    rise = 0.45 * 0.599931500623414
    assert arrow.tail == pytest.approx((0.5 - 0.45, z - rise), abs=1e-9)
    assert arrow.tip == pytest.approx((0.5 + 0.45, z + rise), abs=1e-9)
    enter(conductor, "x")
    leave(conductor, "w")
    (arrow,) = diagram.effects.shown
    assert arrow.tip == pytest.approx((0.5, z + 0.3 * 1.19787001465624), abs=1e-9)


def test_a_warning_comes_near_a_fold_and_goes(conductor, qtbot):
    begun(conductor, qtbot, "neuron", w=2.0)
    panel = conductor.panels.parameters
    qtbot.wait(100)
    assert not panel._warning.isVisible()
    conductor.document.edit(edits.set_value("x", -FOLD + 1e-4))
    qtbot.waitUntil(lambda: panel.row("x").fold.text() == "▲", timeout=WAIT)
    assert panel._warning.text().startswith("Near a fold: |I − J| = 0.01")
    assert "dz*/dx" in panel.row("x").fold.toolTip()
    conductor.document.edit(edits.set_value("x", 0.0))
    qtbot.waitUntil(lambda: panel.row("x").fold.text() == "", timeout=WAIT)
    assert not panel._warning.isVisible()
    assert panel.row("x").fold.toolTip() == ""


def test_a_fixed_point_is_dragged_along_the_diagonal(conductor, qtbot):
    card = begun(conductor, qtbot, "neuron")
    depth = conductor.document.undo_stack.count()
    z = 0.500831887669865
    mouse.hover(card, z, z)
    assert card.grips.cursor().shape() == Qt.CursorShape.OpenHandCursor
    mouse.drag(card, (z, z), (0.8, 0.8))
    qtbot.waitUntil(lambda: conductor.effects.dragging._pursuit is None, timeout=WAIT)
    (one,) = answered(conductor, qtbot).points
    pixel = 1.0 / min(abs(scale) for scale in card.box.projection().scale)
    assert one.point[0] == pytest.approx(0.8, abs=1.5 * pixel)
    assert conductor.document.undo_stack.count() == depth + 1
    assert not conductor.document.dragging
    conductor.document.undo_stack.undo()
    assert conductor.document.experiment.values == {}


def test_a_click_on_a_root_is_a_click_and_a_start_comes_first(conductor, qtbot):
    card = begun(conductor, qtbot, "circle_and_hyperbola")
    starts = len(conductor.interaction.readings.get(Iterations))
    added, chosen, moved = [], [], []
    card.start_added.connect(added.append)
    card.selected.connect(chosen.append)
    card.start_moved.connect(lambda *told: moved.append(told))
    mouse.click(card, -0.517638, -1.931852)
    assert len(added) + len(chosen) == 1
    assert starts == 4
    readings = conductor.interaction.readings
    qtbot.waitUntil(lambda: len(readings.get(Iterations)) == starts + len(added), timeout=20_000)
    mouse.drag(card, (2.0, 0.5), (2.3, 0.9))  # a start beside a root
    assert moved
    assert conductor.document.experiment.values == {}
