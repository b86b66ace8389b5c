"""The card of numbers: one section for each kind of system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from .card import Card
from .inspector_curves import CurveSection
from .inspector_samples import SampleSection

if TYPE_CHECKING:
    from .theme import Theme


class Inspector(Card):
    """Shows one of its sections at a time."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Inspector")
        self.curves = CurveSection(theme)
        self.samples = SampleSection(theme)
        inner = QWidget()
        inner.setObjectName("column")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.addWidget(self.curves)
        layout.addWidget(self.samples)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        self.body.addWidget(scroll)
        self.show_kind("ode")

    def show_kind(self, kind: str) -> None:
        """Tell of trajectories, or of samples of an implicit layer."""
        layer = kind in ("map", "root")
        self.curves.setVisible(not layer)
        self.samples.setVisible(layer)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self.curves.apply_theme(theme)
        self.samples.apply_theme(theme)
