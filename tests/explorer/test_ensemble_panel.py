"""The card of the ensemble in the window: its edits, and when the ensemble is asked for."""

from __future__ import annotations

import pytest
from map_bench import OSCILLATOR, furnished
from PySide6.QtTest import QTest

from core.experiment import Ensemble, Experiment
from core.language import parse
from core.readings import EnsembleRun
from explorer import edits
from explorer.conductor import Conductor
from explorer.ensemble_panel import EnsemblePanel


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with furnished(tmp_path, monkeypatch) as made:
        made.clock.set_moving(False)
        yield made


def wanted(conductor: Conductor) -> frozenset[type]:
    return conductor._client.requests[-1].wanted


def rows(conductor: Conductor) -> set[str]:
    """The layers that have a switch in the card of layers."""
    return set(conductor.panels.layers._shown)


def test_the_ensemble_is_asked_for_while_it_is_on(conductor: Conductor, qtbot) -> None:
    panel, document = conductor.panels.ensemble, conductor.document
    assert not panel.switch.isChecked()
    document.edit(edits.set_span((0.0, 5.0)))
    assert EnsembleRun not in wanted(conductor)
    assert not {"density", "ensemble"} & rows(conductor)
    panel.switch.click()
    assert document.experiment.ensemble == Ensemble(on=True)
    assert EnsembleRun in wanted(conductor)
    assert {"density", "ensemble"} <= rows(conductor)
    for layer in ("density", "ensemble"):
        conductor.panels.layers._switches["phase_plane"][layer].click()
    qtbot.waitUntil(lambda: EnsembleRun not in wanted(conductor), timeout=1_000)
    conductor.panels.layers._switches["phase_plane"]["density"].click()
    qtbot.waitUntil(lambda: EnsembleRun in wanted(conductor), timeout=1_000)
    document.undo_stack.undo()
    assert not document.experiment.ensemble.on
    assert not panel.switch.isChecked()
    assert EnsembleRun not in wanted(conductor)


def test_a_drag_of_the_count_is_one_step_back(conductor: Conductor) -> None:
    panel, document = conductor.panels.ensemble, conductor.document
    panel.switch.click()
    for position in (0.2, 0.5, 0.9):
        panel.ensemble_edited.emit("count", round(panel.slider.value_at(position)), 77)
    panel.drag_finished.emit()
    assert document.experiment.ensemble.count == 50_120  # 100 * 1000^0.9, four digits
    assert panel.count.text() == str(document.experiment.ensemble.count)
    document.undo_stack.undo()
    assert document.experiment.ensemble == Ensemble(on=True)


def test_the_panel_reports_whole_numbers_and_refuses_others(qtbot) -> None:
    panel = EnsemblePanel()
    qtbot.addWidget(panel)
    text = "x' = y\ny' = -x"
    panel.show_experiment(Experiment(text, ensemble=Ensemble(on=True, count=300, seed=5)), parse(text))
    panel.show()
    told: list[tuple[object, ...]] = []
    panel.ensemble_edited.connect(lambda *change: told.append(change))
    assert (panel.count.text(), panel.seed.text()) == ("300", "5")
    for box, text in ((panel.count, "2000"), (panel.seed, "9")):
        box.selectAll()
        QTest.keyClicks(box, text + "\r")
    assert told == [("count", 2000, None), ("seed", 9, None)]
    panel.count.selectAll()
    QTest.keyClicks(panel.count, "0\r")
    assert not panel._refusal.isHidden()
    assert len(told) == 2


def test_systems_without_a_flow_have_no_such_card(conductor: Conductor) -> None:
    assert not conductor.panels.ensemble.isHidden()
    conductor.document.edit(edits.load(Experiment("x <- cos(x)\nstart (1)"), "a map"))
    assert conductor.panels.ensemble.isHidden()
    conductor.document.edit(edits.load(Experiment(OSCILLATOR), "a flow"))
    assert not conductor.panels.ensemble.isHidden()
