"""Pictures of plots, sharper than the screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPalette
from PySide6.QtWidgets import QGraphicsView, QWidget

from core.atomic_file import write_atomically

from .. import style
from ..hint import Hint

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
    with _dressed(view, theme, on_screen or theme, "transparent" if transparent else theme.card):
        view.render(image, renderFlags=QWidget.RenderFlag.DrawChildren)
    return image


@contextmanager
def _dressed(view: View, theme: Theme, afterwards: Theme, background: str) -> Iterator[None]:
    """The view in another theme, flat, on `background`; then as it was."""
    parts = [view, *view.findChildren(QGraphicsView)]
    sheets = [part.styleSheet() for part in parts]
    own_palette = view.testAttribute(Qt.WidgetAttribute.WA_SetPalette)
    palette = view.palette() if own_palette else QPalette()  # an empty one goes on following the program's
    advice = [hint for hint in view.findChildren(Hint) if hint.isVisible()]
    for hint in advice:
        hint.hide()
    view.setStyleSheet(style.sheet_of(theme) + _FLAT_CARD % background)
    view.setPalette(style.palette_of(theme))
    view.apply_theme(theme)
    if background == "transparent":
        for plot in parts[1:]:
            plot.setBackgroundBrush(QBrush(Qt.BrushStyle.NoBrush))
            plot.setStyleSheet("background: transparent")  # without it the plot's kept background is filled
    try:
        yield
    finally:
        for part, sheet in zip(parts, sheets, strict=True):
            part.setStyleSheet(sheet)
        view.setPalette(palette)
        view.apply_theme(afterwards)
        for hint in advice:
            hint.show()


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
