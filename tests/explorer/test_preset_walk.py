"""Every preset after every kind of other: what a plot keeps of the last system never meets the next one's names."""

from __future__ import annotations

import random

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from core.presets import names as preset_names
from explorer.application import Program
from explorer.window_state import WindowState

WAIT = 20_000


@pytest.mark.parametrize("half", [0, 1])
def test_every_preset_is_chosen_after_another_in_one_window(qtbot, tmp_path, monkeypatch, half):
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    program = Program(QApplication.instance(), WindowState(tmp_path / "state"), inline=True)
    program.window.resize(1280, 720)
    program.window.show()
    qtbot.waitExposed(program.window)
    conductor = program.furnish()
    answered = []
    conductor.solving.frame_taken.connect(answered.append)
    names = list(preset_names())
    random.Random(0).shuffle(names)
    for name in ["julia", "logistic", *names[half::2]]:
        answered.clear()
        conductor.choosing.choose(name)
        for view in conductor.stage.fitting:
            for layer in view.layers():
                view.set_layer_visible(layer.name, True)
        qtbot.waitUntil(lambda: any(map(conductor.solving.is_newest, answered)), timeout=WAIT)
        QApplication.processEvents()
    program.window.close()
    program.end()
