"""The root solver's card, the race and the gradient's card: what they show, and the edits they ask for."""

from __future__ import annotations

from dataclasses import fields

import pytest
from map_bench import LINE, OSCILLATOR
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from root_panel_parts import SOLVERS, shown

from core import catalogue
from core.experiment import Experiment, GradientChoice, RootFinding
from core.language import parse
from explorer import edits
from explorer.document import Document
from explorer.editors.field_form import FieldForm
from explorer.editors.number_box import NumberBox
from explorer.editors.switch import Switch
from explorer.gradient_panel import GradientPanel
from explorer.root_panel import RootPanel
from explorer.run_panel import RunPanel
from explorer.theme import DARK


@pytest.fixture
def panel(qtbot):
    panel = RootPanel(SOLVERS, DARK)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_experiment(Experiment(LINE))
    return panel


@pytest.fixture
def document(qapp):  # noqa: ARG001 - signals need an application
    return Document(Experiment(LINE))


def type_into(box: NumberBox, text: str) -> None:
    box.setText(text)
    box.setModified(True)
    box.returnPressed.emit()


def test_the_own_fields_are_those_of_the_chosen_solver(panel):
    assert "Memory m" not in shown(panel)
    panel.show_experiment(Experiment(LINE, root=RootFinding("mixing", options={"mixing": {"beta": 0.25}})))
    assert {"Memory m", "Beta", "Kind"} <= set(shown(panel))
    boxes = {box.accessibleName(): box.value() for box in panel.findChildren(NumberBox)}
    assert (boxes["memory"], boxes["beta"]) == (5, 0.25)
    panel.show_experiment(Experiment(LINE, root=RootFinding("plain")))
    assert "Memory m" not in shown(panel)
    solver = panel.findChildren(QComboBox)[0]
    assert solver.toolTip() == "Goes on.\nNobody, 1900"


def test_an_option_names_its_solver_and_is_whole_where_it_counts(panel, qtbot):
    panel.show_experiment(Experiment(LINE, root=RootFinding("mixing")))
    memory = next(box for box in panel.findChildren(NumberBox) if box.accessibleName() == "memory")
    with qtbot.waitSignal(panel.option_edited) as told:
        type_into(memory, "7")
    assert told.args == ["mixing", "memory", 7]
    assert type(told.args[2]) is int
    with qtbot.assertNotEmitted(panel.option_edited):
        type_into(memory, "99")
    assert any("memory must lie between 1 and 20" in text for text in shown(panel))


def test_what_stops_a_solver_is_edited_as_the_experiment_declares_it(panel, qtbot):
    boxes = {box.accessibleName(): box for box in panel.findChildren(NumberBox)}
    with qtbot.waitSignal(panel.root_edited) as told:
        type_into(boxes["tolerance"], "1e-5")
    assert told.args == ["tolerance", 1e-5]
    with qtbot.waitSignal(panel.root_edited) as told:
        type_into(boxes["iterations"], "77")
    assert told.args == ["iterations", 77]
    with qtbot.waitSignal(panel.root_edited) as told:
        panel.findChild(Switch).click()
    assert told.args == ["whole_batch", True]
    criterion = panel.findChildren(QComboBox)[-1]
    criterion.setCurrentIndex(1)
    with qtbot.waitSignal(panel.root_edited) as told:
        criterion.activated.emit(1)
    assert told.args == ["criterion", "absolute"]


def test_solvers_stand_under_their_families(panel):
    box = panel.findChildren(QComboBox)[0]
    assert [box.itemText(place) for place in range(box.count())] == [
        "FIXED POINT",
        "Mixing",
        "NEWTON",
        "Plain",
        "Plain",
    ]
    assert not box.model().item(0).isEnabled()


def test_every_edit_of_the_solver_can_be_undone(document):
    before = document.experiment
    document.edit(edits.set_root("solver", "anderson"))
    document.edit(edits.set_root_option("anderson", "memory", 3))
    document.edit(edits.set_rivals(("picard", "newton")))
    document.edit(edits.set_gradient("unrolled", 40))
    root = document.experiment.root
    assert (root.solver, root.rivals, dict(root.options["anderson"])) == (
        "anderson",
        ("picard", "newton"),
        {"memory": 3},
    )
    assert document.experiment.gradient == GradientChoice("sum", 40)
    assert document.undo_stack.undoText() == "Change the unrolled iterations"
    for _ in range(4):
        document.undo_stack.undo()
    assert document.experiment == before


def test_quick_edits_of_one_setting_are_one_step(document):
    for memory in (2, 3, 4):
        document.edit(edits.set_root_option("anderson", "memory", memory))
    document.edit(edits.set_root_option("anderson", "beta", 0.5))
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert dict(document.experiment.root.options["anderson"]) == {"memory": 4}


