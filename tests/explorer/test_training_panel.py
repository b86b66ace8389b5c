"""The card of learning: what it shows of an experiment, what it asks for, and another network at a click."""

from __future__ import annotations

from dataclasses import replace

import pytest
from learning_bench import LEARNER, TEXT, learner
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from core import catalogue
from core.language import parse
from core.training_choice import LOSSES, Training
from explorer.learnable import misfit
from explorer.training_edits import set_training

NETWORK = """z' = V tanh(W z + b)
z in R^2
learn W = normal(8, 2, seed 1)/sqrt(2)
learn b = 0*ones(8)
learn V = normal(2, 8, seed 2)/sqrt(8)
start (1, 0)
t in [0, 1]
"""


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with learner(tmp_path, monkeypatch) as made:
        yield made


def pick(box: QComboBox, value: object) -> None:
    """Choose an option, as a click does."""
    index = box.findData(value)
    assert box.model().item(index).isEnabled()
    box.setCurrentIndex(index)
    box.activated.emit(index)


def offered(box: QComboBox) -> set[str]:
    return {box.itemData(k) for k in range(box.count()) if box.model().item(k).isEnabled()}


def test_only_data_that_fit_can_be_chosen(bench):
    data = offered(bench.panel._data)
    assert {"", "circles", "moons", "minus_x"} <= data
    assert not data & {"digits", "density_moons"}
    place = bench.panel._data.findData("digits")
    why = bench.panel._data.itemData(place, Qt.ItemDataRole.ToolTipRole)
    assert why == "Handwritten digits has 64 components, and the state only 2"


def test_a_flow_learns_densities_and_a_layer_what_its_input_holds():
    flow = parse(f"{NETWORK}flow normal(2)\n")
    fitting = {name for name, one in catalogue.data_sets().items() if not misfit(one, flow)}
    assert fitting
    assert all(catalogue.data_sets()[name].about == "density" for name in fitting)


def test_another_data_set_brings_a_loss_that_fits(bench):
    assert offered(bench.panel._loss) == {"cross_entropy", "squares", "huber"}
    pick(bench.panel._data, "minus_x")
    training = bench.document.experiment.training
    assert (training.data, training.loss) == ("minus_x", "huber")
    assert offered(bench.panel._loss) == {"squares", "huber"}
    bench.do("undo")
    assert bench.document.experiment.training == LEARNER.training


def test_settings_become_edits(bench):
    panel = bench.panel
    pick(panel._loss, "squares")
    pick(panel._optimiser, "sgd")
    panel._rate_box.value_edited.emit(0.25)
    panel._form.edited.emit("batch", 17)
    panel._data_form.edited.emit("moons", "noise", 0.3)
    panel._optimiser_form.edited.emit("adam", "beta1", 0.5)
    training = bench.document.experiment.training
    assert (training.loss, training.optimiser, training.rate, training.batch) == ("squares", "sgd", 0.25, 17)
    assert training.data_options["moons"] == {"noise": 0.3}
    assert training.options["adam"] == {"beta1": 0.5}


def test_every_optimiser_shows_its_own_fields(bench):
    for name in catalogue.optimisers():
        pick(bench.panel._optimiser, name)
        assert bench.document.experiment.training.optimiser == name
        forms = bench.panel._optimiser_form._forms
        assert [one for one, form in forms.items() if not form.isHidden()] == [name]


def test_dragging_the_learning_rate_is_one_step_of_undo(bench):
    for value in (0.02, 0.05, 0.1):
        bench.panel._rate.value_edited.emit(value, 7)
    bench.panel._rate.drag_finished.emit()
    assert bench.document.experiment.training.rate == 0.1
    assert bench.panel._rate_box.value() == 0.1
    assert bench.document.undo_stack.count() == 1
    assert not bench.document.dragging


def test_more_settings_unfold(bench):
    assert bench.panel._more.isHidden()
    bench.panel._more_link.click()
    assert not bench.panel._more.isHidden()


def test_warm_starts_are_a_switch_of_a_layer_alone(bench):
    switch = bench.panel._form.editor("warm_start")
    assert switch.parentWidget().isHidden()
    bench.document.edit(replace_all("z <- tanh(0.5 W z)\nz in R^2\nlearn W = normal(2, 2, seed 1)\n"))
    bench.look()
    assert not switch.parentWidget().isHidden()
    switch.click()
    assert bench.document.experiment.training.warm_start
    bench.document.undo_stack.undo()
    assert not switch.isChecked()


def test_losses_of_pairs_have_no_trajectory_to_weigh(bench):
    kinetic = bench.panel._form.editor("kinetic").parentWidget()
    bench.document.edit(replace_all("z' = W tanh(z)\nz in R^2\nflow normal(2)\nlearn W = normal(2, 2, seed 1)\n"))
    for loss in LOSSES:
        bench.document.edit(set_training("loss", loss))
        bench.look()
        assert kinetic.isHidden() == (loss in ("flow_matching", "score_matching"))
        assert bench.panel._loss.currentData() == loss


def test_the_card_is_about_texts_that_learn(bench):
    assert not bench.panel.isHidden()
    bench.document.edit(replace_all("x' = y\ny' = -x\nstart (1, 0)\n"))
    assert bench.panel.isHidden()


def replace_all(text: str, **training):
    """Another experiment."""
    from explorer import edits  # noqa: PLC0415 - for this alone

    return edits.load(replace(LEARNER, text=text, training=Training(**training)), "another")


def test_added_dimensions_change_the_text_and_begin_anew(bench):
    bench.document.edit(replace_all(NETWORK, data="moons", loss="squares"))
    bench.look()
    rows = bench.panel.network
    assert (rows.added.value(), rows.width_box.value()) == (0, 8)
    rows.added.value_edited.emit(1.0)
    bench.look()
    system = bench.document.system
    assert system.size == 3
    assert system.starts == ((1.0, 0.0, 0.0),)
    assert "begin anew" in bench.panel._end.text()
    assert rows.added.value() == 1
    rows.width_box.value_edited.emit(5.0)
    bench.look()
    assert {item.name: item.shape for item in bench.document.system.data} == {"W": (5, 3), "b": (5,), "V": (3, 5)}
    bench.do("undo")
    bench.do("undo")
    assert bench.document.experiment.text == NETWORK


def test_weights_of_the_network_before_do_not_outlive_it(bench):
    bench.document.edit(replace_all(NETWORK, data="moons", loss="squares"))
    bench.look()
    bench.do("train")
    bench.train_to(6)
    bench.panel.network.width_box.value_edited.emit(5.0)
    bench.look()
    assert not bench.trainer.running
    assert "W" not in bench.document.experiment.tensors
    assert bench.trainer.line.at == 0


def test_a_size_that_the_text_forbids_is_told(bench):
    text = NETWORK.replace("learn b = 0*ones(8)\n", "").replace(" + b", "") + "y = z[1]*[1, 2] + z\n"
    bench.document.edit(replace_all(text, data="moons", loss="squares"))
    bench.look()
    bench.panel.network.added.value_edited.emit(2.0)
    assert bench.document.experiment.text == text
    assert "written elsewhere" in bench.panel.network._why.text()


def test_a_text_without_hidden_layers_says_so(bench):
    bench.document.edit(replace_all(TEXT.replace("V tanh(W z)", "W z"), data="moons", loss="squares"))
    bench.look()
    assert bench.panel.network._why.text() == "There is no hidden layer."
