"""The dialog that puts networks together: its list, its diagram, its text, and what becomes of them in the window."""

from __future__ import annotations

import pytest
from map_bench import OSCILLATOR, furnished
from opened_dialog import opened_dialog
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from core import catalogue
from core.blocks.activation import Activation
from core.blocks.concat_time import ConcatTime
from core.blocks.formula import FormulaNode
from core.blocks.hamiltonian_field import HamiltonianField
from core.blocks.layer_norm import LayerNorm
from core.blocks.linear import Linear
from core.blocks.residual import Residual
from core.language import parse
from core.network_builder import recipe_experiment
from explorer.block_list import MOST


@pytest.fixture
def dialog(qtbot):
    yield from opened_dialog(qtbot)


def pick(box: QComboBox, value: object) -> None:
    """Choose an option, as a click does."""
    index = box.findData(value)
    assert box.model().item(index).isEnabled()
    box.setCurrentIndex(index)
    box.activated.emit(index)


def offered(box: QComboBox) -> set[str]:
    return {box.itemData(k) for k in range(box.count()) if box.model().item(k).isEnabled()}


def fields(line: QWidget) -> list[QWidget]:
    return [child for child in line.findChildren(QWidget) if child.property("field")]


@pytest.mark.parametrize("kind", ["ode", "second_order", "equilibrium", "flow"])
def test_what_it_begins_with_is_a_network(dialog, kind):
    pick(dialog.kind, kind)
    assert dialog.create.isEnabled()
    assert dialog.fault.text() == ""
    recipe = dialog._recipe
    assert recipe.kind == kind
    assert dialog.diagram.words().count("; ") == len(dialog.diagram._outline.stages) + 2
    experiment = recipe_experiment(recipe, dialog.data.currentData())
    assert experiment.text == dialog.text.toPlainText()
    assert parse(experiment.text, experiment.tensors).size == recipe.state
    about = {catalogue.data_sets()[name].about for name in offered(dialog.data)}
    assert about == ({"density"} if kind == "flow" else {"classes", "values"})


def test_the_text_follows_every_edit(dialog):
    line = dialog.blocks._rows[0]
    (box,) = fields(line)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "7")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert "learn W1 = (uniform(7, 2, seed 1)*2 - 1)/sqrt(2)" in dialog.text.toPlainText()
    (function,) = fields(dialog.blocks._rows[1])
    pick(function, "gelu")
    assert dialog.blocks.blocks()[:2] == (Linear(7), Activation("gelu"))
    dialog.added.setFocus()
    QTest.keyClick(dialog.added, Qt.Key.Key_Up)
    assert "z in R^3" in dialog.text.toPlainText()
    assert "Circles: 2, and 1 at 0" in dialog.diagram.accessibleDescription()
    pick(dialog.data, "minus_x")
    assert "z in R^2" in dialog.text.toPlainText()


def test_a_number_that_does_not_fit_is_told_and_not_taken(dialog):
    (box,) = fields(dialog.blocks._rows[0])
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "0")
    assert "between 1 and 256" in dialog.fault.text()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert dialog.fault.text() == ""
    assert dialog.isVisible()
    assert dialog.blocks.blocks()[0] == Linear(32)


def test_blocks_are_added_moved_and_taken_away(dialog):
    for name, count in (("layer_norm", 5), ("residual", 6)):
        pick(dialog.blocks.kind_box, name)
        dialog.blocks.add_button.click()
        assert len(dialog.blocks.blocks()) == count
    assert dialog.blocks.blocks()[-2:] == (LayerNorm(), Residual())
    dialog.blocks._rows[5].up.click()
    assert dialog.blocks.blocks()[-2:] == (Residual(), LayerNorm())
    assert "# Linear, tanh, add, past 2" in dialog.text.toPlainText()
    dialog.blocks._rows[0].away.click()
    assert dialog.blocks.blocks()[0] == Activation("tanh")
    for _ in range(5):
        dialog.blocks._rows[0].away.click()
    assert dialog.create.isEnabled()
    assert "z' = W1 z + b1" in dialog.text.toPlainText()
    assert not dialog.blocks._empty.isHidden()
    for _ in range(MOST):
        dialog.blocks.add_button.click()
    assert not dialog.blocks.add_button.isEnabled()


