"""Pictures of plots, sharper than the screen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsView

from core.atomic_file import write_atomically

from .. import style

if TYPE_CHECKING:
    from ..theme import Theme
    from ..view import View

LARGEST_SCALE = 8
_FLAT_CARD = "#card { border: 0; border-radius: 0; background: %s; }"


def picture(
    view: View, theme: Theme, *, on_screen: Theme | None = None, scale: int = 1, transparent: bool = False
) -> QImage:
    """Draw `view` as it is laid out, `scale` times as fine, in the colours of `theme`.

    on_screen: the theme that the view goes back to; None keeps `theme`. transparent: leave the background out.
    Raises ValueError for a scale that is not a whole number from 1 to 8, MemoryError where it is too large.
    """
    if scale not in range(1, LARGEST_SCALE + 1):
        raise ValueError(f"a picture is drawn at 1 to {LARGEST_SCALE} times its size, not {scale}")
    image = QImage(view.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise MemoryError(f"a picture of {view.width() * scale} x {view.height() * scale} points does not fit")
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent if transparent else QColor(theme.card))
    sheet, palette = view.styleSheet(), view.palette()
    view.setStyleSheet(style.sheet_of(theme) + _FLAT_CARD % ("transparent" if transparent else theme.card))
    view.setPalette(style.palette_of(theme))
    view.apply_theme(theme)
    if transparent:
        for plot in view.findChildren(QGraphicsView):
            plot.setBackgroundBrush(QBrush(Qt.BrushStyle.NoBrush))
            plot.viewport().setAutoFillBackground(False)
    try:
        painter = QPainter(image)
        view.render(painter)
        painter.end()
    finally:
        view.setStyleSheet(sheet)
        view.setPalette(palette)
        view.apply_theme(on_screen or theme)
    return image


def save_png(
    view: View,
    path: str | os.PathLike[str],
    theme: Theme,
    *,
    on_screen: Theme | None = None,
    scale: int = 2,
    transparent: bool = False,
) -> None:
    """Write `picture` of the same arguments to a PNG file. Raises OSError, ValueError, MemoryError."""
    image = picture(view, theme, on_screen=on_screen, scale=scale, transparent=transparent)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):
        raise OSError("the picture could not be encoded; choose a smaller scale")
    write_atomically(path, bytes(buffer.data().data()))
