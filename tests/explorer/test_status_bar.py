"""What the status bar says of a run."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from core.experiment import Ensemble, Experiment
from core.frame import Frame, Progress
from core.language import parse
from explorer.status_bar import StatusBar
from explorer.theme import DARK


def test_a_run_that_lasts_tells_its_progress_and_a_short_one_does_not(qtbot):
    bar = StatusBar(DARK)
    qtbot.addWidget(bar)
    bar.resize(1280, 30)
    bar.show()
    frame = Frame(1, progress=Progress("trajectories forward in time", 3, 100, 0.42))

    def texts() -> str:
        return " ".join(one.text() for one in bar.findChildren(QLabel))

    bar.show_engine("busy", "Computing.")
    bar.show_frame(frame)
    assert "Computing" not in texts()
    qtbot.waitUntil(lambda: "Computing." in texts(), timeout=1000)
    bar.show_frame(frame)
    assert "trajectories forward in time: 3 of 100 done, 42% of the way" in texts()
    bar.show_engine("idle", "Ready.")
    assert "Ready." in texts()
    assert "Computing" not in texts()


def test_a_seed_is_shown_while_an_ensemble_is_drawn(qtbot):
    bar = StatusBar(DARK)
    qtbot.addWidget(bar)
    for text, on, said in (
        ("x' = -x", False, ""),
        ("x' = -x", True, "seed 7"),
        ("x <- cos(x)", True, ""),  # a map has none, whatever was switched on before
    ):
        experiment = Experiment(text, seed=3, ensemble=Ensemble(on=on, seed=7))
        bar.show_experiment(experiment, parse(text))
        assert bar._cells["seed"].text() == said


def test_a_failure_stands_there_until_it_is_over(qtbot):
    bar = StatusBar(DARK)
    qtbot.addWidget(bar)
    bar.show_engine("idle", "Ready.")
    bar.show_failure("cell.py, line 3: NameError: q.")
    assert bar._sentence.toolTip() == "cell.py, line 3: NameError: q."
    assert DARK.rose in bar._dot.styleSheet()
    bar.show_engine("busy", "Computing.")
    bar.show_engine("idle", "Ready.")
    assert bar._sentence.toolTip() == "cell.py, line 3: NameError: q."
    bar.show_failure("")
    assert bar._sentence.toolTip() == "Ready."
    assert DARK.teal in bar._dot.styleSheet()
