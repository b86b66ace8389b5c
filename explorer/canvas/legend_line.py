"""The line below a heading: a card's legend, and what there is no room for in the heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

if TYPE_CHECKING:
    from .plot_card import PlotCard


def share_legend_line(card: PlotCard, *widgets: QWidget) -> None:
    """Put widgets at the right end of the line of a legend that has one of its own (`legend_below`)."""
    place = card.body.indexOf(card.legend)
    card.body.removeWidget(card.legend)
    line = QHBoxLayout()
    line.setSpacing(10)
    line.addWidget(card.legend, 1)
    for widget in widgets:
        line.addWidget(widget)
    card.body.insertLayout(place, line)
