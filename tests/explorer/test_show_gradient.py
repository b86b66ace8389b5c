"""As a new user tries it: from a stiff preset the gap is red, one click takes another method, and the gap is gone."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QApplication

from core import catalogue
from core.language import parse
from core.readings import AdjointGap, GradientCosts
from core.reversal_schedule import checkpoints_for, fewest_advances
from explorer.canvas.number_text import bytes_text
from explorer.gradient_words import no_gradient
from explorer.views.cost_figures import headings

WAIT = 60_000


def view_of(conductor, name):
    return next(view for view in conductor.stage.views if view.name == name)


def row_tells(costs, reading, line):
    (row,) = (row for row in costs.figures.rows() if row.name == line.title)
    told = dict(zip(headings(reading)[1:], row.figures, strict=True))
    assert told["redone"] == str(line.recomputed)
    assert told["evals"] == str(line.evaluations)
    assert told["memory"] == bytes_text(line.kept)
    assert "–" not in (told["time"], told["prod."])


def reading_of(frames, method):
    newest = frames[-1].get(AdjointGap) if frames else None
    return newest if newest is not None and newest.chosen.method == method else None


def test_the_gap_is_red_and_one_click_makes_it_go(qtbot, conductor):
    frames = []
    conductor.solving.frame_taken.connect(frames.append)
    conductor.choosing.choose("adjoint_lies")
    conductor.window.actions_by_name["gradient"].trigger()
    adjoint, costs = view_of(conductor, "adjoint"), view_of(conductor, "gradient_costs")
    assert conductor.stage.main is adjoint  # at once, and the rest in a turn of its own
    assert costs not in conductor.stage.on
    qtbot.waitUntil(lambda: costs in conductor.stage.on)
    QApplication.processEvents()
    assert adjoint.plot.width() >= adjoint.narrowest_plot
    assert adjoint.legend.isVisible()
    qtbot.waitUntil(lambda: reading_of(frames, "backsolve") is not None, timeout=WAIT)
    found = reading_of(frames, "backsolve")
    assert np.nanmax(found.gap) > 1e3
    assert found.chosen.relative_error > 1.0  # not by luck: the gradient itself is another
    qtbot.waitUntil(lambda: adjoint.chips.text("trust") == "not to be trusted", timeout=WAIT)
    assert adjoint.cure.isVisible()
    adjoint.cure.click()
    assert conductor.document.experiment.gradient.trajectory == "checkpointed"
    qtbot.waitUntil(lambda: getattr(reading_of(frames, "checkpointed"), "kept", None) is not None, timeout=WAIT)
    gone = reading_of(frames, "checkpointed")
    assert gone.trusted
    assert np.nanmax(gone.gap) == 0.0
    assert gone.chosen.relative_error < 1e-5
    assert np.isfinite(gone.adjoint).all()
    qtbot.waitUntil(lambda: adjoint.chips.text("gap") == "gap 0", timeout=WAIT)
    assert adjoint.cure.isHidden()
    the_table_says_what_it_cost(qtbot, frames, costs, len(gone.t) - 1)
    conductor.document.undo_stack.undo()
    assert conductor.document.experiment.gradient.trajectory == "backsolve"


def the_table_says_what_it_cost(qtbot, frames, costs, steps):
    def all_measured():
        known = frames[-1].get(GradientCosts)
        return known is not None and len(known.methods) == known.total and frames[-1].final

    qtbot.waitUntil(all_measured, timeout=WAIT)
    reading = frames[-1].get(GradientCosts)
    lines = {line.method: line for line in reading.methods}
    assert set(lines) == set(catalogue.gradients_about("trajectory"))
    remedy = lines["checkpointed"]
    assert remedy.recomputed == fewest_advances(steps, checkpoints_for(steps, 2))
    assert lines["backsolve"].doubtful
    assert not remedy.doubtful
    assert remedy.kept > lines["backsolve"].kept
    qtbot.waitUntil(lambda: len(costs.figures.rows()) == len(lines), timeout=WAIT)
    row_tells(costs, reading, remedy)


def test_a_truly_stiff_reaction_by_radaus_own_steps(qtbot, conductor):
    frames = []
    conductor.solving.frame_taken.connect(frames.append)
    conductor.choosing.choose("robertson")
    conductor.window.actions_by_name["gradient"].trigger()
    adjoint = view_of(conductor, "adjoint")

    qtbot.waitUntil(lambda: adjoint.cure.isVisible(), timeout=WAIT)
    found = reading_of(frames, "backsolve")
    assert not found.trusted
    assert found.steps == ""
    assert adjoint.cure.text() == "Use: checkpoints"
    adjoint.cure.click()
    assert conductor.document.undo_stack.undoText()
    qtbot.waitUntil(lambda: adjoint.chips.text("gap") == "gap 0", timeout=WAIT)
    gone = reading_of(frames, "checkpointed")
    assert gone.trusted
    assert gone.forward_evaluations == found.forward_evaluations
    assert gone.chosen.relative_error < 1e-5
    assert np.isfinite(gone.adjoint).all()
    conductor.document.undo_stack.undo()
    assert conductor.document.experiment.gradient.trajectory == "backsolve"


def test_a_layer_has_its_gradients_in_sight(qtbot, conductor):
    conductor.choosing.choose("neuron")
    action = conductor.window.actions_by_name["gradient"]
    action.trigger()
    qtbot.waitUntil(lambda: {"gradients", "gradient_costs"} <= {view.name for view in conductor.stage.on})
    conductor.choosing.choose("bouncing_ball")  # events: no gradient can be shown
    told = []
    conductor.panels.notices.changed.connect(lambda: told.append(True))
    action.trigger()
    assert told
    assert conductor.panels.notices.text == no_gradient(conductor.document.system)
    assert not {"gradients", "adjoint"} & {view.name for view in conductor.stage.on}


def test_the_reason_that_applies_is_told_and_the_loss_is_shown(conductor):
    assert "events" in no_gradient(parse("x' = 1\nwhen x = 0 falling: stop"))
    noisy = no_gradient(parse("x' = -x + 0.3 dW"))
    assert "noise" in noisy
    assert "events" not in noisy
    conductor.choosing.choose("rosenbrock")
    loss = view_of(conductor, "loss")
    conductor.stage.set_shown(loss, False)
    conductor.window.actions_by_name["gradient"].trigger()
    assert conductor.panels.notices.text.startswith("The gradient of a loss is in the plot Loss")
    assert loss in conductor.stage.on


def test_the_errors_of_gradients_say_why_a_fixed_point_has_none(conductor):
    entry = conductor.window.actions_by_name["show_gradient_errors"]
    conductor.choosing.choose("adjoint_lies")
    assert (entry.isVisible(), entry.isEnabled(), entry.toolTip()) == (True, True, "Gradient errors")
    conductor.choosing.choose("neuron")
    assert (entry.isVisible(), entry.isEnabled(), entry.isChecked()) == (True, False, False)
    assert "Gradient costs" in entry.toolTip()
    conductor.choosing.choose("adjoint_lies")
    assert (entry.isEnabled(), entry.toolTip()) == (True, "Gradient errors")
