"""The depth of a trained network as a slider: the same weights in few layers, in many, and in the limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QToolButton

from core.readings import FeaturePaths, NetworkDepth, NetworkDepths

from ..canvas.number_text import number_text, power_text
from .depth_slider import DepthSlider

if TYPE_CHECKING:
    from ..theme import Theme


class DepthContinuum(QObject):
    """button: whether other depths are looked at than the network was trained with; slider: which. networks: what is
    known of them."""

    changed = Signal()
    """Another network is to be seen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.networks: NetworkDepths | None = None
        self._steps = False
        self.button = switch("depths", "The same weights in networks of few layers, of many, and in the limit")
        self.slider = DepthSlider(theme, ("ODE",))
        self.slider.setVisible(False)
        self.slider.moved.connect(self.changed)
        self.button.toggled.connect(self._turn)

    @property
    def wants(self) -> frozenset[type]:
        """The readings that it needs as it stands."""
        return frozenset({NetworkDepths}) if self.button.isChecked() else frozenset()

    @property
    def network(self) -> NetworkDepth | None:
        """The one that is chosen; None where it is that of the training, or not known yet."""
        if not self.button.isChecked() or self.networks is None:
            return None
        layers = self.slider.layers or 0
        return next((one for one in self.networks.networks if one.layers == layers), None)

    def begin_anew(self, *, steps: bool) -> None:
        """Another system; steps: whether its layers are iterations of an implicit one."""
        self.networks, self._steps = None, steps
        self.slider.name_ends(("equilibrium",) if steps else ("ODE",))

    def allow(self, there: bool) -> None:
        """Whether the layer is one of which there are networks of other depths."""
        self.button.setVisible(there)
        if not there:
            self.button.setChecked(False)

    def hold(self, networks: NetworkDepths | None) -> None:
        """What is known now."""
        self.networks = networks
        if networks is not None:
            self.slider.offer(tuple(one.layers for one in networks.networks if one.layers))

    def choose(self, trained: FeaturePaths | None) -> FeaturePaths | None:
        """The ways that are to be seen; trained: those of the network as it was trained."""
        network = self.network
        return trained if network is None else network.paths

    def words(self) -> tuple[str, str]:
        """How good the chosen network is, in a chip and at length."""
        network = self.network
        if network is None:
            return "", ""
        name = self._name(network.layers)
        words = [f"loss {power_text(network.loss)}"]
        if math.isfinite(network.accuracy):
            words.insert(0, f"{number_text(100.0 * network.accuracy, 4)} % right")
        text = f"{name}: {', '.join(words)}"
        return text, f"{text} of {network.points} test points, with the weights as they were trained"

    def _name(self, layers: int) -> str:
        if not layers:
            return "equilibrium" if self._steps else "ODE"
        return f"{layers} layer{'s' * (layers > 1)}"

    def _turn(self, on: bool) -> None:
        self.slider.setVisible(on)
        self.networks = None  # those of other weights, by the time it is on again
        self.changed.emit()


def switch(text: str, tip: str) -> QToolButton:
    """A button of a heading that stays pressed."""
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setFixedHeight(22)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
