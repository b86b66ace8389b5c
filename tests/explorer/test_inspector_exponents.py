"""Lyapunov exponents in the inspector."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.readings import LyapunovExponents
from core.readings.lyapunov_exponents import no_exponents
from explorer.inspector_exponents import ExponentSection, uncertain_text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.90564, 0.0181, "0.906 ± 0.018"),
        (-14.5746, 0.0145, "-14.575 ± 0.015"),
        (-0.00002, 0.0059, "0.0000 ± 0.0059"),
        (-1.0, 0.0, "-1.0000000 ± 0.0000000"),
        (123.4, 20.0, "123 ± 20"),
    ],
)
def test_a_number_has_the_digits_that_its_error_leaves(value: float, error: float, text: str) -> None:
    assert uncertain_text(value, error) == text


def test_they_are_shown_with_errors_and_hidden_when_unknown(qtbot: QtBot) -> None:
    section = ExponentSection()
    qtbot.addWidget(section)
    assert not section.isVisible()
    chaos = LyapunovExponents(np.array([0.9056, 0.0, -14.5723]), np.full(3, 0.01), 1200.0, 1)
    section.show_exponents(chaos)
    shown = [one.text() for one in section.findChildren(QLabel) if one.isVisible()]
    assert shown[1] == "0.906 ± 0.010\n0.000 ± 0.010\n-14.572 ± 0.010\nsum -13.6667"
    assert shown[2] == "Of trajectory 2, over a time of 1200. Chaotic: trajectories beside it part from it."
    section.show_exponents(no_exponents())
    assert not section.isVisible()
    section.show_exponents(None)
    assert not section.isVisible()
