"""Separatrices as a layer of the phase plane."""

from __future__ import annotations

import frames
import numpy as np
import pytest
from pictures import colour_near, count, pixels, shown_plane
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.outcome import Outcome
from core.readings import Separatrices, Separatrix
from explorer.canvas.colour import blend
from explorer.theme import DARK
from explorer.views.phase_plane import PhasePlane
from explorer.views.plane_separatrices import _STRENGTH


def branch(eigenvalue: float, direction: tuple[float, float]) -> Separatrix:
    """A straight one out of the origin, to twice the direction."""
    along = np.linspace(0.001, 2.0, 40)
    end = Outcome("event", 1.0)
    points = along[:, None] * np.array(direction)
    return Separatrix(np.zeros(2), eigenvalue, np.sign(eigenvalue) * np.log(along), points, "border", None, end)


FOUND = Separatrices(("x", "y"), (branch(1.0, (1.0, 0.5)), branch(-1.0, (-0.5, 1.0))))


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    view = shown_plane(qtbot, frames.rotation())
    for layer in view.layers():
        view.set_layer_visible(layer.name, layer.name == "separatrices")
    view.draw(Frame(2, {Separatrices: FOUND}))
    return view


def test_unstable_branches_are_whole_and_stable_ones_dashed(plane: PhasePlane) -> None:
    rose = blend(DARK.card, DARK.rose, _STRENGTH)
    whole = [colour_near(plane, x, 0.5 * x, rose, reach=1) for x in np.linspace(0.3, 1.7, 60)]
    dashed = [colour_near(plane, -0.5 * y, y, DARK.teal, reach=1) for y in np.linspace(0.3, 1.7, 60)]
    assert np.mean(whole) > 0.9  # but for the rims of the heads
    assert 0.4 < np.mean(dashed) < 0.85
    assert [(entry.text(), entry.swatch) for entry in plane.legend.entries()] == [
        ("out of saddles", "line"),
        ("into saddles", "dash"),
    ]


def test_switched_off_it_is_neither_drawn_named_saved_nor_asked_for(plane: PhasePlane) -> None:
    assert Separatrices in plane.wants()
    plane.set_layer_visible("separatrices", False)
    assert count(pixels(plane), blend(DARK.card, DARK.rose, _STRENGTH)) == count(pixels(plane), DARK.teal) == 0
    assert plane.legend.entries() == ()
    assert Separatrices not in plane.wants()
    plane.draw(frames.full_frame(frames.rotation()))
    assert "manifold" not in plane.table().columns


def test_the_data_of_the_plot_hold_the_branches(plane: PhasePlane) -> None:
    plane.draw(frames.full_frame(frames.rotation()))
    columns = plane.table().columns
    stable = columns["manifold"] == "stable"
    assert {len(column) for column in columns.values()} == {len(stable)}
    assert np.array_equal(np.stack([columns["x"], columns["y"]], axis=1)[stable], FOUND.branches[1].points)
    assert set(columns["separatrix"][stable]) == {2}
    assert set(columns["trajectory"][columns["separatrix"] > 0]) == {0}
    assert set(columns["manifold"][columns["trajectory"] > 0]) == {""}
    seen = plane.table(visible_only=True).columns
    (low, high), _ = plane.box.rectangle()
    assert 0 < (seen["separatrix"] > 0).sum() <= (columns["separatrix"] > 0).sum()
    assert low <= seen["x"].min() <= seen["x"].max() <= high


def test_where_there_are_no_saddles_the_data_are_those_of_the_trajectories(plane: PhasePlane) -> None:
    plane.draw(frames.full_frame(frames.rotation()))
    plane.draw(Frame(3, {Separatrices: Separatrices(("x", "y"), ())}))
    assert "separatrix" not in plane.table().columns


def test_the_status_bar_tells_where_the_branch_under_the_mouse_goes(plane: PhasePlane) -> None:
    said: list[str] = []
    plane.readout.connect(said.append)
    place = plane.box.projection().pixels(np.array([1.0, 0.5])).tolist()
    plane.box.hover_moved.emit(QPointF(*place))
    assert said[-1].endswith("unstable branch of a saddle: it leaves the picture")


def test_it_is_on_at_first_where_the_plane_is_the_whole_space(plane: PhasePlane, qtbot: QtBot) -> None:
    def at_first(view: PhasePlane) -> list[bool]:
        return [layer.visible for layer in view.layers() if layer.name == "separatrices"]

    assert at_first(plane) == [True]
    assert at_first(shown_plane(qtbot, frames.lorenz())) == [False]
