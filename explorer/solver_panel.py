"""The card of the integrator: method, tolerances, time span."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from core.experiment import Experiment, Integration
from core.parameter import Range
from core.integration_method import FAMILIES

from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import Labelled, choose, headed_box
from .editors.number_box import NumberBox
from .editors.switch import Switch
from .edits import span_of
from .labels import label, set_text

if TYPE_CHECKING:
    from core.integration_method import IntegrationMethod
    from core.language import System

_TIME = Range(-1e9, 1e9)
_NO_SPAN = "The time span must end after it begins."
_TITLES = {"rtol": "rtol", "atol": "atol", "step": "Step h"}


_ALWAYS_FIXED = "This method has no error estimate, so its steps are always fixed."
_NEVER_FIXED = "This method finds its own steps, and takes none of a given size."


class SolverPanel(Card):
    """Emits what a person changes; the limits of every field are those the experiment declares."""

    integration_edited = Signal(str, object)
    span_edited = Signal(tuple)

    def __init__(self, tableaus: Mapping[str, IntegrationMethod]) -> None:
        super().__init__("Solver")
        self._tableaus = tableaus
        self._shown: tuple[object, ...] = ()
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._method = headed_box(_by_family(tableaus))
        self._form = FieldForm(Integration, tuple(_TITLES), titles=_TITLES)
        self._fixed = Switch("Fixed steps")
        self._backward = Switch("Backward in time")
        self._begin = NumberBox("t from", _TIME)
        self._end = NumberBox("t to", _TIME)
        self._lay_out()

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the settings in force."""
        span = span_of(experiment, system)
        shown = (experiment.integration, span)
        if shown == self._shown:  # a slider's drag changes nothing here, and comes 60 times a second
            return
        self._shown = shown
        integration = experiment.integration
        tableau = self._tableaus.get(integration.method)
        can_adapt = tableau is not None and tableau.adaptive
        can_fix = tableau is not None and tableau.fixed_steps
        fixed = can_fix and (integration.fixed or not can_adapt)
        choose(self._method, integration.method)
        self._method.setToolTip("" if tableau is None else "\n".join(filter(None, (tableau.help, tableau.citation))))
        self._fixed.setChecked(fixed)
        self._fixed.setEnabled(can_adapt and can_fix)
        sentence = _ALWAYS_FIXED if not can_adapt else "" if can_fix else _NEVER_FIXED
        self._fixed.setToolTip(sentence)
        self._backward.setChecked(integration.backward)
        for name in _TITLES:
            self._form.show_line(name, (name == "step") == fixed)
        self._form.show_values(integration)
        self._begin.set_value(span[0])
        self._end.set_value(span[1])

    def _lay_out(self) -> None:
        self._method.activated.connect(self._choose_method)
        self._fixed.clicked.connect(self._set_fixed)
        self._backward.clicked.connect(self._set_backward)
        self._form.edited.connect(self.integration_edited)
        self._form.refused.connect(self._refuse)
        self._begin.set_objection(lambda begin: "" if begin < self._end.value() else _NO_SPAN)
        self._end.set_objection(lambda end: "" if end > self._begin.value() else _NO_SPAN)
        for number in (self._begin, self._end):
            number.setFixedWidth(66)
            number.value_edited.connect(self._edit_span)
            number.refused.connect(self._refuse)
        self.body.addWidget(self._method)
        self.body.addWidget(self._form)
        self.body.addWidget(Labelled("Time span", self._begin, label("to", "muted"), self._end))
        self.body.addWidget(Labelled("Fixed steps", self._fixed))
        backward = Labelled(
            "Backward in time", self._backward, help="Also follow every trajectory back from its start."
        )
        self.body.addWidget(backward)
        self.body.addWidget(self._refusal)

    def _choose_method(self) -> None:
        self.integration_edited.emit("method", self._method.currentData())

    def _set_fixed(self, fixed: bool) -> None:
        self.integration_edited.emit("fixed", fixed)

    def _set_backward(self, backward: bool) -> None:
        self.integration_edited.emit("backward", backward)

    def _edit_span(self) -> None:
        self.span_edited.emit((self._begin.value(), self._end.value()))

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))


def _by_family(tableaus: Mapping[str, Tableau]) -> dict[str, tuple[tuple[str, str], ...]]:
    """(name, title) of the methods by family, those of low order first."""
    ordered = sorted(tableaus.values(), key=lambda tableau: (tableau.order, tableau.title))
    return {
        family: tuple((tableau.name, tableau.title) for tableau in ordered if tableau.family == family)
        for family in FAMILIES
        if any(tableau.family == family for tableau in ordered)
    }
