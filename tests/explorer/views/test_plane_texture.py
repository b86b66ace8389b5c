"""The texture of the flow in the phase plane: faint, and seen through."""

from __future__ import annotations

from dataclasses import replace

import frames
import numpy as np
import pytest
from pictures import colour_near, pixels, shown_plane
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import FlowTexture
from explorer.theme import DARK, LIGHT, Theme
from explorer.views.phase_plane import PhasePlane
from explorer.views.plane_texture import grains


def halves(x_name: str = "x") -> FlowTexture:
    """Nothing on the left, the strongest grains on the right."""
    x = np.linspace(-2.0, 2.0, 41)
    levels = np.tile(np.where(x > 0.0, 255, 0).astype(np.uint8), (41, 1))
    return FlowTexture(x_name, "y", x, x, levels, 1, 0.01, None, ())


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    view = shown_plane(qtbot, frames.rotation())
    for layer in view.layers():
        view.set_layer_visible(layer.name, layer.name == "texture")
    view.draw(Frame(2, {FlowTexture: halves()}))
    return view


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_grains_are_the_texts_colour_and_faint(plane: PhasePlane, theme: Theme) -> None:
    plane.apply_theme(theme)
    assert colour_near(plane, -1.0, 0.5, theme.card, tolerance=1)
    card, text = (np.array(QColor(name).getRgb()[:3], dtype=float) for name in (theme.card, theme.text))
    strength = (grains(theme)[-1] >> 24) / 255.0
    assert 0.1 < strength < 0.35
    mixed = QColor(*np.rint(card + strength * (text - card)).astype(int).tolist()).name()
    assert colour_near(plane, 1.0, 0.5, mixed, tolerance=3)


def test_it_is_asked_for_and_kept_only_while_it_is_on(plane: PhasePlane) -> None:
    assert FlowTexture in plane.wants()
    bare = pixels(plane)
    plane.set_layer_visible("texture", False)
    assert FlowTexture not in plane.wants()
    assert (pixels(plane) != bare).any()
    plane.set_layer_visible("texture", True)
    assert colour_near(plane, 1.0, 0.5, DARK.card, tolerance=1)  # the values may be others by now


def test_what_belongs_to_other_axes_is_not_drawn(plane: PhasePlane) -> None:
    before = pixels(plane)
    plane.draw(Frame(3, {FlowTexture: replace(halves("z"), levels=np.zeros((41, 41), dtype=np.uint8))}))
    assert (pixels(plane) == before).all()
    plane.reset(frames.experiment(), replace(frames.rotation(), components=("p", "q")).system())
    assert colour_near(plane, 1.0, 0.5, DARK.card, tolerance=1)


def test_why_there_is_none_is_told(plane: PhasePlane) -> None:
    plane.draw(Frame(3, absent={FlowTexture: "no plane through this"}))
    assert colour_near(plane, 1.0, 0.5, DARK.card, tolerance=1)
    plane.apply_theme(LIGHT)
    assert (plane.chips.text("texture"), plane.chips._hints["texture"]) == ("no texture", "no plane through this")
    plane.draw(Frame(4, {FlowTexture: halves()}))
    assert plane.chips.text("texture") == ""
    assert not colour_near(plane, 1.0, 0.5, LIGHT.card, tolerance=1)
