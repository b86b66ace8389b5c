"""Pictures of plots, sharper than the screen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from core.atomic_file import write_atomically

from .caption import PROGRAM, Caption
from .carried import MARK
from .dressing import dressed
from .png_text import with_texts

if TYPE_CHECKING:
    from ..theme import Theme
    from ..view import View

LARGEST_SCALE = 8
LARGEST_SCALE_OF_WINDOW = 4


def picture(
    view: View, theme: Theme, *, on_screen: Theme | None = None, scale: int = 1, transparent: bool = False
) -> QImage:
    """Draw `view` as it is laid out, `scale` times as fine, in the colours of `theme`.

    on_screen: the theme that the view goes back to; None keeps `theme`. transparent: leave the background out.
    Raises ValueError for a scale that is not a whole number from 1 to 8, MemoryError where it is too large.
    """
    if scale not in range(1, LARGEST_SCALE + 1):
        raise ValueError(f"a picture is drawn at 1 to {LARGEST_SCALE} times its size, not {scale}")
    image = _blank(view.size(), scale)
    image.fill(Qt.GlobalColor.transparent if transparent else QColor(theme.card))
    with dressed(view, theme, on_screen, transparent=transparent):
        view.render(image, renderFlags=QWidget.RenderFlag.DrawChildren)
    return image


def window_picture(window: QWidget, scale: int = 1) -> QImage:
    """Draw the whole window as it stands on the screen, `scale` times as fine.

    Raises ValueError for a scale that is not a whole number from 1 to 4, MemoryError where it is too large.
    """
    if scale not in range(1, LARGEST_SCALE_OF_WINDOW + 1):
        raise ValueError(f"the window is drawn at 1 to {LARGEST_SCALE_OF_WINDOW} times its size, not {scale}")
    image = _blank(window.size(), scale)
    image.fill(window.palette().window().color())
    window.render(image)
    return image


def save_png(
    view: View,
    path: str | os.PathLike[str],
    theme: Theme,
    *,
    on_screen: Theme | None = None,
    scale: int = 2,
    transparent: bool = False,
    caption: Caption = Caption(),  # noqa: B008 - frozen
) -> None:
    """Write `picture` of the same arguments to a PNG file. Raises OSError, ValueError, MemoryError."""
    save_image(path, picture(view, theme, on_screen=on_screen, scale=scale, transparent=transparent), caption)


def save_image(path: str | os.PathLike[str], image: QImage, caption: Caption = Caption()) -> None:  # noqa: B008
    """Write an image to a PNG file, with what `caption` says as its text. Raises OSError."""
    texts = {"Title": caption.title, "Description": caption.description, "Software": PROGRAM, MARK: caption.experiment}
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):
        raise OSError("the picture could not be encoded; choose a smaller scale")
    write_atomically(path, with_texts(bytes(buffer.data().data()), texts))


def _blank(size: QSize, scale: int) -> QImage:
    image = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise MemoryError(f"a picture of {size.width() * scale} x {size.height() * scale} points does not fit")
    image.setDevicePixelRatio(scale)
    return image
