"""The card of what is differentiated through a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from core.experiment import GradientChoice
from core.readings import AdjointGap, LayerGradients

from .card import Card
from .editors.field_form import FieldForm
from .labels import label, set_text

if TYPE_CHECKING:
    from core.experiment import Experiment

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
        self.body.addWidget(self._form)
        self.body.addWidget(self._refusal)

    def show_wanted(self, wanted: frozenset[type]) -> None:
        """Show what matters to the readings that the plots want."""
        self.setVisible(bool(wanted & {LayerGradients, AdjointGap}))
        self._form.show_line("unrolled", LayerGradients in wanted)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the choice in force."""
        self._form.show_values(experiment.gradient)

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))
