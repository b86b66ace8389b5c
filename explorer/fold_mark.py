"""The small amber mark beside a slider that moves a solution far with a small step."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from .labels import label, set_text

_SIGN = "▲"


class FoldMark(QLabel):
    """Takes its place whether or not it shows, so that nothing beside it moves."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("role", "warning")
        self.setAccessibleName(f"Fold near {name}")
        sign = label(_SIGN, "warning")
        self.setFixedWidth(sign.sizeHint().width() + 2)

    def warn(self, sentence: str) -> None:
        """Show the mark with this sentence; an empty one hides it."""
        set_text(self, _SIGN if sentence else "")
        if sentence != self.toolTip():
            self.setToolTip(sentence)
            self.setAccessibleDescription(sentence)
