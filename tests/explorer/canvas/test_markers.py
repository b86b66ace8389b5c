"""Equilibria and their labels."""

from __future__ import annotations

import frames
import pytest
from PySide6.QtCore import QPointF, QRectF

from explorer.canvas.chip import chip_rectangle
from explorer.canvas.equilibrium_markers import EquilibriumMarkers, PlacedEquilibrium, colour_of
from explorer.canvas.projection import Projection
from explorer.theme import DARK

pytestmark = pytest.mark.usefixtures("qapp")
AREA = QRectF(0, 0, 400, 300)


@pytest.mark.parametrize("anchor", [(200, 150), (399, 1), (1, 1), (399, 299), (1, 299)])
def test_a_chip_stays_inside_and_off_its_point(anchor: tuple[float, float]) -> None:
    place = chip_rectangle(QPointF(*anchor), ("unstable spiral", "λ = 0.5 ± 0.866i"), AREA)
    assert AREA.contains(place)
    assert not place.contains(QPointF(*anchor))


def markers(width: float) -> EquilibriumMarkers:
    """A pendulum's five equilibria on a plot of this width."""
    item = EquilibriumMarkers(DARK)
    found = frames.equilibria(frames.pendulum()).points
    item.set_equilibria([PlacedEquilibrium((float(one.point[0]), 0.0), one) for one in found])
    item.set_projection(Projection((-7.5, 7.5), (-3.0, 3.0), width, 300.0))
    item.ensure_layout()
    return item


def test_every_label_is_shown_where_there_is_room_and_none_on_another() -> None:
    wide = markers(1200.0)._labels
    assert sorted(wide) == [0, 1, 2, 3, 4]
    narrow = markers(220.0)._labels
    assert 0 < len(narrow) < 5
    for labels in (wide, narrow):
        places = list(labels.values())
        assert not any(a.intersects(b) for k, a in enumerate(places) for b in places[:k])


def test_the_mouse_finds_an_equilibrium_and_loses_it_again() -> None:
    item = markers(750.0)
    found = item.hover(QPointF(375.0, 150.0))
    assert found is not None
    assert found.equilibrium.label == "stable spiral"
    assert item.hover(QPointF(300.0, 20.0)) is None
    assert item.hover(None) is None


def test_each_meaning_has_its_colour() -> None:
    saddle, spiral = frames.equilibria(frames.pendulum()).points[1:3]
    unstable = frames.equilibria(frames.van_der_pol()).points[0]
    centre = frames.equilibria(frames.rotation()).points[0]
    assert [colour_of(one, DARK) for one in (saddle, spiral, unstable, centre)] == [
        DARK.amber,
        DARK.teal,
        DARK.rose,
        DARK.violet,
    ]
