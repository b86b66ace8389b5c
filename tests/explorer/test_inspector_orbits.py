"""What the inspector tells of closed orbits, and when it is silent."""

from __future__ import annotations

import numpy as np
import pytest
from closed_orbit_frames import circle, orbits
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.readings import ClosedOrbits
from explorer.inspector_orbits import OrbitSection, multipliers_text
from explorer.theme import DARK, LIGHT


@pytest.fixture
def section(qtbot: QtBot) -> OrbitSection:
    section = OrbitSection(DARK)
    qtbot.addWidget(section)
    return section


def texts(section: OrbitSection) -> list[str]:
    return [shown.text() for shown in section.findChildren(QLabel) if shown.isVisible()]


def test_a_limit_cycle_has_period_kind_multipliers_and_range(section: OrbitSection) -> None:
    section.show_orbits(orbits(circle("attracting", 2.0)), 0)
    assert texts(section) == [
        "CLOSED ORBITS",
        "period 6.6633",
        "attracting limit cycle",
        "multipliers 1, 0.00086",
        "Half the range: x 2, y 2",
    ]


@pytest.mark.parametrize("found", [None, ClosedOrbits(("x", "y")), orbits()])
def test_without_one_there_is_no_line(section: OrbitSection, found: ClosedOrbits | None) -> None:
    section.show_orbits(orbits(circle("attracting")), 0)
    assert section.isVisible()
    section.show_orbits(found, 0)
    assert not section.isVisible()


def test_of_a_family_only_the_orbit_that_is_looked_at_and_its_own_comes_first(section: OrbitSection) -> None:
    reading = orbits(circle("family", 1.0), circle("family", 3.0), circle("repelling", 2.0, 40.0))
    section.show_orbits(reading, 1)
    shown = [text for text in texts(section) if text.startswith("Half")]
    assert shown == ["Half the range: x 3, y 3", "Half the range: x 2, y 2"]
    assert "closed orbit, one of a family" in texts(section)
    section.show_orbits(reading, 2)
    assert [text for text in texts(section) if "limit" in text or "family" in text] == ["repelling limit cycle"]


def test_multipliers_are_written_as_people_read_them() -> None:
    assert multipliers_text(circle("attracting", multiplier=np.nan)) == "1, ≈ 0"
    assert multipliers_text(circle("family", multiplier=1 - 3e-9)) == "1, 1"
    assert multipliers_text(circle("attracting", multiplier=-0.77)) == "1, -0.77"


def test_another_theme_recolours_the_kind(section: OrbitSection) -> None:
    section.show_orbits(orbits(circle("repelling", 2.0, 40.0)), 0)
    cell = next(one for one in section.findChildren(QLabel) if one.text() == "repelling limit cycle")
    assert cell.property("colour") == DARK.rose
    section.apply_theme(LIGHT)
    assert cell.property("colour") == LIGHT.rose
