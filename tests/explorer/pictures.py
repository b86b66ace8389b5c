"""Views on the screen, and their pictures as numbers."""

from __future__ import annotations

import frames
import numpy as np
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.theme import DARK
from explorer.views.phase_plane import PhasePlane


def shown_plane(qtbot: QtBot, example: frames.Example) -> PhasePlane:
    """A phase plane that shows an example with every reading."""
    view = PhasePlane()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(560, 560)
    view.show()
    view.reset(frames.experiment(), example.system())
    view.draw(frames.full_frame(example))
    view.grab()
    return view


def pixels(view: QWidget) -> np.ndarray:
    """The picture as (height, width, 3)."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return data[:, : image.width(), 2::-1].astype(int)


def count(picture: np.ndarray, colour: str, tolerance: int = 12) -> int:
    """How many pixels have about this colour."""
    wanted = np.array(QColor(colour).getRgb()[:3])
    return int((np.abs(picture - wanted).max(axis=-1) <= tolerance).sum())
