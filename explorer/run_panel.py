"""The card of what every run has, whatever it solves: budgets, back end, device, precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from core.budget import Budget
from core.experiment import Experiment

from .card import Card
from .devices import cuda_refusal
from .editors.field_form import FieldForm
from .editors.labelled import offer_option, refuse_option
from .kernel_choice import kernel_refusal
from .labels import label, set_text
from .learning_systems import form_of

if TYPE_CHECKING:
    from core.language import System
    from core.readings import Agreement

_BUDGET_TITLES = {"steps": "Steps at most", "evaluations": "Evaluations at most", "seconds": "Seconds at most"}
_TITLES = {"path": "Computed by", "dtype": "Precision"}
_TEXTS = {
    "path": {
        "auto": "what suits the size",
        "kernel": "a compiled loop",
        "python": "Python floats",
        "torch": "torch, in batches",
    },
    "device": {"cpu": "CPU", "cuda": "CUDA"},
}
_HELPS = {
    "path": "What runs the solver. A compiled loop is the fastest and follows formulas of up to 12 components on the"
    " processor; Python floats do without a compiler; torch takes networks, many components and GPUs. The status bar"
    " tells which one ran.",
    "device": "Where torch computes.",
    "dtype": "Precision of the numbers. float32 halves the memory and keeps about 7 digits.",
}


class RunPanel(Card):
    """Folded at first: few change it. The limits of every field are those the experiment declares."""

    budget_edited = Signal(str, object)
    field_edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__("Run")
        self._shown: tuple[object, ...] = ()
        self._budget = FieldForm(Budget, tuple(_BUDGET_TITLES), titles=_BUDGET_TITLES)
        names = ("path", "device", "dtype")
        self._fields = FieldForm(Experiment, names, titles=_TITLES, texts=_TEXTS, helps=_HELPS)
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._budget.edited.connect(self.budget_edited)
        self._fields.edited.connect(self.field_edited)
        for form in (self._budget, self._fields):
            form.refused.connect(self._refuse)
            self.body.addWidget(form)
        self.body.addWidget(self._refusal)
        self._agreement = label("", "muted", wrap=True)
        self._agreement.hide()
        self.body.addWidget(self._agreement)
        if cuda_refusal():
            refuse_option(self._fields.editor("device"), "cuda", cuda_refusal())
        self.set_folded(True)

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the settings in force."""
        values = {name: getattr(experiment, name) for name in self._fields.names()}
        shown = (experiment.budget, values, form_of(system))
        if shown == self._shown:  # a slider's drag changes nothing here, and comes 60 times a second
            return
        self._shown = shown
        self._budget.show_line("steps", system.flows)
        self._budget.show_values(experiment.budget)
        self._fields.show_values(values)
        refusal = kernel_refusal(system, experiment.device)
        if refusal:
            refuse_option(self._fields.editor("path"), "kernel", refusal)
        else:
            offer_option(self._fields.editor("path"), "kernel")

    def show_agreement(self, agreement: Agreement | None) -> None:
        """Say how far another device or precision is from float64 on the processor; None: nothing was compared."""
        text = "" if agreement is None else str(agreement)
        set_text(self._agreement, f"{text[:1].upper()}{text[1:]}." if text else "")
        self._agreement.setVisible(bool(text))

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))