def test_what_does_not_fit_together_is_told(dialog):
    dialog.blocks.show_blocks((Linear(4), HamiltonianField()))
    dialog.blocks.changed.emit()
    assert "take the other blocks away." in dialog.fault.text()
    assert not dialog.create.isEnabled()
    assert dialog.diagram.words() == dialog.text.toPlainText() == ""
    dialog.create.click()
    assert dialog.isVisible()
    (box,) = fields(dialog.blocks._rows[0])
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "x")
    assert "not a number" in dialog.fault.text()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert "take the other blocks away." in dialog.fault.text()
    dialog.blocks._rows[0].away.click()
    assert dialog.create.isEnabled()
    assert "H = dot(w1, h1)" in dialog.text.toPlainText()


def test_another_kind_keeps_a_list_that_was_changed(dialog):
    dialog.blocks._rows[3].away.click()
    pick(dialog.kind, "flow")
    assert dialog.blocks.blocks() == (Linear(), Activation(), Linear())
    assert dialog.data.currentData() == "eight_gaussians"
    pick(dialog.blocks.kind_box, "concat_time")
    dialog.blocks.add_button.click()
    assert isinstance(dialog.blocks.blocks()[-1], ConcatTime)
    pick(dialog.kind, "equilibrium")
    assert "has the time in it" in dialog.fault.text()
    assert not offered(dialog.blocks.kind_box) & {"concat_time", "concat_squash", "gradient_field"}
    assert dialog.blocks.kind_box.currentData() in offered(dialog.blocks.kind_box)


def test_a_second_order_equation_has_added_dimensions_and_a_size(dialog):
    pick(dialog.kind, "second_order")
    assert not offered(dialog.blocks.kind_box) & {"gradient_field", "hamiltonian_field"}
    assert "concat_time" in offered(dialog.blocks.kind_box)
    assert "spiral" not in offered(dialog.data)
    boxes = dialog.diagram.words().split("; ")
    assert boxes[:4] == ["Minus x: 1, at rest", "Linear, of z and v to 32", "tanh to 32", "Linear to 1"]
    assert boxes[4].startswith("z″")
    for box in (dialog.added, dialog.size_box):
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert "learn U1 = (uniform(33, 2, seed 2)*2 - 1)/sqrt(2)" in dialog.text.toPlainText()
    assert "Minus x: 1, and 1 at 0, at rest" in dialog.diagram.words()


def test_pictures_are_convolved_and_tokens_attended_to(dialog):
    pick(dialog.data, "digits")
    for _ in range(4):
        dialog.blocks._rows[0].away.click()
    for name in ("convolution", "attention"):
        pick(dialog.blocks.kind_box, name)
        dialog.blocks.add_button.click()
    channels, kernel = fields(dialog.blocks._rows[0])
    assert channels.accessibleName() == "Channels of block 1"
    pick(kernel, "3 x 3")
    channels.setFocus()
    channels.selectAll()
    QTest.keyClicks(channels, "2")
    QTest.keyClick(channels, Qt.Key.Key_Return)
    assert "h1 = conv(K1, z, 8, 8) + conv(b1, ones(64), 8, 8)  # conv 3 x 3, to 2" in dialog.text.toPlainText()
    assert "conv 3 x 3, to 2 to 128; attention of 8 to 128; Linear to 64" in dialog.diagram.words()
    pick(dialog.data, "circles")
    assert dialog.fault.text().startswith("2 components are no square picture, over which")
    assert not dialog.create.isEnabled()


