"""What a plane says of its map: which solver it used instead of the chosen one, and why there is none."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import map_frames
import pytest
from pictures import shown_fractal
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.language import parse
from core.readings import PlaneMap
from explorer.views.iterate_plane import IteratePlane

COMPLEX = parse("0 = z^3 - 1\nsolve z = 1\nz in C\nview z [-2, 2]\n")


@pytest.fixture
def fractal(qtbot: QtBot) -> IteratePlane:
    return shown_fractal(qtbot, COMPLEX)


def test_the_solver_that_a_map_used_instead_is_told(fractal: IteratePlane) -> None:
    fractal.draw(frames.frame(replace(map_frames.newton(), instead_of="Picard", path="kernel")))
    assert fractal.chips.text("basins") == "3 ends, Newton's method instead of Picard"
    told = fractal.chips.accessibleName()
    assert "Picard comes to none of the roots in sight" in told
    assert "compiled loop" in told


def test_why_there_is_no_map_is_told(fractal: IteratePlane) -> None:
    fractal.reset(Experiment(text=""), COMPLEX)
    assert "looking for ends" in [entry.text() for entry in fractal.legend.entries()]
    fractal.draw(replace(frames.frame(), absent={PlaneMap: "no basins: the system is too large for them"}))
    assert fractal.chips.text("basins") == "no map"
    assert "too large for them" in fractal.chips.accessibleName()
    assert "looking for ends" not in [entry.text() for entry in fractal.legend.entries()]
    fractal.draw(frames.frame(map_frames.newton()))
    assert fractal.chips.text("basins").startswith("3 ends")


def test_why_a_map_stays_coarse_is_told(fractal: IteratePlane) -> None:
    coarse = map_frames.newton(step=4)
    fractal.draw(frames.frame(coarse))
    assert "longer" not in fractal.chips.accessibleName()
    fractal.draw(frames.frame(replace(coarse, short_of_time=True)))
    assert fractal.chips.text("basins").endswith("step 4")
    assert "would take longer than the seconds which the card Run allows" in fractal.chips.accessibleName()


def test_how_many_starts_end_there_is_told(fractal: IteratePlane) -> None:
    newton = map_frames.newton()
    told = fractal.chips.accessibleName()
    for end, name in enumerate(newton.names):
        assert f"{name}: {100.0 * float((newton.end == end).mean()):.2f} % of all starts" in told
