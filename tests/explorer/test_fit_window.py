"""The card of a fit: points from a table, buttons that lead the engine, and what it says came of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fit_engine import Engine
from pytestqt.qtbot import QtBot

from core import catalogue
from core.codec import decode, encode
from core.experiment import Experiment
from core.fit_choice import FitChoice
from core.presets import load_preset
from explorer import edits
from explorer.document import Document
from explorer.fit_driver import FitDriver
from explorer.fit_editing import FitEditing
from explorer.fit_panel import FitPanel
from explorer.fitting import Fitting
from explorer.theme import DARK

DECAY = "y' = -k*y + c\nk = 1 in [0.1, 3]\nc = 0 in [-1, 1]\nstart 2\nt in [0, 2]"


class Desk:
    """A document, the card, and an engine that answers when it is told to."""

    def __init__(self, qtbot: QtBot, experiment: Experiment) -> None:
        self.document = Document(experiment)
        self.panel = FitPanel(catalogue.fit_methods(), DARK)
        stop = self.document.undo_stack.blockSignals  # it empties itself when its listeners are gone
        qtbot.addWidget(self.panel, before_close_func=lambda _: stop(True))
        self.engine = Engine(self.document)
        driver = FitDriver(self.document, self.engine, self.document)
        self.editing = FitEditing(self.document, self.panel, self.document)
        self.fitting = Fitting(self.document, driver, self.panel, SimpleNamespace(index=0), self.document)

    def told(self) -> str:
        return f"{self.panel._end.text()}\n{self.panel._summary.text()}"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """y = exp(-0.7 t) 2 at five times, one beyond the span, with a little noise."""
    t = np.array([0.25, 0.5, 1.0, 2.0, 2.5])
    y = 2.0 * np.exp(-0.7 * t) + 1e-3 * np.cos(9.0 * t)
    path = tmp_path / "decay.csv"
    path.write_text("t,y\n" + "\n".join(f"{a},{b}" for a, b in zip(t, y, strict=True)))
    return path


def test_a_table_is_loaded_fitted_and_taken_back(qtbot: QtBot, table: Path) -> None:
    desk = Desk(qtbot, Experiment(DECAY, fit=FitChoice(held=("c",))))
    assert desk.panel.isHidden()
    desk.editing.load(table)
    assert not desk.panel.isHidden()
    assert desk.document.experiment.fit.source == "decay.csv"
    assert desk.document.experiment.span == (0.0, 2.5)
    desk.panel._run.click()
    assert desk.panel._run.text() == "Pause"
    desk.engine.rest()
    assert desk.panel._run.text() == "Fit"
    assert desk.document.experiment.values["k"] == pytest.approx(0.7, abs=5e-3)
    assert set(desk.document.experiment.values) == {"k"}
    assert "Stands at a minimum of the loss." in desk.told()
    assert "k = 0.70" in desk.told()
    assert " ± " in desk.told()
    assert "Levenberg–Marquardt, through the solver's steps" in desk.told()
    assert len(desk.panel.plot._points) >= 3
    assert not desk.document.dragging
    desk.panel._undo.click()
    assert desk.document.experiment.values == {}
    assert desk.document.undo_stack.undoText() == "Load data"


def test_step_pause_and_stop(qtbot: QtBot, table: Path) -> None:
    desk = Desk(qtbot, Experiment(DECAY))
    desk.editing.load(table)
    desk.panel._step.click()
    desk.engine.rest()
    after_one = dict(desk.document.experiment.values)
    assert after_one
    assert desk.panel._run.text() == "Go on"
    assert [number for number, _ in desk.panel.plot._points] == [0, 1]
    desk.panel._step.click()
    desk.engine.rest()
    assert desk.document.experiment.values != after_one
    desk.panel._run.click()
    desk.panel._run.click()  # paused before its answer
    desk.engine.rest()
    assert desk.panel._run.text() == "Go on"
    desk.panel._stop.click()
    assert "Stopped." in desk.told()
    assert desk.document.undo_stack.undoText() == "Fit to data"
    desk.document.undo_stack.undo()
    assert desk.document.experiment.values == {}


def test_undo_in_the_middle_and_another_edit(qtbot: QtBot, table: Path) -> None:
    desk = Desk(qtbot, Experiment(DECAY))
    desk.editing.load(table)
    desk.panel._step.click()
    desk.engine.rest()
    desk.panel._undo.click()
    assert desk.document.experiment.values == {}
    desk.panel._run.click()
    desk.document.edit(edits.set_value("k", 2.0))
    assert desk.panel._run.text() == "Fit"
    assert desk.engine.task is None
    assert desk.document.experiment.values == {"k": 2.0}


def test_a_fault_in_a_table_is_told_in_the_card(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot, Experiment(DECAY))
    bad = tmp_path / "bad.csv"
    bad.write_text("t,y\n0,1\n1,x")
    desk.editing.load(bad)
    assert desk.panel._fault.text() == "bad.csv: line 3, column 2 (y): 'x' is not a number"
    assert not desk.document.experiment.fit.data
    assert not desk.panel._run.isEnabled()
    layer = Desk(qtbot, Experiment("z <- tanh(z)"))
    layer.editing.load(bad)
    assert "implicit layer" in layer.panel._fault.text()


def test_choices_are_edits_and_are_saved(qtbot: QtBot, table: Path) -> None:
    desk = Desk(qtbot, Experiment(DECAY))
    desk.editing.load(table)
    desk.panel.fit_edited.emit("method", "adam")
    desk.panel.fit_edited.emit("loss", "huber")
    desk.panel.option_edited.emit("adam", "eta", 0.05)
    desk.panel._free.click()
    choice = desk.document.experiment.fit
    assert (choice.method, choice.loss, choice.options["adam"]["eta"], choice.free_start) == (
        "adam",
        "huber",
        0.05,
        True,
    )
    assert desk.panel._moving.text() == "moves k, c and the start"
    kept, _ = decode(encode(desk.document.experiment))
    assert kept == desk.document.experiment
    assert kept.fit.data["t"] == (0.25, 0.5, 1.0, 2.0, 2.5)
    desk.panel._run.click()
    desk.engine.rest(200)
    assert desk.document.experiment.starts != ((2.0,),)


def test_what_makes_no_sense_is_told(qtbot: QtBot) -> None:
    data = {"t": (0.0, 1.0), "y": (1.0, 0.5)}
    desk = Desk(qtbot, Experiment(DECAY, fit=FitChoice(data=data, held=("k", "c"))))
    desk.panel._run.click()
    desk.engine.rest()
    assert desk.panel._fault.text() == "No parameter may move: let one go, or let the start move."
    assert desk.panel._run.text() == "Fit"


def test_hares_and_lynxes_are_fitted(qtbot: QtBot) -> None:
    experiment, _ = load_preset("lynx_hare")
    desk = Desk(qtbot, experiment)
    desk.panel._run.click()
    desk.engine.rest()
    values = desk.document.experiment.values
    # J. M. Mahaffy's least squares of the same numbers: sum of squared errors 594.9
    assert desk.fitting._losses[-1][1] == pytest.approx(594.9, abs=0.3)
    assert [values[name] for name in "abcd"] == pytest.approx([0.481, 0.0248, 0.927, 0.0276], rel=5e-3)


def test_times_in_years_move_the_start_and_remove_restores_the_span(qtbot: QtBot, tmp_path: Path) -> None:
    years, months = tmp_path / "years.csv", tmp_path / "months.tsv"
    t = np.arange(3.0)
    years.write_text("t,y,note\n" + "".join(f"{1900 + a},{2 * np.exp(-0.7 * a)},1\n" for a in t))
    months.write_text("t\ty\n0\t2\n4\t1\n")
    desk = Desk(qtbot, Experiment(DECAY, fit=FitChoice(held=("c", "gone")), span=(0.0, 1.5)))
    desk.editing.load(years)
    assert desk.document.experiment.span == (1900.0, 1902.0)
    assert desk.panel._note.text() == (
        "The trajectory starts at the first time, t = 1900.\n"
        "Not fitted, for no component is called so: note.\n"
        "Nothing to hold, for no parameter is called so: gone."
    )
    desk.panel._run.click()
    desk.engine.rest()
    assert desk.document.experiment.values["k"] == pytest.approx(0.7, abs=1e-5)
    desk.editing.load(months)
    assert desk.document.experiment.span == (0.0, 4.0)
    desk.panel._remove.click()
    assert desk.document.experiment.span == (0.0, 1.5)


def test_remove_restores_the_span_of_a_file(qtbot: QtBot) -> None:
    data = {"t": (1900.0, 1902.0), "y": (2.0, 1.0)}
    desk = Desk(qtbot, Experiment(DECAY, fit=FitChoice(data=data), span=(1900.0, 1902.0)))
    desk.panel._remove.click()
    assert desk.document.experiment.span is None
    assert desk.panel._note.isHidden()
