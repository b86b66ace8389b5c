"""For the tests of this folder only: the shipped fonts, which other programs are given too, and short measurements."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import opened
import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def shipped_fonts(qapp: QApplication) -> Iterator[None]:
    """Inter and JetBrains Mono are there, as in the program."""
    assert qapp.platformName() == "offscreen"
    known = [QFontDatabase.addApplicationFont(file) for file in opened.FONTS]
    yield
    for font in known:
        QFontDatabase.removeApplicationFont(font)


@pytest.fixture(autouse=True)
def short_measurements(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured for as long as it may take is not measured to its end, and errors at a few points."""
    monkeypatch.setattr("core.analysis.gradient_memory._ALL", 1.0)
    monkeypatch.setattr("core.analysis.gradient_errors._TOLERANCES", 10.0 ** np.arange(-3.0, -8.5, -2.0))
    monkeypatch.setattr("core.analysis.gradient_errors._HORIZONS", 4)
