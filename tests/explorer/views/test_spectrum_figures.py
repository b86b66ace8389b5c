"""What the spectrum says beside its picture: figures with their meaning, damping by hand, layers too large for all."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import numpy as np
import pytest
from pictures import colour_near, shown
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QToolButton
from pytestqt.qtbot import QtBot

from core.readings import Spectrum
from explorer.theme import DARK
from explorer.views.spectrum import SpectrumView

TURN = 0.9 * np.array([[0.0, -1.0], [1.0, 0.0]])
TALL = (560, 760)


def turning(**changes: np.ndarray) -> Spectrum:
    reading = frames.spectrum(maps.linear(TURN))
    measures = replace(reading.measures, power_estimate=np.zeros(2))
    return replace(reading, measures=measures, **changes)


@pytest.fixture
def tall(qtbot: QtBot) -> SpectrumView:
    return shown(qtbot, SpectrumView(), maps.linear(TURN), frames.frame(turning()), TALL)


def figures(view: SpectrumView) -> dict[str, tuple[str, ...]]:
    return {row.name: row.figures for row in view.figures.rows()}


def test_figures_and_what_they_mean(tall: SpectrumView) -> None:
    found = figures(tall)
    assert found["radius ρ"] == ("0.9", "Picard converges")
    assert found["max Re λ"][1] == "flow stable"
    assert found["|J|₂"] == ("0.9", "contraction")
    assert found["|J|∞"] == ("0.9", "contraction")
    assert found["|J|₂ in the box"] == ("≥ 1.35", "no contraction")
    assert found["|J| Frobenius"][0] == "1.2728"  # 0.9 sqrt 2
    assert found["Hutchinson"][0] == "1.33 ± 0.1"  # sqrt(1.1 * 1.62), and 0.2 * 1.62 / (2 * 1.335) = 0.12
    assert found["(J + Jᵀ)/2"] == ("0", "monotone")
    # 1 - beta + 0.9 i beta is shortest at beta = 1 / 1.81, and 0.9 / sqrt(1.81) = 0.668965 long there
    assert found["ρ at β = 0.552"] == ("0.66897", "best β = 0.552")


def test_the_power_method_is_told_where_it_is_wrong(tall: SpectrumView) -> None:
    assert figures(tall)["power method"] == ("0.000", "true 0.900")
    row = next(row for row in tall.figures.rows() if row.name == "power method")
    assert "says 0.000 where the radius is 0.900" in row.hint
    right = turning()
    right = replace(right, measures=replace(right.measures, power_estimate=np.full(2, 0.9004)))
    tall.draw(frames.frame(right))
    assert "power method" not in figures(tall)


def test_a_low_card_keeps_what_decides(qtbot: QtBot) -> None:
    low = shown(qtbot, SpectrumView(), maps.linear(TURN), frames.frame(turning()), (370, 195))
    names = [row.name for row in low.figures.rows()]
    assert names[:4] == ["radius ρ", "power method", "max Re λ", "ρ at β = 0.552"]
    assert {len(row.figures) for row in low.figures.rows()} == {1}
    assert low.figures.wanted_height() <= low.figures.height()
    assert low.plot.width() >= 150


def test_the_slider_chooses_another_damping(tall: SpectrumView) -> None:
    slider, best = tall.findChild(QSlider), tall.findChild(QToolButton)
    assert isinstance(slider, QSlider)
    assert isinstance(best, QToolButton)
    assert best.isChecked()
    assert slider.value() == pytest.approx(10_000 * (0.552 - 0.01) / 0.99, abs=2)
    slider.setValue(round(10_000 * (0.25 - 0.01) / 0.99))
    assert not best.isChecked()
    # 1 - 0.25 (1 - 0.9 i)
    assert figures(tall)["ρ at β = 0.25"][0] == f"{abs(0.75 + 0.225j):.5g}"
    assert tall.chips.text("damping") == f"β = 0.25: {abs(0.75 + 0.225j):.4g}"
    assert any(entry.text() == "damped by 0.25" for entry in tall.legend.entries())
    assert colour_near(tall, 0.75, 0.225, DARK.violet, reach=1, tolerance=12)
    assert not colour_near(tall, 0.448, 0.497, DARK.violet, reach=1, tolerance=12)
    tall.draw(frames.frame(turning()))
    assert "ρ at β = 0.25" in figures(tall)
    QTest.mouseClick(best, Qt.MouseButton.LeftButton)
    assert "ρ at β = 0.552" in figures(tall)
    assert colour_near(tall, 0.448, 0.497, DARK.violet, reach=1, tolerance=12)
    slider.setValue(10_000)
    assert tall.chips.text("damping") == "β = 1: 0.9"
    assert not any("damped" in entry.text() for entry in tall.legend.entries())


def test_of_a_large_layer_it_says_how_much_is_known(tall: SpectrumView) -> None:
    trusted = np.array([[True, False], [True, True]])
    unknown = np.full(2, np.nan)
    large = turning(converged=trusted, at=np.zeros((2, 1000)), radius=unknown, condition=unknown, damping=unknown)
    large = replace(large, measures=replace(large.measures, frobenius=unknown, infinity_norm=unknown))
    tall.draw(frames.frame(large))
    assert tall.chips.text("found") == "1 of 1000"
    assert tall.chips.text("radius") == "ρ unknown"
    assert tall.chips.text("condition") == tall.chips.text("damping") == ""
    assert tall.caution.isHidden()
    assert not {"radius ρ", "power method", "|J| Frobenius", "|J|∞", "cond(I − J)"} & figures(tall).keys()
    assert "|J|₂" in figures(tall)


def test_samples_that_were_left_out_are_not_passed_off_as_others(tall: SpectrumView) -> None:
    tall.draw(frames.frame(turning(samples=np.array([0, 90]))))
    tall.set_selected(90)
    assert tall.chips.text("sample") == ""
    assert tall.table().columns["sample"].tolist() == [1, 1, 91, 91]
    tall.set_selected(40)
    assert tall.chips.text("sample") == "sample 1"
