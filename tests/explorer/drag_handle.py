"""In place of the grip at the end of a trajectory: a test drags it, and reads what it was told."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Handle(QObject):
    dragged = Signal(object, int)
    released = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[str, ...] = ()
        self.let = 0

    def show_words(self, lines: tuple[str, ...]) -> None:
        self.lines = lines

    def let_go(self) -> None:
        self.let += 1
