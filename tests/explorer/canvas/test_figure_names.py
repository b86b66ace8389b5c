"""Names in a table of figures that is too narrow for them."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from explorer.canvas.chip import plot_font
from explorer.canvas.figure_table import _short


def test_names_that_begin_alike_differ_where_there_is_little_room(qtbot: QtBot) -> None:  # noqa: ARG001 - fonts
    metrics = QFontMetrics(plot_font())
    names = [f"implicit, by {way}" for way in ("Anderson", "series or GMRES", "BiCGStab", "Broyden", "GMRES", "Picard")]
    wide = metrics.horizontalAdvance(names[1]) + 1
    assert [_short(name, metrics, wide) for name in names] == names
    room = metrics.horizontalAdvance("by BiCGStab") + 2
    short = [_short(name, metrics, room) for name in names]
    assert len(set(short)) == len(names)
    assert short[4] == "by GMRES"
    assert all(metrics.horizontalAdvance(name) <= room for name in short)
    assert _short("forward sensitivities", metrics, room).startswith("forward")