def test_a_formula_is_taken_while_it_is_typed_and_told_where_it_is_wrong(dialog):
    pick(dialog.blocks.kind_box, "formula")
    dialog.blocks.add_button.click()
    (box,) = fields(dialog.blocks._rows[4])
    assert (box.text(), box.accessibleName()) == ("sin(x)", "Formula of block 5")
    assert "of x, a component" in box.toolTip().lower()
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "x*cos(x)")
    assert "h2*cos(h2)" in dialog.text.toPlainText().replace(" * ", "*")
    assert "x*cos(x) to 32" in dialog.diagram.words()
    QTest.keyClicks(box, " + y")
    assert dialog.fault.text() == "At character 12, unknown name 'y': the value that comes in is x."
    assert box.property("invalid")
    assert box.toolTip() == dialog.fault.text() == dialog.text.placeholderText()
    assert (dialog.text.toPlainText(), dialog.diagram.words(), dialog.create.isEnabled()) == ("", "", False)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert box.selectedText() == "y"
    QTest.keyClicks(box, "x^2")
    assert dialog.fault.text() == ""
    assert dialog.blocks.blocks()[4] == FormulaNode("x*cos(x) + x^2")
    QTest.keyClicks(box, "(")
    assert dialog.fault.text() != ""
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert (box.text(), dialog.fault.text()) == ("x*cos(x) + x^2", "")
    assert dialog.text.toPlainText().count("cos(h2)") == 1
    assert dialog.create.isEnabled()
    assert dialog.isVisible()
    QTest.keyClicks(box, "(")
    dialog.create.setFocus()
    box.clearFocus()
    assert dialog.fault.text() == "" or not dialog.isActiveWindow()


def test_everything_is_named_and_reached_by_keys(dialog):
    assert dialog.width() <= 1220
    assert dialog.height() <= 660
    kinds = QAbstractButton, QComboBox, QLineEdit
    controls = [child for kind in kinds for child in dialog.findChildren(kind) if child.isVisible()]
    assert len(controls) > 20
    assert [
        child for child in controls if child.isEnabled() and not child.focusPolicy() & Qt.FocusPolicy.TabFocus
    ] == []
    assert [child for child in controls if not (child.accessibleName() or getattr(child, "text", str)())] == []
    names = [child.accessibleName() for child in dialog.findChildren(QLineEdit) if child.isVisible()]
    assert "Width of block 3" in names
    dialog.blocks._rows[2].up.setFocus()
    QTest.keyClick(dialog.blocks._rows[2].up, Qt.Key.Key_Space)
    assert dialog.blocks._rows[1].up.hasFocus() or not dialog.isActiveWindow()


def test_the_diagram_is_painted_within_its_place(dialog):
    blocks = (Linear(4), Activation(), Linear(4), Residual(1), *[LayerNorm()] * 8)
    dialog.blocks.show_blocks(blocks)
    dialog.blocks.changed.emit()
    image = dialog.diagram.grab().toImage()
    assert image.height() == dialog.diagram.sizeHint().height()
    edges = {image.pixel(x, y) for x in (0, image.width() - 1) for y in range(0, image.height(), 7)}
    assert len(edges) == 1
    middle = {image.pixel(image.width() // 2, y) for y in range(image.height())}
    assert len(middle) > 3


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with furnished(tmp_path, monkeypatch) as made:
        made.clock.set_moving(False)
        yield made


def test_what_is_created_is_one_step_of_undo(conductor):
    conductor.document.set_text(OSCILLATOR)
    before = conductor.document.experiment
    conductor.window.actions_by_name["new_network"].trigger()
    dialog = conductor.building._dialog
    assert dialog.isVisible()
    assert not dialog.isModal()
    pick(dialog.data, "moons")
    text = dialog.text.toPlainText()
    dialog.create.click()
    assert dialog.isHidden()
    experiment = conductor.document.experiment
    assert experiment.text == text
    assert experiment.training.data == "moons"
    assert conductor.document.system.learnt
    conductor.document.undo_stack.undo()
    assert conductor.document.experiment == before
    conductor.panels.training.build_asked.emit()
    assert conductor.building._dialog is dialog
    assert dialog.isVisible()
