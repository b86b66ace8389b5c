"""The card of what is differentiated through a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from core.experiment import GradientChoice
from core.readings import AdjointGap, LayerGradients

from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import Labelled, choose
from .labels import label, set_text

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

_EVERYTHING = "all inputs"
_WRT_HELP = "What the fixed point is differentiated by: every parameter and stored vector, or one of them alone"
_TITLES = {"loss": "Loss", "unrolled": "Iterations unrolled"}
_TEXTS = {"loss": {"sum": "Σ z", "half_square": "½ Σ z²"}}


class GradientPanel(Card):
    """Loss, and how many iterations the unrolled gradient goes through; there while a plot is about gradients."""

    gradient_edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__("Gradient")
        self._form = FieldForm(GradientChoice, titles=_TITLES, texts=_TEXTS)
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._form.edited.connect(self.gradient_edited)
        self._form.refused.connect(self._refuse)
        self._wrt = QComboBox()
        self._wrt.activated.connect(self._choose_wrt)
        self._inputs: tuple[str, ...] | None = None
        self._wrt_line = Labelled("With respect to", self._wrt, help=_WRT_HELP)
        self.body.addWidget(self._form)
        self.body.addWidget(self._wrt_line)
        self.body.addWidget(self._refusal)

    def show_wanted(self, wanted: frozenset[type]) -> None:
        """Show what matters to the readings that the plots want."""
        self.setVisible(bool(wanted & {LayerGradients, AdjointGap}))
        self._form.show_line("unrolled", LayerGradients in wanted)
        self._wrt_line.setVisible(LayerGradients in wanted)

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the choice in force."""
        self._form.show_values(experiment.gradient)
        if system.sources != self._inputs:
            self._inputs = system.sources
            self._wrt.clear()
            self._wrt.addItem(_EVERYTHING, "")
            for name in system.sources:
                self._wrt.addItem(name, name)
        choose(self._wrt, experiment.gradient.wrt)

    def _choose_wrt(self) -> None:
        self.gradient_edited.emit("wrt", self._wrt.currentData())

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))
