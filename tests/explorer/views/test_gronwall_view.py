"""Gronwall's cone over time: the distance, both cones, and what is said about them."""

from __future__ import annotations

from dataclasses import replace

import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, shown
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import GronwallCone
from explorer.theme import DARK
from explorer.views.gronwall_cone import GronwallConeView

T = np.linspace(0.0, 6.0, 401)
CONE = GronwallCone(0, 1, T, 0.1 * np.exp(-0.3 * T), 1.5, 0.25, 0.75, 401, 9, 2.0, "Dormand-Prince 5(4)")


@pytest.fixture
def view(qtbot: QtBot) -> GronwallConeView:
    return shown(qtbot, GronwallConeView(), frames.rotation(), Frame(1, {GronwallCone: CONE}, final=True), (760, 420))


def named(view: GronwallConeView) -> list[str]:
    return [entry.text() for entry in view.legend.entries()]


def test_the_distance_falls_inside_of_two_cones(view: GronwallConeView) -> None:
    def height(rate: float, t: float) -> float:
        return -1.0 + rate * t / np.log(10.0)

    assert colour_near(view, 4.0, height(-0.3, 4.0), DARK.series[0], reach=1)
    wide, sharp = view._bands.bands
    assert wide.low[-1] == pytest.approx(height(-1.5, 6.0))
    assert wide.high[-1] == pytest.approx(height(1.5, 6.0))
    assert sharp.low[-1] == pytest.approx(height(-0.75, 6.0))
    assert sharp.high[-1] == pytest.approx(height(0.25, 6.0))
    low, high = view.box.rectangle()[1]
    assert low < height(-0.75, 6.0)
    assert high > height(0.25, 6.0)


def test_a_cone_without_width_is_still_seen(view: GronwallConeView) -> None:
    view.draw(Frame(2, {GronwallCone: replace(CONE, growth=-0.3, decay=0.3)}, final=True))
    view.grab()
    line = -1.0 - 0.3 * T[::20] / np.log(10.0)
    assert any(colour_near(view, t, y, DARK.amber, reach=1) for t, y in zip(T[::20], line, strict=True))
    assert any(colour_near(view, t, y, DARK.series[0], reach=1) for t, y in zip(T[::20], line, strict=True))


def test_the_legend_says_the_rates_and_a_chip_how_they_were_found(view: GronwallConeView) -> None:
    assert named(view) == ["1 and 2", "μ = −0.75 … 0.25", "L = 1.5"]
    assert view.chips.text("sampled") == "401 × 9 points"
    assert "the largest at 401 times and 9 points" in view.chips._hints["sampled"]
    assert view.chips.text("leaves") == ""
    beyond = replace(CONE, distance=0.1 * np.exp(0.3 * T))
    view.draw(Frame(2, {GronwallCone: beyond}, final=True))
    # e^(0.3 t) is more than 1 % above e^(0.25 t) from t = 20 ln 1.01 on
    assert view.chips.text("leaves") == "leaves the cone at t = 0.21"
    unknown = replace(CONE, lipschitz=np.nan, growth=np.nan, decay=np.nan)
    view.draw(Frame(3, {GronwallCone: unknown}, final=True))
    assert named(view) == ["1 and 2", "no bounds: J is not finite"]
    assert view.chips.text("sampled") == ""
    assert view.chips.text("leaves") == ""


def test_why_there_is_none_stands_in_the_plot(view: GronwallConeView) -> None:
    view.draw(Frame(2, {}, final=True, absent={GronwallCone: "two trajectories are needed"}))
    assert view._note._text == "two trajectories are needed"
    assert view._note.isVisible()
    assert view.table().columns == {}


def test_the_mouse_and_the_data_tell_the_bounds(view: GronwallConeView) -> None:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, 3.0, -1.3)
    assert texts[-1].startswith("t = 3")
    assert "μ: " in texts[-1]
    columns = view.table().columns
    assert list(columns) == ["t", "distance", "lower", "lower_sharp", "upper_sharp", "upper"]
    assert columns["upper"] == pytest.approx(0.1 * np.exp(1.5 * T))
    view.box.show_rectangle(((0.0, 1.0), (-3.0, 0.0)))
    assert view.table(visible_only=True).columns["t"].max() <= 1.0
