"""What kind of picture a plot shall become, how large, and in which colours."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from .editors.labelled import Labelled, choice_box, choose
from .editors.switch import Switch
from .export.png import LARGEST_SCALE
from .scale_dialog import ScaleDialog

_MILLIMETRES_PER_PIXEL = 25.4 / 96


@dataclass(frozen=True)
class PictureChoice:
    """scale: pixels of a PNG per pixel of the screen. theme: "screen" or "paper". ending: ".png", ".svg", ".pdf"."""

    scale: int = 2
    theme: str = "screen"
    transparent: bool = False
    ending: str = ".png"


class PictureDialog(ScaleDialog):
    """Asks for format, scale and colours; the size in pixels or on paper is told as they change."""

    def __init__(self, title: str, size: QSize, parent: QWidget) -> None:
        super().__init__(title, size, LARGEST_SCALE, parent)
        self._format = choice_box(
            ((".png", "PNG, an image"), (".svg", "SVG, a drawing to edit"), (".pdf", "PDF, a page"))
        )
        choose(self._format, PictureChoice.ending)
        self._format.currentIndexChanged.connect(self._change_format)
        self._theme = choice_box((("screen", "as on the screen"), ("paper", "light, for paper")))
        choose(self._theme, PictureChoice.theme)
        self._transparent = Switch("Transparent background")
        self.rows.insertWidget(0, Labelled("Format", self._format))
        self.rows.addWidget(Labelled("Colours", self._theme))
        self.rows.addWidget(Labelled("Transparent background", self._transparent))

    def choose_format(self, ending: str) -> None:
        """Preselect ".png", ".svg" or ".pdf"."""
        choose(self._format, ending)

    def choice(self) -> PictureChoice:
        """What was chosen."""
        return PictureChoice(
            self.scale(), self._theme.currentData(), self._transparent.isChecked(), self._format.currentData()
        )

    def _change_format(self) -> None:
        self.scale_box.setEnabled(self._format.currentData() == ".png")  # shapes are sharp at every scale
        self.tell_size()

    @override
    def size_text(self) -> str:
        size, ending = self.size_on_screen, self._format.currentData()
        if ending == ".svg":
            return f"{size.width()} × {size.height()} pixels, sharp at any size"
        if ending == ".pdf":
            width, height = size.width() * _MILLIMETRES_PER_PIXEL, size.height() * _MILLIMETRES_PER_PIXEL
            return f"{width:.0f} × {height:.0f} mm"
        return super().size_text()
