"""Two root solvers that nobody runs, and what a panel shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from core.parameter import Choice, Range


@dataclass(frozen=True)
class Plain:
    name: ClassVar[str] = "plain"
    title: ClassVar[str] = "Plain"
    family: ClassVar[str] = "Newton"
    races: ClassVar[bool] = True
    help: ClassVar[str] = "Goes on."
    citation: ClassVar[str] = "Nobody, 1900"
    inside: ClassVar[str] = ""


@dataclass(frozen=True)
class Mixing:
    name: ClassVar[str] = "mixing"
    title: ClassVar[str] = "Mixing"
    family: ClassVar[str] = "Fixed point"
    races: ClassVar[bool] = False
    help: ClassVar[str] = "Mixes."
    citation: ClassVar[str] = "Somebody, 1965"
    inside: ClassVar[str] = ""

    memory: Annotated[int, Range(1, 20, symbol="m", help="residuals that are combined")] = 5
    beta: Annotated[float, Range(0.01, 1.0, help="weight")] = 1.0
    kind: Annotated[str, Choice(("relative", "absolute"))] = "relative"


SOLVERS = {"mixing": Mixing, "picard": Plain, "plain": Plain}


def shown(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def race_button(panel: QWidget) -> QPushButton:
    """The one that begins and ends the race."""
    (button,) = (button for button in panel.findChildren(QPushButton) if "race" in button.text().lower())
    return button
