"""The whole window with the engine: a point that is dragged over the loss landscape takes both sliders with it."""

from __future__ import annotations

import mouse
import numpy as np
import pytest

from core.experiment import Experiment
from core.readings import LossLandscape
from explorer import edits
from explorer.canvas.plot_card import PlotCard
from explorer.conductor import Conductor

WAIT = 40_000
NEURON = "z <- tanh(w z + x)\nw = 0.5 in [0, 3]\nx = 0.3 in [-1, 1]\nstart (1.2)\n"


def landscape(conductor: Conductor, qtbot) -> PlotCard:
    """The plot in the middle, with the arrows of the values in force."""
    card = conductor.stage.main
    values = {**conductor.document.system.defaults(), **conductor.document.experiment.values}

    def is_there() -> bool:
        found = card._landscape
        if found is None or found.reference is None or not found.values.size:
            return False
        return np.allclose(found.point, [axis.place(values[axis.name]) for axis in found.axes])

    qtbot.waitUntil(is_there, timeout=WAIT)
    return card


def test_one_drag_sets_both_parameters_and_is_one_step_of_undo(conductor, qtbot):
    conductor.document.edit(edits.load(Experiment(NEURON), "neuron"))
    assert not conductor.window.actions_by_name["show_gradient_landscape"].isChecked()
    conductor.window.actions_by_name["show_gradient_landscape"].trigger()
    card = landscape(conductor, qtbot)
    assert LossLandscape in conductor.stage.wants()
    stack = conductor.document.undo_stack
    before = stack.count()
    qtbot.waitUntil(lambda: card._landscape.step == 1, timeout=WAIT)
    mouse.drag(card, (0.5, 0.3), (2.0, -0.5))
    values = conductor.document.experiment.values
    assert (values["w"], values["x"]) == (pytest.approx(2.0, abs=0.02), pytest.approx(-0.5, abs=0.02))
    assert stack.count() == before + 1
    assert stack.undoText() == "Change w and x"
    assert not conductor.document.dragging
    card = landscape(conductor, qtbot)
    qtbot.waitUntil(lambda: len(card._landscape.slopes) == card._landscape.total > 0, timeout=WAIT)
    # z* = tanh(w z* + x): dz*/dw = z* s / (1 - w s), dz*/dx = s / (1 - w s), s = 1 - z*^2
    loss = card._landscape.loss
    slope = (1 - loss**2) / (1 - values["w"] * (1 - loss**2))
    assert card._landscape.reference == pytest.approx([loss * slope, slope], rel=1e-5)
    mouse.click(card, 1.0, 0.8)
    qtbot.waitUntil(lambda: stack.count() == before + 2, timeout=WAIT)
    stack.undo()
    assert conductor.document.experiment.values == values
    stack.undo()
    assert conductor.document.experiment.values == {}
    card = landscape(conductor, qtbot)
    assert card._gestures.point._points[0] == pytest.approx([0.5, 0.3])


def test_a_slider_takes_the_point_along(conductor, qtbot):
    conductor.document.edit(edits.load(Experiment(NEURON), "neuron"))
    conductor.window.actions_by_name["show_gradient_landscape"].trigger()
    landscape(conductor, qtbot)
    conductor.document.edit(edits.set_value("w", 0.9))
    card = landscape(conductor, qtbot)
    assert card._gestures.point._points[0] == pytest.approx([0.9, 0.3])
    qtbot.waitUntil(lambda: bool(card._drawing.ways), timeout=WAIT)
    assert card._drawing.ways[0].tail == pytest.approx((0.9, 0.3))
