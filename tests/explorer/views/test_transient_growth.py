"""The growth of errors: a hump above the powers of the radius."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import mouse
import numpy as np
import pytest
from pictures import colour_near, shown
from pytestqt.qtbot import QtBot

from core.readings import TransientGrowth
from explorer.theme import DARK
from explorer.views.transient_growth import TransientGrowthView

SHEAR = np.array([[0.5, 10.0], [0.0, 0.5]])
KNOWN = [1.0, 10.0249, 10.0062, 7.5021, 5.0008, 3.1253]


@pytest.fixture
def reading() -> TransientGrowth:
    return frames.growth(maps.linear(SHEAR))


@pytest.fixture
def view(qtbot: QtBot, reading: TransientGrowth) -> TransientGrowthView:
    return shown(qtbot, TransientGrowthView(), maps.linear(SHEAR), frames.frame(reading), (560, 460))


def test_the_hump_and_the_powers_of_the_radius(view: TransientGrowthView) -> None:
    columns = view.table().columns
    assert columns["norm"][:6] == pytest.approx(KNOWN, abs=5e-5)
    assert columns["predicted"][:3] == pytest.approx([1.0, 0.5, 0.25])
    assert view.chips.text("peak") == "×10.02 at k = 1"
    assert view.chips.text("radius") == "ρ = 0.5"
    assert colour_near(view, 1.0, np.log10(10.0249), DARK.accent, reach=1)
    assert any(colour_near(view, x, x * np.log10(0.5), DARK.amber, reach=1) for x in np.linspace(2.0, 3.0, 12))


def test_no_growth_and_growth_without_end(view: TransientGrowthView, reading: TransientGrowth) -> None:
    view.draw(frames.frame(replace(reading, norms=0.5 ** np.arange(5.0))))
    assert view.chips.text("peak") == "no growth"
    view.draw(frames.frame(replace(reading, norms=2.0 ** np.arange(5.0), radius=2.0)))
    assert view.chips.text("peak") == "×16 at k = 4"
    view.draw(frames.frame(replace(reading, norms=np.array([1.0, 3.0, np.nan]), radius=np.nan, solved=False)))
    assert view.chips.text("radius") == ""
    assert view.chips.text("solved") == "no fixed point"
    assert np.isnan(view.table().columns["predicted"]).all()


def test_the_mouse_reads_a_power(view: TransientGrowthView) -> None:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, 2.1, 0.5)
    assert texts[-1] == "k = 2   |Jᵏ|₂ = 10.006   ρᵏ = 0.25"
    mouse.hover(view, 12.4, 0.9)
    assert texts[-1].startswith("k = 12")
