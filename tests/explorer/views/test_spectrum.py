"""The spectrum: a round unit circle, honest colours, the numbers that decide."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import mouse
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import Spectrum
from explorer.theme import DARK, LIGHT
from explorer.views.spectrum import SpectrumView

FLIP = np.array([[-1.04928, 0.0, 0.0], [0.0, 0.3, -0.6], [0.0, 0.6, 0.3]])


@pytest.fixture
def reading() -> Spectrum:
    return frames.spectrum(maps.linear(FLIP))


@pytest.fixture
def plane(qtbot: QtBot, reading: Spectrum) -> SpectrumView:
    return shown(qtbot, SpectrumView(), maps.linear(FLIP), frames.frame(reading), (560, 460))


@pytest.mark.parametrize("size", [(420, 260), (420, 700), (960, 760)])
def test_the_unit_circle_is_round(qtbot: QtBot, reading: Spectrum, size: tuple[int, int]) -> None:
    view = shown(qtbot, SpectrumView(), maps.linear(FLIP), frames.frame(reading), size)
    across, up = view.box.projection().scale
    assert across == pytest.approx(-up, rel=1e-6)
    (left, right), (bottom, top) = view.box.rectangle()
    assert max(left, bottom) < -1.0 < 1.0 < min(right, top)


def test_eigenvalues_stand_where_they_are(plane: SpectrumView) -> None:
    assert colour_near(plane, 0.3, 0.6, DARK.colour_of(0), reach=0, tolerance=5)
    assert colour_near(plane, 0.3, -0.6, DARK.colour_of(0), reach=0, tolerance=5)
    assert colour_near(plane, -1.04928, 0.0, DARK.amber, reach=0, tolerance=5)
    assert not colour_near(plane, 0.3, 0.6, DARK.amber)


def test_a_mark_tells_where_its_eigenvalue_is_stable(plane: SpectrumView, reading: Spectrum) -> None:
    values = reading.eigenvalues.copy()
    values[0] = [-1.5, 1.2, 0.3]
    plane.draw(frames.frame(replace(reading, eigenvalues=values)))
    plane.fit()
    for x, colour in ((-1.5, DARK.amber), (1.2, DARK.rose), (0.3, DARK.colour_of(0))):
        assert colour_near(plane, x, 0.0, colour, reach=0, tolerance=5), x
    names = [entry.text() for entry in plane.legend.entries()]
    assert names[:5] == ["stable", "only as a flow", "in neither", "|λ| < 1", "Re λ < 1"]
    values[0] = [0.9j, -0.9j, 0.3]
    trusted = np.ones((2, 3), bool)
    trusted[0, :2] = False
    plane.draw(frames.frame(replace(reading, eigenvalues=values, converged=trusted)))
    assert not colour_near(plane, 0.0, 0.9, DARK.colour_of(0), reach=1)
    assert colour_near(plane, 0.3, 0.0, DARK.colour_of(0), reach=0, tolerance=5)


def test_the_chips_tell_what_decides(plane: SpectrumView, reading: Spectrum) -> None:
    assert plane.chips.text("radius") == "ρ = 1.04928"
    assert 0 < reading.damping[0] < 2 / 2.04928  # what an eigenvalue left of -1 asks for
    rate = max(abs(1 - reading.damping[0] * (1 - value)) for value in reading.eigenvalues[0])
    assert plane.chips.text("damping") == f"β = {reading.damping[0]:.3g}: {rate:.4g}"
    assert plane.chips.text("condition").startswith("cond(I − J) = ")
    assert plane.chips.text("solved") == plane.chips.text("found") == plane.chips.text("sample") == ""


def _chip_colour(view: SpectrumView, colour: str) -> int:
    return count(pixels(view.chips), colour, 60)


def test_a_radius_of_one_or_more_is_a_warning(plane: SpectrumView) -> None:
    assert _chip_colour(plane, DARK.rose) > 10
    calm = frames.spectrum(maps.linear(0.5 * FLIP))
    plane.draw(frames.frame(calm))
    assert plane.chips.text("radius") == "ρ = 0.52464"
    assert _chip_colour(plane, DARK.rose) == 0


def test_the_disc_of_damping_touches_one_and_holds_every_eigenvalue(plane: SpectrumView, reading: Spectrum) -> None:
    beta = float(reading.damping[0])
    edge = 1.0 - 2.0 / beta
    assert (np.abs(1 - beta + beta * reading.eigenvalues[0]) < 1).all()
    plane.box.show_rectangle(((edge - 0.1, edge + 0.1), (-0.1, 0.1)))
    plane.grab()
    assert any(colour_near(plane, edge, y, DARK.violet, 2, 60) for y in np.linspace(-0.04, 0.04, 9))
    assert any(entry.text() == f"damped by {beta:.3g}" for entry in plane.legend.entries())


def test_no_damping_and_a_fold_are_told(plane: SpectrumView, reading: Spectrum) -> None:
    assert plane.caution.isHidden()
    nan = np.full(2, np.nan)
    measures = replace(reading.measures, abscissa=np.ones(2))
    hopeless = replace(reading, damping=nan, damped_radius=nan, measures=measures, condition=np.array([np.inf, 3e6]))
    plane.draw(frames.frame(hopeless))
    assert plane.chips.text("damping") == "no damping helps"
    assert plane.chips.text("condition") == "cond(I − J) = ∞"
    assert not plane.caution.isHidden()
    assert "folds" in plane.caution.text()
    assert not any("damped" in entry.text() for entry in plane.legend.entries())


def test_a_point_that_is_no_fixed_point_is_called_so(plane: SpectrumView, reading: Spectrum) -> None:
    plane.draw(frames.frame(replace(reading, solved=np.array([False, True]))))
    assert plane.chips.text("solved") == "no fixed point"
    plane.set_selected(1)
    assert plane.chips.text("solved") == ""


def test_the_flow_is_stable_left_of_one(plane: SpectrumView) -> None:
    picture = pixels(plane)
    plain = count(picture, DARK.card, 2)
    assert plain > 1000
    assert not colour_near(plane, 0.95, 0.9, DARK.card, 1, 2)
    assert colour_near(plane, 1.12, 0.95, DARK.card, 1, 2)


def test_the_mouse_reads_an_eigenvalue_and_picks_its_sample(plane: SpectrumView, reading: Spectrum) -> None:
    values = reading.eigenvalues.copy()
    values[1] *= 0.5
    plane.draw(frames.frame(replace(reading, eigenvalues=values)))
    plane.grab()
    texts: list[str] = []
    found: list[object] = []
    chosen: list[object] = []
    plane.readout.connect(texts.append)
    plane.hovered.connect(found.append)
    plane.selected.connect(chosen.append)
    mouse.hover(plane, -1.04928, 0.0)
    assert texts[-1] == "λ = −1.049   |λ| = 1.04928   stable only as a flow   sample 1"
    mouse.hover(plane, 0.15, 0.3)
    assert texts[-1].endswith("sample 2")
    assert found[-1] == 1
    mouse.click(plane, 0.15, -0.3)
    assert chosen == [1]
    mouse.hover(plane, 0.9, 0.9)
    assert found[-1] is None
    assert "modulus" in texts[-1]


def test_other_samples_are_faint(plane: SpectrumView, reading: Spectrum) -> None:
    values = reading.eigenvalues.copy()
    values[1] = [0.8j, -0.8j, -0.7]
    plane.draw(frames.frame(replace(reading, eigenvalues=values)))
    assert not colour_near(plane, 0.0, 0.8, DARK.colour_of(1))
    plane.set_hovered(1)
    assert colour_near(plane, 0.0, 0.8, DARK.colour_of(1), reach=0)
    assert not colour_near(plane, 0.3, 0.6, DARK.colour_of(0))


def test_axes_grow_with_the_eigenvalues_until_a_person_zooms(plane: SpectrumView, reading: Spectrum) -> None:
    plane.draw(frames.frame(replace(reading, eigenvalues=3 * reading.eigenvalues)))
    assert plane.box.rectangle()[0][0] < -3.1
    mouse.drag(plane, (1.5, 1.0), (1.7, 1.0))
    before = plane.box.rectangle()
    plane.draw(frames.frame(replace(reading, eigenvalues=9 * reading.eigenvalues)))
    assert plane.box.rectangle() == before
    plane.fit()
    assert plane.box.rectangle()[0][0] < -9


def test_the_table_holds_every_eigenvalue(plane: SpectrumView, reading: Spectrum) -> None:
    columns = plane.table().columns
    assert list(columns) == ["sample", "real", "imaginary", "modulus", "converged", "residual"]
    assert columns["modulus"] == pytest.approx(np.abs(reading.eigenvalues).ravel())
    plane.box.show_rectangle(((0.2, 0.4), (0.5, 0.7)))
    seen = plane.table(visible_only=True).columns
    assert seen["real"] == pytest.approx([0.3, 0.3])  # of both samples


def test_nothing_yet_and_another_theme(qtbot: QtBot, reading: Spectrum) -> None:
    view = shown(qtbot, SpectrumView(), maps.linear(FLIP))
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    view.draw(Frame(1))
    view.draw(frames.frame(reading))
    view.apply_theme(LIGHT)
    assert empty_notes(view) == []
    assert colour_near(view, 0.3, 0.6, LIGHT.colour_of(0), reach=0)
    none = frames.spectrum(replace(maps.linear(FLIP), starts=((0.0, 0.0, 0.0),)), [np.zeros(3)])
    none = replace(none, **{name: value[:0] for name, value in vars(none).items() if name != "measures"})
    view.draw(frames.frame(none))
    view.set_selected(3)
    view.grab()
    assert len(empty_notes(view)) == 1
    assert view.chips.text("radius") == ""
