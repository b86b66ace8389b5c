"""Colours of the theme, mixed and faded."""

from __future__ import annotations

from PySide6.QtGui import QColor


def faded(colour: str, opacity: float) -> QColor:
    """`colour` ("#rrggbb") at `opacity` from 0 (invisible) to 1."""
    result = QColor(colour)
    result.setAlphaF(min(1.0, max(0.0, opacity)))
    return result


def blend(first: str, second: str, fraction: float) -> str:
    """The colour that lies `fraction` of the way from `first` to `second`, opaque."""
    a, b = QColor(first), QColor(second)
    channels = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(low + (high - low) * fraction) for low, high in channels)).name()
