"""Parts of the inspector: facts by name, and tables whose rows are used again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QGridLayout, QLabel, QWidget

from .labels import label, set_text


class Facts(QFormLayout):
    """A name on the left, a text that can be selected on the right."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.setHorizontalSpacing(12)
        self.setVerticalSpacing(4)
        self._values: dict[str, QLabel] = {}
        for name in names:
            value = self._values[name] = label("", "value", wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.addRow(label(name, "muted"), value)

    def show_fact(self, name: str, text: str | None) -> None:
        """Write a fact; None hides its row."""
        self.setRowVisible(self._values[name], text is not None)
        set_text(self._values[name], text or "")

    def show_nothing(self) -> None:
        """There is nothing to tell."""
        for value in self._values.values():
            set_text(value, "–")


class PointTable(QGridLayout):
    """Points with what they are beside them, a line of numbers below each, and a remark where there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(10)
        self.setVerticalSpacing(5)
        self.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel, QLabel]] = []

    def show_rows(self, rows: tuple[tuple[str, str, str, str, str], ...]) -> None:
        """(point, what it is, its colour, numbers, remark) for each."""
        while len(self._rows) < len(rows):
            self._add_row()
        for place, cells in enumerate(self._rows):
            for cell in cells:
                cell.setVisible(place < len(rows))
            if place < len(rows):
                point, kind, colour, numbers, remark = rows[place]
                for cell, text in zip(cells, (point, kind, numbers, remark), strict=True):
                    set_text(cell, text)
                set_colour(cells[1], colour)
                cells[3].setVisible(bool(remark))

    def _add_row(self) -> None:
        cells = (label("", "mono"), label(""), label("", "mono"), label("", "muted", wrap=True))
        cells[3].setContentsMargins(0, 0, 0, 4)
        row = 3 * len(self._rows)
        self.addWidget(cells[0], row, 0)
        self.addWidget(cells[1], row, 1)
        self.addWidget(cells[2], row + 1, 0, 1, 2)
        self.addWidget(cells[3], row + 2, 0, 1, 2)
        self._rows.append(cells)


def set_colour(cell: QWidget, colour: str) -> None:
    """Give a label's text a colour, once: a style sheet is read anew each time it is set."""
    if cell.property("colour") != colour:
        cell.setProperty("colour", colour)
        cell.setStyleSheet(f"color: {colour}")
