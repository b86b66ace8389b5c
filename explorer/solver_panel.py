"""The card of the solver: method, tolerances, time span; and below it what few change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args, get_type_hints

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from core.budget import Budget
from core.experiment import Experiment, Integration
from core.parameter import Choice, Range

from .card import Card
from .devices import cuda_refusal
from .editors.labelled import Labelled, choice_box, choose, refuse_option
from .editors.number_box import NumberBox
from .editors.switch import Switch
from .edits import span_of
from .labels import label, link_button, set_text

if TYPE_CHECKING:
    from core.language import System
    from core.tableau import Tableau

_TIME = Range(-1e9, 1e9)
_BUDGET_TITLES = {"steps": "Steps at most", "evaluations": "Evaluations at most", "seconds": "Seconds at most"}
_CHOICES = {
    "path": {"auto": "what suits the size", "torch": "torch, in batches", "python": "Python floats"},
    "device": {"cpu": "CPU", "cuda": "CUDA"},
    "dtype": {"float64": "float64", "float32": "float32"},
}
_OWN_FIELDS = ("seed", *_CHOICES)
_CHOICE_TITLES = {"path": "Computed by", "device": "Device", "dtype": "Precision"}
_CHOICE_HELP = {
    "path": "What runs the integration. Python floats answer fastest for a few small trajectories, torch for many.",
    "device": "Where torch computes.",
    "dtype": "Precision of the numbers. float32 halves the memory and keeps about 7 digits.",
}


class SolverPanel(Card):
    """Emits what a person changes; the limits of every field are those the experiment declares."""

    integration_edited = Signal(str, object)
    budget_edited = Signal(str, object)
    field_edited = Signal(str, object)
    span_edited = Signal(tuple)

    def __init__(self, tableaus: Mapping[str, Tableau]) -> None:
        super().__init__("Solver")
        self._tableaus = tableaus
        self._shown: tuple[object, ...] = ()
        self._lines: dict[str, QWidget] = {}
        self._numbers: dict[tuple[str, str], NumberBox] = {}
        self._choices: dict[str, QComboBox] = {}
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._method = choice_box(tuple((name, tableau.title) for name, tableau in tableaus.items()))
        self._fixed = Switch("Fixed steps")
        self._backward = Switch("Backward in time")
        self._begin = NumberBox("t from", _TIME)
        self._end = NumberBox("t to", _TIME)
        self._build_integration()
        self._build_details()

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the settings in force."""
        span = span_of(experiment, system)
        shown = (experiment.integration, experiment.budget, span, *(getattr(experiment, name) for name in _OWN_FIELDS))
        if shown == self._shown:  # a slider's drag changes nothing here, and comes 60 times a second
            return
        self._shown = shown
        integration = experiment.integration
        tableau = self._tableaus.get(integration.method)
        can_adapt = tableau is not None and tableau.embedded is not None
        fixed = integration.fixed or not can_adapt
        choose(self._method, integration.method)
        self._method.setToolTip("" if tableau is None else "\n".join(filter(None, (tableau.help, tableau.citation))))
        self._fixed.setChecked(fixed)
        self._fixed.setEnabled(can_adapt)
        self._fixed.setToolTip("" if can_adapt else "This method has no error estimate, so its steps are always fixed.")
        self._backward.setChecked(integration.backward)
        for name in ("rtol", "atol"):
            self._lines[name].setVisible(not fixed)
        self._lines["step"].setVisible(fixed)
        for (owner, name), number in self._numbers.items():
            number.set_value(getattr(_owner(experiment, owner), name))
        for name, box in self._choices.items():
            choose(box, getattr(experiment, name))
        self._begin.set_value(span[0])
        self._end.set_value(span[1])

    def _build_integration(self) -> None:
        self._method.activated.connect(self._choose_method)
        self._fixed.clicked.connect(self._set_fixed)
        self._backward.clicked.connect(self._set_backward)
        for number in (self._begin, self._end):
            number.setFixedWidth(66)
            number.value_edited.connect(self._edit_span)
            number.refused.connect(self._refuse)
        self.body.addWidget(self._method)
        for name, title in (("rtol", "rtol"), ("atol", "atol"), ("step", "Step h")):
            self._add_number(self.body, "integration", name, title)
        self.body.addWidget(Labelled("Time span", self._begin, label("to", "muted"), self._end))
        self.body.addWidget(Labelled("Fixed steps", self._fixed))
        backward = Labelled(
            "Backward in time", self._backward, help="Also follow every trajectory back from its start."
        )
        self.body.addWidget(backward)
        self.body.addWidget(self._refusal)

    def _build_details(self) -> None:
        self._details = QWidget()
        self._details.hide()
        layout = QVBoxLayout(self._details)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(9)
        for name, title in _BUDGET_TITLES.items():
            self._add_number(layout, "budget", name, title)
        self._add_number(layout, "", "seed", "Seed")
        for name, texts in _CHOICES.items():
            (choice,) = (mark for mark in _marks(Experiment, name) if isinstance(mark, Choice))
            box = choice_box(tuple((option, texts.get(option, option)) for option in choice.options))
            box.setProperty("field", name)
            box.activated.connect(self._choose_field)
            self._choices[name] = box
            layout.addWidget(Labelled(_CHOICE_TITLES[name], box, help=_CHOICE_HELP[name]))
        if cuda_refusal():
            refuse_option(self._choices["device"], "cuda", cuda_refusal())
        more = link_button("more", "Budgets, seed, device and precision")
        more.setCheckable(True)
        more.toggled.connect(self._details.setVisible)
        self.add_to_header(more)
        self.body.addWidget(self._details)

    def _add_number(self, layout: QVBoxLayout, owner: str, name: str, title: str) -> None:
        home = {"integration": Integration, "budget": Budget, "": Experiment}[owner]
        (limits,) = (mark for mark in _marks(home, name) if isinstance(mark, Range))
        number = NumberBox(name, limits, whole=get_type_hints(home)[name] is int)
        number.setFixedWidth(88)
        number.setProperty("owner", owner)
        number.setProperty("field", name)
        number.value_edited.connect(self._edit_number)
        number.refused.connect(self._refuse)
        self._numbers[owner, name] = number
        self._lines[name] = Labelled(title, number, help=limits.help.capitalize())
        layout.addWidget(self._lines[name])

    def _edit_number(self, value: float) -> None:
        owner, name = self.sender().property("owner"), self.sender().property("field")
        whole = owner == "" or get_type_hints(Budget).get(name) is int
        edited = {"integration": self.integration_edited, "budget": self.budget_edited, "": self.field_edited}[owner]
        edited.emit(name, int(value) if whole else value)

    def _choose_field(self) -> None:
        box = self.sender()
        self.field_edited.emit(box.property("field"), box.currentData())

    def _choose_method(self) -> None:
        self.integration_edited.emit("method", self._method.currentData())

    def _set_fixed(self, fixed: bool) -> None:
        self.integration_edited.emit("fixed", fixed)

    def _set_backward(self, backward: bool) -> None:
        self.integration_edited.emit("backward", backward)

    def _edit_span(self) -> None:
        span = (self._begin.value(), self._end.value())
        self._refuse("" if span[0] < span[1] else "The time span must end after it begins.")
        if span[0] < span[1]:
            self.span_edited.emit(span)

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))


def _owner(experiment: Experiment, owner: str) -> object:
    return getattr(experiment, owner) if owner else experiment


def _marks(home: type, name: str) -> tuple[object, ...]:
    return get_args(get_type_hints(home, include_extras=True)[name])[1:]
