"""Closed orbits as a layer of the phase plane."""

from __future__ import annotations

import frames
import numpy as np
import pytest
from closed_orbit_frames import circle, orbits
from pictures import count, pixels, shown_plane
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import ClosedOrbits
from explorer.canvas.colour import blend
from explorer.theme import DARK, LIGHT
from explorer.views.phase_plane import PhasePlane
from explorer.views.plane_cycles import _STRENGTH


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    view = shown_plane(qtbot, frames.rotation())
    for layer in view.layers():
        view.set_layer_visible(layer.name, layer.name == "cycles")
    return view


def show(plane: PhasePlane, *found: ClosedOrbits) -> None:
    for reading in found:
        plane.draw(Frame(2, {ClosedOrbits: reading}))


def band(theme_colour: str, card: str) -> str:
    return blend(card, theme_colour, _STRENGTH)


def names(plane: PhasePlane) -> list[str]:
    return [entry.text() for entry in plane.legend.entries()]


def test_an_attracting_cycle_is_a_band_with_its_period_in_the_legend(plane: PhasePlane) -> None:
    show(plane, orbits(circle("attracting", 1.5)))
    colour = band(DARK.teal, DARK.card)
    assert count(pixels(plane), colour) > 3000
    assert names(plane) == ["limit cycle, T = 6.6633"]
    plane.set_layer_visible("cycles", False)
    assert count(pixels(plane), colour) == 0
    assert names(plane) == []


def test_a_repelling_cycle_is_dashed(plane: PhasePlane) -> None:
    show(plane, orbits(circle("repelling", 1.5, 40.0)))
    painted = (
        np.abs(pixels(plane).astype(int) - np.array([int(DARK.rose[i : i + 2], 16) for i in (1, 3, 5)])) < 6
    ).all(axis=2)
    x_range, _ = plane.box.rectangle()
    length = 2 * np.pi * 1.5 * plane.box.width() / (x_range[1] - x_range[0])
    assert 0.2 * 3 * length < painted.sum() < 0.75 * 3 * length  # gaps between dashes of three pixels
    (entry,) = plane.legend.entries()
    assert entry.swatch == "dash"


def test_a_family_is_drawn_and_not_called_a_cycle(plane: PhasePlane) -> None:
    show(plane, orbits(circle("family", 1.5)))
    assert count(pixels(plane), band(DARK.violet, DARK.card)) > 3000
    assert names(plane) == []


def test_before_a_search_ends_nothing_of_the_last_is_left(plane: PhasePlane) -> None:
    show(plane, orbits(circle("attracting", 1.5)), ClosedOrbits(("x", "y")))
    assert count(pixels(plane), band(DARK.teal, DARK.card)) == 0
    assert names(plane) == []


def test_a_theme_recolours_it(plane: PhasePlane) -> None:
    show(plane, orbits(circle("attracting", 1.5)))
    plane.apply_theme(LIGHT)
    assert count(pixels(plane), band(LIGHT.teal, LIGHT.card)) > 3000
    assert count(pixels(plane), band(DARK.teal, DARK.card)) == 0


def test_another_system_begins_without(plane: PhasePlane) -> None:
    show(plane, orbits(circle("attracting", 1.5)))
    plane.reset(frames.experiment(), frames.rotation().system())
    assert names(plane) == []
