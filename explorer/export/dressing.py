"""A view as it goes into a file: flat, without advice and controls, in the colours of another theme."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QPalette
from PySide6.QtWidgets import QComboBox, QGraphicsView, QSlider, QToolButton, QWidget

from .. import style
from ..hint import Hint

if TYPE_CHECKING:
    from ..theme import Theme
    from ..view import View

_LEFT_OUT = (Hint, QComboBox, QToolButton, QSlider)
"""A picture has nobody to click on it."""
_FLAT_CARD = "#card { border: 0; border-radius: 0; background: %s; }"


@contextmanager
def dressed(view: View, theme: Theme, on_screen: Theme | None = None, *, transparent: bool = False) -> Iterator[None]:
    """The view in `theme`; then as it was, in the theme `on_screen` (None: the same).

    transparent: leave the background out.
    """
    plots = view.findChildren(QGraphicsView)
    parts = [view, *plots]
    sheets = [part.styleSheet() for part in parts]
    caches = [plot.cacheMode() for plot in plots]
    own_palette = view.testAttribute(Qt.WidgetAttribute.WA_SetPalette)
    palette = view.palette() if own_palette else QPalette()  # an empty one goes on following the program's
    controls = [part for kind in _LEFT_OUT for part in view.findChildren(kind)]
    controls += [part for part in view.findChildren(QWidget) if part.property("control")]
    left_out = [part for part in controls if not part.isHidden()]
    for part in left_out:
        part.hide()
    view.setStyleSheet(style.sheet_of(theme) + _FLAT_CARD % ("transparent" if transparent else theme.card))
    view.setPalette(style.palette_of(theme))
    view.apply_theme(theme)
    for plot in plots:
        plot.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)  # a kept background would be an image in a drawing
        if transparent:
            plot.setBackgroundBrush(QBrush(Qt.BrushStyle.NoBrush))
            plot.setStyleSheet("background: transparent")
    try:
        yield
    finally:
        for part, sheet in zip(parts, sheets, strict=True):
            part.setStyleSheet(sheet)
        for plot, cache in zip(plots, caches, strict=True):
            plot.setCacheMode(cache)
        view.setPalette(palette)
        view.apply_theme(on_screen or theme)
        for part in left_out:
            part.show()
