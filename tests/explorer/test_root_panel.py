"""The root solver's card, the race and the gradient's card: what they show, and the edits they ask for."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Annotated, ClassVar

import pytest
from map_bench import LINE, OSCILLATOR, picard
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from core import catalogue
from core.experiment import Experiment, GradientChoice, RootFinding
from core.language import parse
from core.outcome import Outcome
from core.parameter import Choice, Range
from explorer import edits
from explorer.document import Document
from explorer.editors.field_form import FieldForm
from explorer.editors.number_box import NumberBox
from explorer.editors.switch import Switch
from explorer.gradient_panel import GradientPanel
from explorer.race_list import RaceList, calls_of
from explorer.root_panel import RootPanel
from explorer.run_panel import RunPanel
from explorer.theme import DARK, LIGHT
from explorer.views.solver_race import solver_colour


class Anywhere:
    @classmethod
    def refusal(cls, size: int) -> str:  # noqa: ARG003 - for any number of unknowns
        return ""


@dataclass(frozen=True)
class Plain(Anywhere):
    name: ClassVar[str] = "plain"
    title: ClassVar[str] = "Plain"
    help: ClassVar[str] = "Goes on."
    citation: ClassVar[str] = "Nobody, 1900"


@dataclass(frozen=True)
class Mixing(Anywhere):
    name: ClassVar[str] = "mixing"
    title: ClassVar[str] = "Mixing"
    help: ClassVar[str] = "Mixes."
    citation: ClassVar[str] = "Somebody, 1965"

    memory: Annotated[int, Range(1, 20, symbol="m", help="residuals that are combined")] = 5
    beta: Annotated[float, Range(0.01, 1.0, help="weight")] = 1.0
    kind: Annotated[str, Choice(("relative", "absolute"))] = "relative"


SOLVERS = {"mixing": Mixing, "picard": Plain, "plain": Plain}


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


def shown(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


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


def test_one_click_races_all_the_others_and_another_none(panel, qtbot):
    race = panel.findChild(QPushButton)
    with qtbot.waitSignal(panel.rivals_edited) as told:
        race.click()
    assert told.args == [("mixing", "plain")]
    panel.show_experiment(Experiment(LINE, root=RootFinding("picard", ("mixing", "plain"))))
    with qtbot.waitSignal(panel.rivals_edited) as told:
        race.click()
    assert told.args == [()]


def test_a_solver_of_one_unknown_is_not_offered_for_two(qtbot):
    solvers = {name: catalogue.root_solvers()[name] for name in ("bisection", "newton", "picard")}
    panel = RootPanel(solvers, DARK)
    qtbot.addWidget(panel)
    box, race = panel.findChildren(QComboBox)[0], panel.findChild(QPushButton)
    for unknowns, rivals in ((2, ("newton",)), (1, ("bisection", "newton"))):
        panel.show_experiment(Experiment(LINE, root=RootFinding("picard")), unknowns)
        item = box.model().item(box.findData("bisection"))
        assert item.isEnabled() == (unknowns == 1)
        assert (item.toolTip() == "") == (unknowns == 1)
        with qtbot.waitSignal(panel.rivals_edited) as told:
            race.click()
        assert told.args == [rivals]
        race.setChecked(False)
    panel.show_experiment(Experiment(LINE, root=RootFinding("bisection")), 3)
    assert box.currentData() == "bisection"
    assert "one unknown alone, and this layer has 3" in box.model().item(box.currentIndex()).toolTip()


def test_every_runner_is_listed_in_its_colour_with_its_cost(qtbot):
    experiment = Experiment(LINE)
    reading = picard(experiment, parse(LINE))
    lost = replace(reading.runs[1], outcomes=(Outcome("converged", 3.0), Outcome("max_iterations", 9.0)))
    listed = RaceList(DARK)
    qtbot.addWidget(listed)
    listed.resize(260, 120)
    listed.show()
    listed.show_iterations(replace(reading, runs=(reading.runs[0], lost)))
    texts = shown(listed)
    assert [text for text in texts if "/" in text] == ["2/2", "1/2"]
    assert str(int(reading.runs[0].iterations.max())) in texts
    # an iteration of Picard is one call: both starts together
    assert calls_of(reading.runs[0]) == int(reading.runs[0].iterations.sum()) + 2
    assert calls_of(reading.runs[0], 1) == int(reading.runs[0].iterations[1]) + 1
    colours = [cell.property("colour") for cell in listed.findChildren(QLabel) if cell.property("colour")]
    assert colours == [solver_colour(DARK, 0), DARK.teal, solver_colour(DARK, 1), DARK.rose]
    listed.apply_theme(LIGHT)
    marks = {cell.text(): cell.property("colour") for cell in listed.findChildren(QLabel) if cell.text() in ("●", "■")}
    assert marks == {"●": solver_colour(LIGHT, 0), "■": solver_colour(LIGHT, 1)}
    listed.show_iterations(replace(reading, runs=reading.runs[:1]))
    assert [text for text in shown(listed) if "/" in text] == ["2/2"]
    assert "used up its iterations" in next(c for c in listed.findChildren(QLabel) if c.text() == "1/2").toolTip()


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


def test_a_solver_chosen_out_of_a_race_leaves_all_racing(document):
    document.edit(edits.set_rivals(("anderson", "newton")))
    document.edit(edits.set_root("solver", "newton"))
    assert document.experiment.root.solver == "newton"
    assert set(document.experiment.root.rivals) == {"picard", "anderson"}


def test_every_field_of_every_solver_gets_an_editor(qtbot):
    for solver in catalogue.root_solvers().values():
        form = FieldForm(solver)
        qtbot.addWidget(form)
        assert set(form.names()) == {field.name for field in fields(solver)}
        form.show_values(solver())


def test_loss_and_depth_are_edited(qtbot):
    panel = GradientPanel()
    qtbot.addWidget(panel)
    panel.show_experiment(Experiment(LINE, gradient=GradientChoice("half_square", 12)), parse(LINE))
    box, number = panel.findChild(QComboBox), panel.findChild(NumberBox)
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
