"""Parts of the inspector: facts by name, and tables whose rows are used again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from .labels import label, set_text


class Facts(QGridLayout):
    """A name on the left, a text that can be selected on the right.

    A form would share out its height by lines that a text took when it was narrower.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.setHorizontalSpacing(12)
        self.setVerticalSpacing(4)
        self.setColumnStretch(1, 1)
        self._cells: dict[str, tuple[QLabel, QLabel]] = {}
        for row, name in enumerate(names):
            left, value = self._cells[name] = label(name, "muted"), label("", "value", wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            self.addWidget(value, row, 1)

    def show_fact(self, name: str, text: str | None) -> None:
        """Write a fact; None hides its row."""
        for cell in self._cells[name]:
            cell.setVisible(text is not None)
        set_text(self._cells[name][1], text or "")

    def show_nothing(self) -> None:
        """There is nothing to tell."""
        for _, value in self._cells.values():
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
