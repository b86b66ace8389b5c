"""How fine a picture shall be."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget
from typing_extensions import override

from core.parameter import Range

from .editors.labelled import Labelled
from .editors.number_box import NumberBox
from .labels import label, set_text

_FIRST = 2


class ScaleDialog(QDialog):
    """Asks for the scale of a picture; its size is told as the scale changes."""

    def __init__(self, title: str, size: QSize, largest: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Picture of {title}")
        self.size_on_screen = size
        self.scale_box = NumberBox("Scale", Range(1, largest, step=1), whole=True)
        self.scale_box.set_value(_FIRST)
        self.scale_box.setFixedWidth(60)
        self.scale_box.value_edited.connect(self.tell_size)
        self._size = label("", "mono")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(10)
        self.rows.addWidget(
            Labelled(f"Scale, 1 to {largest}", self.scale_box, help="Pixels of the picture per pixel of the screen")
        )
        self.rows.addWidget(Labelled("Size", self._size))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(16)
        layout.addLayout(self.rows)
        layout.addWidget(buttons)
        self.setMinimumWidth(380)

    def scale(self) -> int:
        """Pixels of the picture per pixel of the screen."""
        return int(self.scale_box.value())

    def size_text(self) -> str:
        """How large the picture will be."""
        size = self.size_on_screen * self.scale()
        return f"{size.width()} × {size.height()} pixels"

    def tell_size(self) -> None:
        """Show the size anew."""
        set_text(self._size, self.size_text())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.tell_size()
