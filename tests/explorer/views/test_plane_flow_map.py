"""The grid of the flow map in the phase plane: it goes with the playhead, and says how areas change."""

from __future__ import annotations

from dataclasses import replace

import flow_map_frames as maps
import frames
import numpy as np
import pytest
from pictures import colour_near, pixels, shown_plane
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, Integration
from core.frame import Frame
from core.readings import FlowMap
from explorer.canvas.chip_row import ChipRow
from explorer.canvas.colour import blend
from explorer.canvas.colour_bar import ColourBar
from explorer.canvas.key_line import KeyLine
from explorer.theme import DARK, LIGHT, Theme
from explorer.views.phase_plane import PhasePlane
from explorer.views.plane_flow_map import spread_words, tint_scale


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    view = shown_plane(qtbot, frames.rotation())
    for layer in view.layers():
        view.set_layer_visible(layer.name, layer.name == "flow_map")
    view.draw(Frame(2, {FlowMap: maps.shrinking()}))
    view.set_cursor(0.0)
    return view


def menu(view: PhasePlane) -> QComboBox:
    return next(box for box in view.findChildren(QComboBox) if box.accessibleName().startswith("Lines of the grid"))


def told(view: PhasePlane) -> str:
    """What the line below the heading says of the middle."""
    chips = menu(view).parentWidget().findChild(ChipRow)
    return "" if chips is None else chips.text("grid")


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_it_is_square_at_first_and_tinted_where_cells_have_shrunk(plane: PhasePlane, theme: Theme) -> None:
    plane.apply_theme(theme)
    line = blend(theme.card, theme.text, 0.6)
    assert colour_near(plane, 0.5, 1.0, line)
    assert colour_near(plane, 0.5, 0.5, theme.card, tolerance=3)
    t = 1.5
    plane.set_cursor(t)
    scale = tint_scale(maps.shrinking())
    assert scale is not None
    assert colour_near(plane, 0.2, 0.05, scale.colour(-t, theme), tolerance=8)
    corner = np.exp(-0.5 * t) * np.array([np.cos(t), -np.sin(t)])  # where the point (1, 0) is
    assert colour_near(plane, *corner.tolist(), line, tolerance=60)
    assert colour_near(plane, 1.9, 1.9, theme.card, tolerance=3)


def test_the_heading_tells_the_area_and_the_key_its_colours(plane: PhasePlane) -> None:
    assert told(plane) == "area × 1"
    plane.set_cursor(2.0)
    assert told(plane) == "area × 0.1353"
    assert [bar.ends() for bar in plane.findChildren(ColourBar) if bar.isVisible()] == [("×0.0025", "×403")]
    plane.set_cursor(-1.0)
    assert told(plane) == "the grid begins with the time span"
    plane.set_layer_visible("flow_map", False)
    assert not menu(plane).isVisible()


def test_its_lines_are_chosen_in_the_heading(plane: PhasePlane, qtbot: QtBot) -> None:
    assert (menu(plane).isVisible(), menu(plane).currentText()) == (True, "17 lines")
    menu(plane).setCurrentIndex(2)
    with qtbot.waitSignal(plane.integration_edited, timeout=500) as edited:
        menu(plane).activated.emit(2)
    assert edited.args == ["grid_lines", 33]
    system = frames.rotation().system()
    plane.show_experiment(Experiment("", integration=Integration(grid_lines=12)), system)
    assert [menu(plane).itemText(place) for place in range(4)] == ["9 lines", "12 lines", "17 lines", "33 lines"]
    assert menu(plane).currentText() == "12 lines"
    plane.reset(Experiment(""), system)
    assert (menu(plane).count(), menu(plane).currentText()) == (3, "17 lines")


def test_it_is_asked_for_only_while_it_is_on_and_where_there_is_one(plane: PhasePlane, qtbot: QtBot) -> None:
    assert FlowMap in plane.wants()
    plane.set_layer_visible("flow_map", False)
    assert FlowMap not in plane.wants()
    assert "flow_map" not in [layer.name for layer in shown_plane(qtbot, frames.decay()).layers()]


def test_the_lines_of_its_layers_are_there_only_in_a_system_that_has_them(plane: PhasePlane) -> None:
    plane.set_layer_visible("vorticity", True)
    bars = plane.findChildren(KeyLine)
    assert [bar.isVisible() for bar in bars] == [True, True]
    plane.reset(frames.experiment(), frames.decay().system())
    assert [bar.isVisible() for bar in bars] == [False, False]
    plane.set_layer_visible("divergence", True)
    assert [bar.isVisible() for bar in bars] == [True, False]
    plane.set_layer_visible("vorticity", True)
    plane.reset(frames.experiment(), frames.rotation().system())
    assert [bar.isVisible() for bar in bars] == [True, True]


def test_other_axes_and_reasons(plane: PhasePlane) -> None:
    before = pixels(plane)
    plane.draw(Frame(3, {FlowMap: replace(maps.blowing_up(), x_name="z")}))
    assert (pixels(plane) == before).all()
    plane.draw(Frame(4, absent={FlowMap: "no grid of 9 components"}))
    assert told(plane) == "no grid"
    plane.apply_theme(LIGHT)
    assert told(plane) == "no grid"
    plane.set_layer_visible("flow_map", False)
    plane.set_layer_visible("flow_map", True)
    assert told(plane) == ""
    plane.draw(Frame(5, absent={FlowMap: "no grid of 9 components"}))
    plane.reset(frames.experiment(), frames.rotation().system())
    assert told(plane) == ""


def test_words_of_what_was_measured() -> None:
    reading = replace(maps.shrinking(), centre_area=np.full(61, 0.5))
    short, long = spread_words(reading, 1.0, 0.125)
    assert short == "area × 0.3679"
    assert "as measured: × 0.5" in long
    assert "12 % of the lines in sight" in long
    slice_words = spread_words(replace(reading, size=3, centre_area=np.full(61, np.nan)), 1.0, 0.0)
    assert slice_words[0] == "volume × 0.3679"
    assert "measured" not in slice_words[1]
    assert spread_words(replace(reading, centre_log_det=np.full(61, np.nan)), 1.0, 0.0)[0] == ""
    assert tint_scale(maps.blowing_up()) is None  # an area that stays as it is has no colours
