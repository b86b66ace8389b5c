"""The box that an ensemble starts in: fields for its ends, refusals, and the ways back to the text."""

from __future__ import annotations

import pytest
from map_bench import OSCILLATOR, furnished
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from core.experiment import Ensemble, Experiment
from core.language import parse
from explorer import edits
from explorer.conductor import Conductor
from explorer.editors.number_box import NumberBox
from explorer.start_box import StartBox

VECTOR = "# Twelve\nz' = -z\nz in R^12\n"


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with furnished(tmp_path, monkeypatch) as made:
        made.clock.set_moving(False)
        made.panels.ensemble.switch.click()
        yield made


def write(field: NumberBox, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text + "\r")


def texts(box: StartBox) -> dict[str, list[str]]:
    return {name: [field.text() for field in box.boxes(name)] for name in box._rows}


def test_ends_are_edits_of_their_own_and_lead_back(conductor: Conductor) -> None:
    box, document = conductor.panels.ensemble.box, conductor.document
    assert texts(box) == {"x": ["-2", "2"], "y": ["-2", "2"]}
    assert not box.reset.isVisible()
    write(box.boxes("x")[0], "1")
    write(box.boxes("y")[1], "0.5")
    assert dict(document.experiment.ensemble.box) == {"x": (1.0, 2.0), "y": (-2.0, 0.5)}
    assert conductor._client.requests[-1].experiment.ensemble == document.experiment.ensemble
    assert document.undo_stack.undoText() == "Change the ensemble's starts in y"
    assert [row._title.text() for row in box._rows.values()] == ["x •", "y •"]
    document.undo_stack.undo()
    assert texts(box) == {"x": ["1", "2"], "y": ["-2", "2"]}
    document.undo_stack.redo()
    box._rows["x"]._title.reset_asked.emit()
    assert dict(document.experiment.ensemble.box) == {"y": (-2.0, 0.5)}
    assert box.reset.isVisible()
    box.reset.click()
    assert document.experiment.ensemble == Ensemble(on=True)
    assert texts(box) == {"x": ["-2", "2"], "y": ["-2", "2"]}
    assert not box.reset.isVisible()
    document.undo_stack.undo()
    assert dict(document.experiment.ensemble.box) == {"y": (-2.0, 0.5)}


def test_ends_that_enclose_nothing_are_refused_with_a_sentence(conductor: Conductor) -> None:
    panel, document = conductor.panels.ensemble, conductor.document
    low, high = panel.box.boxes("x")
    write(low, "3")
    assert low.text() == "-2"
    assert panel._refusal.text() == "The ensemble's least x must not lie above its greatest."
    assert not panel._refusal.isHidden()
    assert document.experiment.ensemble == Ensemble(on=True)
    write(high, "-2")  # all starts alike
    assert document.experiment.ensemble.box["x"] == (-2.0, -2.0)
    assert panel._refusal.isHidden()


def test_a_key_moves_an_end_by_a_hundredth_of_the_box(conductor: Conductor) -> None:
    high = conductor.panels.ensemble.box.boxes("x")[1]
    high.setFocus()
    QTest.keyClick(high, Qt.Key.Key_Up)
    assert conductor.document.experiment.ensemble.box["x"] == pytest.approx((-2.0, 2.04))


def test_tabs_go_from_the_seed_through_the_ends_in_reading_order(conductor: Conductor) -> None:
    panel = conductor.panels.ensemble
    write(panel.box.boxes("y")[0], "-1")  # so that there is a way back
    for text in (OSCILLATOR, OSCILLATOR.replace("x", "u")):
        conductor.document.set_text(text)
        QApplication.processEvents()
        first = conductor.document.system.components[0]
        chain: list[QWidget] = [panel.seed]
        while len(chain) < 6:
            following = chain[-1].nextInFocusChain()
            while following.focusPolicy() == Qt.FocusPolicy.NoFocus or following.isHidden():
                following = following.nextInFocusChain()
            chain.append(following)
        assert chain[1:] == [*panel.box.boxes(first), *panel.box.boxes("y"), panel.box.reset]


def test_a_long_vector_has_eight_rows_and_a_word_for_the_others(qtbot) -> None:
    box = StartBox()
    qtbot.addWidget(box)
    box.show()
    box.show_experiment(Experiment(VECTOR), parse(VECTOR))
    assert len(box._rows) == 8
    assert box._others.text().startswith("4 more components")
    box.show_experiment(Experiment(OSCILLATOR), parse(OSCILLATOR))
    assert list(box._rows) == ["x", "y"]
    assert box._others.isHidden()


def test_a_text_takes_back_the_ends_of_what_it_edits_or_no_longer_has(conductor: Conductor) -> None:
    document = conductor.document
    for name in ("x", "y"):
        document.edit(edits.set_ensemble_ends(name, (0.0, 1.0)))
    document.set_text(OSCILLATOR.replace("view x [-2, 2]", "view x [-3, 3]"))
    assert dict(document.experiment.ensemble.box) == {"y": (0.0, 1.0)}
    document.set_text("u' = v\nv' = -u\n")
    assert dict(document.experiment.ensemble.box) == {}
    assert set(conductor.panels.ensemble.box._rows) == {"u", "v"}
