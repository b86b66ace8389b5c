"""How large a picture shall be, and in which colours."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from core.parameter import Range

from .editors.labelled import Labelled, choice_box, choose
from .editors.number_box import NumberBox
from .editors.switch import Switch
from .labels import label, set_text

_SCALES = Range(1, 8, step=1)


@dataclass(frozen=True)
class PictureChoice:
    """scale: pixels of the picture per pixel of the screen. theme: "screen" or "paper"."""

    scale: int = 2
    theme: str = "screen"
    transparent: bool = False


class PictureDialog(QDialog):
    """Asks for scale and colours; the size in pixels is told as they change."""

    def __init__(self, title: str, size: QSize, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Picture of {title}")
        self._size = size
        self._scale = NumberBox("Scale", _SCALES, whole=True)
        self._scale.set_value(PictureChoice.scale)
        self._scale.setFixedWidth(60)
        self._scale.value_edited.connect(self._tell_size)
        self._theme = choice_box((("screen", "as on the screen"), ("paper", "light, for paper")))
        choose(self._theme, PictureChoice.theme)
        self._transparent = Switch("Transparent background")
        self._pixels = label("", "mono")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(10)
        layout.addWidget(Labelled("Scale, 1 to 8", self._scale, help="Pixels of the picture per pixel of the screen"))
        layout.addWidget(Labelled("Size", self._pixels))
        layout.addWidget(Labelled("Colours", self._theme))
        layout.addWidget(Labelled("Transparent background", self._transparent))
        layout.addSpacing(6)
        layout.addWidget(buttons)
        self.setMinimumWidth(340)
        self._tell_size()

    def choice(self) -> PictureChoice:
        """What was chosen."""
        return PictureChoice(int(self._scale.value()), self._theme.currentData(), self._transparent.isChecked())

    def _tell_size(self) -> None:
        size = self._size * int(self._scale.value())
        set_text(self._pixels, f"{size.width()} × {size.height()} pixels")
