"""The shipped fonts, for the tests of this folder only: other programs are given the same files."""

from __future__ import annotations

from collections.abc import Iterator

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
