"""Views on the screen, and their pictures as numbers."""

from __future__ import annotations

from typing import TypeVar

import fixed_point_frames
import frames
import map_frames
import numpy as np
from fixed_point_maps import MapExample
from landscape_frames import LandscapeExample
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from training_frames import LearningExample

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from explorer.canvas.item import CanvasItem
from explorer.canvas.plot_card import PlotCard
from explorer.canvas.plot_labels import EmptyNote
from explorer.canvas.projection import Projection
from explorer.theme import DARK
from explorer.views.iterate_plane import IteratePlane
from explorer.views.phase_plane import PhasePlane

Card = TypeVar("Card", bound=PlotCard)


def shown(
    qtbot: QtBot,
    view: Card,
    example: MapExample | frames.Example | LandscapeExample | LearningExample,
    frame: Frame | None = None,
    size: tuple[int, int] = (560, 460),
) -> Card:
    """A view on the screen, with a frame drawn where one is given."""
    # qtbot itself refers to it weakly: a test that is over must not leave a painting to the garbage collector
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.apply_theme(DARK)
    view.resize(*size)
    view.show()
    view.reset(Experiment(text=""), example.system())
    if frame is not None:
        view.draw(frame)
    view.grab()
    return view


def empty_notes(view: PlotCard) -> list[str]:
    """The sentences that stand where there are no data."""
    return [item.text for item in view.box.items_on_plot() if isinstance(item, EmptyNote) and item.isVisible()]


def colour_near(view: PlotCard, x: float, y: float, colour: str, reach: int = 2, tolerance: int = 40) -> bool:
    """Whether a pixel of about this colour is within `reach` pixels of the point (x, y) of the data."""
    in_box = view.box.projection().pixels(np.array([x, y]))
    at = view.plot.mapTo(view, view.plot.mapFromScene(view.box.mapToScene(*in_box.tolist())))
    part = pixels(view)[at.y() - reach : at.y() + reach + 1, at.x() - reach : at.x() + reach + 1]
    return count(part, colour, tolerance) > 0


def shown_plane(qtbot: QtBot, example: frames.Example) -> PhasePlane:
    """A phase plane that shows an example with every reading."""
    view = PhasePlane()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())  # as in `shown`
    view.apply_theme(DARK)
    view.resize(560, 560)
    view.show()
    view.reset(frames.experiment(), example.system())
    view.draw(frames.full_frame(example))
    view.grab()
    return view


def shown_fractal(qtbot: QtBot, system: System) -> IteratePlane:
    """A plane of one complex unknown, in a square of side 4, over a map of Newton's method."""
    view = IteratePlane()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.resize(700, 620)
    view.show()
    view.reset(Experiment(text=""), system)
    view.box.show_rectangle(((-2.0, 2.0), (-2.0, 2.0)))
    view.draw(fixed_point_frames.frame(map_frames.newton()))
    view.grab()
    return view


def on_black(item: CanvasItem, box: Projection, ratio: float = 1.0, scale: float = 1.0) -> QImage:
    """An item in a box, on a screen of that many device pixels a pixel, in an export that much larger."""
    item.set_projection(box)
    size = ratio * scale
    image = QImage(int(box.width * size), int(box.height * size), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(scale, scale)
    item.paint(painter, None)
    painter.end()
    return image


def pixels(view: QWidget) -> np.ndarray:
    """The picture as (height, width, 3)."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return data[:, : image.width(), 2::-1].astype(int)


def count(picture: np.ndarray, colour: str, tolerance: int = 12) -> int:
    """How many pixels have about this colour."""
    wanted = np.array(QColor(colour).getRgb()[:3])
    return int((np.abs(picture - wanted).max(axis=-1) <= tolerance).sum())
