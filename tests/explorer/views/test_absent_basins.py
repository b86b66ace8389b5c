"""Why there are no basins is told as long as there are none."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import map_frames
from pictures import shown
from pytestqt.qtbot import QtBot

from core.readings import PlaneMap
from explorer.theme import DARK, LIGHT
from explorer.views.iterate_plane import IteratePlane


def test_the_reason_stays_in_another_theme_and_goes_with_the_first_map(qtbot: QtBot) -> None:
    view = shown(qtbot, IteratePlane(), maps.turning())
    view.set_layer_visible("basins", True)
    view.draw(replace(frames.frame(), absent={PlaneMap: "no map of this"}))
    for theme in (LIGHT, DARK):
        view.apply_theme(theme)
        assert view.chips.text("basins") == "no map"
        assert "looking for ends" not in [entry.text() for entry in view.legend.entries()]
    view.draw(frames.frame(map_frames.newton(("x", "y"))))
    assert view.chips.text("basins") != "no map"