def test_every_field_of_every_solver_gets_an_editor(qtbot):
    for solver in catalogue.root_solvers().values():
        form = FieldForm(solver)
        qtbot.addWidget(form)
        assert set(form.names()) == {field.name for field in fields(solver)}
        form.show_values(solver())


def test_loss_and_depth_are_edited(qtbot):
    panel = GradientPanel(catalogue.gradient_methods())
    qtbot.addWidget(panel)
    panel.show_experiment(Experiment(LINE, gradient=GradientChoice("half_square", 12)), parse(LINE))
    (box,) = (box for box in panel.findChildren(QComboBox) if box.accessibleName() == "Loss")
    (number,) = (box for box in panel.findChildren(NumberBox) if box.property("field") == "unrolled")
    assert (box.currentData(), number.value()) == ("half_square", 12)
    with qtbot.waitSignal(panel.gradient_edited) as told:
        type_into(number, "30")
    assert told.args == ["unrolled", 30]


def test_what_every_run_has_is_in_both_modes_but_for_steps(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.set_folded(False)
    panel.show_experiment(Experiment(OSCILLATOR), parse(OSCILLATOR))
    assert "Steps at most" in shown(panel)
    panel.show_experiment(Experiment(LINE), parse(LINE))
    assert "Steps at most" not in shown(panel)
    assert {"Evaluations at most", "Seconds at most", "Computed by", "Device", "Precision"} <= set(shown(panel))
    boxes = {box.accessibleName(): box for box in panel.findChildren(NumberBox)}
    with qtbot.waitSignal(panel.budget_edited) as told:
        type_into(boxes["evaluations"], "500")
    assert told.args == ["evaluations", 500]
    (precision,) = (box for box in panel.findChildren(QComboBox) if box.accessibleName() == "Precision")
    with qtbot.waitSignal(panel.field_edited) as told:
        precision.setCurrentIndex(precision.findData("float32"))
        precision.activated.emit(precision.currentIndex())
    assert told.args == ["dtype", "float32"]


@pytest.mark.kernel
def test_a_compiled_loop_is_offered_where_it_can_serve(qtbot):
    panel = RunPanel()
    qtbot.addWidget(panel)
    (box,) = (box for box in panel.findChildren(QComboBox) if box.accessibleName() == "Computed by")
    place = box.findData("kernel")

    def refusal(text, **settings):
        panel.show_experiment(Experiment(text, **settings), parse(text))
        sentence = box.itemData(place, Qt.ItemDataRole.ToolTipRole) or ""
        assert box.model().item(place).isEnabled() == (not sentence)
        return sentence

    assert refusal(OSCILLATOR) == ""
    assert "Roots are found" in refusal(LINE)
    assert "up to 12 components, and this system has 20" in refusal("z' = -z\nz in R^20")
    assert "on the processor, not on cuda" in refusal(OSCILLATOR, device="cuda")
    assert refusal(OSCILLATOR, path="kernel") == ""
    assert box.currentData() == "kernel"
    with qtbot.waitSignal(panel.field_edited) as told:
        box.activated.emit(place)
    assert told.args == ["path", "kernel"]


FIELD = "x' = -k*x\nk = 1 in [0, 2]\nstart (1)"


def test_the_gradient_card_offers_the_methods_of_the_kind(qtbot):
    panel = GradientPanel(catalogue.gradient_methods())
    qtbot.addWidget(panel)
    for text, about, chosen in ((LINE, "fixed point", "implicit"), (FIELD, "trajectory", "backsolve")):
        panel.show_experiment(Experiment(text), parse(text))
        (box,) = (box for box in panel.findChildren(QComboBox) if box.accessibleName() == "Method")
        offered = {box.itemData(index) for index in range(box.count())}
        assert offered == set(catalogue.gradients_about(about))
        assert box.currentData() == chosen
    with qtbot.waitSignal(panel.gradient_edited) as told:
        box.setCurrentIndex(box.findData("discrete"))
        box.activated.emit(box.currentIndex())
    assert told.args == ["trajectory", "discrete"]


def test_the_chosen_gradients_own_fields_are_edited(qtbot, document):
    panel = GradientPanel(catalogue.gradient_methods())
    qtbot.addWidget(panel)
    choice = GradientChoice(options={"backsolve": {"tightening": 0.5}})
    panel.show_experiment(Experiment(FIELD, gradient=choice), parse(FIELD))
    numbers = {box.property("field"): box for box in panel.findChildren(NumberBox)}
    assert numbers["tightening"].value() == 0.5
    with qtbot.waitSignal(panel.option_edited) as told:
        type_into(numbers["evaluations"], "700")
    assert told.args == ["backsolve", "evaluations", 700]
    before = document.experiment
    document.edit(edits.set_gradient_option(*told.args))
    document.edit(edits.set_gradient("trajectory", "discrete"))
    assert dict(document.experiment.gradient.options["backsolve"]) == {"evaluations": 700}
    assert document.undo_stack.undoText() == "Change the gradient method"
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.experiment == before
