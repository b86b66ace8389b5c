"""What the status bar says of a run."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from core.frame import Frame, Progress
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
