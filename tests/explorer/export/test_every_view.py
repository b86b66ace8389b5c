"""Every view leaves the program: as PNG, SVG and PDF, and its data as CSV, with a preset that it is about."""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import replace
from functools import cache
from pathlib import Path

import opened
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from core import presets
from core.experiment import Section
from core.frame import Frame
from core.language import System, parse
from core.readings import SolversInside, TrainingProgress
from core.request import Request
from core.runner import frames
from core.training_state import TrainingTask
from explorer.export.plot_table import save_table
from explorer.export.saving import save_picture
from explorer.stage import fitting
from explorer.theme import LIGHT
from explorer.view import View
from explorer.views import views

SHOWN_WITH = (
    *("van_der_pol", "neuron", "circle_and_hyperbola", "tutorial_stream_0", "self_attention", "narrow_valley"),
    *("nagumo_front", "euler_drift", "linear_flow", "logistic_flow", "concentric_circles"),
)
"""Presets that together have every view."""


@cache
def system_of(preset: str) -> System:
    experiment, _ = presets.load_preset(preset)
    return parse(experiment.text, experiment.tensors)


def preset_for(made: type[View]) -> str:
    return next(preset for preset in SHOWN_WITH if made in fitting(views(), system_of(preset)))


def drawn(view: View, preset: str) -> Frame:
    """The view as a person sees it once the run is over."""
    experiment, _ = presets.load_preset(preset)
    if SolversInside in view.wanted:  # of a race with somebody who remembers
        experiment = replace(experiment, root=replace(experiment.root, rivals=("anderson", "broyden")))
    if view.of_race:
        experiment = replace(experiment, integration=replace(experiment.integration, rivals=("euler", "rk4")))
    if view.of_section:
        experiment = replace(experiment, section=Section(True, ("x", "y"), (0.0, 0.0), (4.0, 0.0)))
    view.resize(720, 480)
    view.apply_theme(LIGHT)
    view.reset(experiment, system_of(preset))
    view.grab()
    task = TrainingTask(iterations=5) if TrainingProgress in view.wanted and experiment.training.data else None
    frame = deque(frames(Request(experiment, view.wanted, view.viewport(), training=task)), maxlen=1).pop()
    assert frame.error is None
    view.draw(frame)
    view.grab()
    return frame


@pytest.mark.parametrize("made", views())
def test_pictures_in_every_format_and_data(qtbot: QtBot, tmp_path: Path, made: type[View]) -> None:
    view = made()
    qtbot.addWidget(view)
    drawn(view, preset_for(made))
    for ending in (".png", ".svg", ".pdf"):
        save_picture(view, tmp_path / f"a{ending}", LIGHT)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (1440, 960)
        assert len(picture.convert("RGB").getcolors(10**7) or ()) > 50
    for ending in (".svg", ".pdf"):
        # a page with much upright text is read letter by letter
        written = "".join("".join(opened.texts(tmp_path / f"a{ending}")).split())
        assert "".join(view.title.split()) in written
        shown = opened.pixels(tmp_path / f"a{ending}", 2)
        assert len({tuple(pixel) for pixel in shown[::5, ::5].reshape(-1, 4).tolist()}) > 20
    table = view.table()
    save_table(tmp_path / "a.csv", table, view.title)
    rows = list(csv.reader(line for line in (tmp_path / "a.csv").read_text().splitlines() if not line.startswith("#")))
    assert rows[0] == list(table.columns)
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(table.columns)}
