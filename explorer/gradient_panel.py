"""The card of what is differentiated through a solution, and by which method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from core.experiment import GradientChoice
from core.field_check import declarations
from core.readings import AdjointGap, GradientCosts, GradientErrors, LayerGradients

from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import Labelled, choice_box, choose
from .labels import label, set_text

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.gradient_method import GradientMethod
    from core.language import System

_EVERYTHING = "all inputs"
_WRT_HELP = "What the fixed point is differentiated by: every parameter and stored vector, or one of them alone"
_METHOD_HELP = "How the loss is differentiated. The view of the costs compares all of them."
_TITLES = {"loss": "Loss", "unrolled": "Iterations unrolled"}
_TEXTS = {"loss": {"sum": "Σ z", "half_square": "½ Σ z²"}}
_ELSEWHERE = {"unrolled": ("k",)}
"""Fields of methods that the card has a line of its own for."""
_READINGS = frozenset({LayerGradients, AdjointGap, GradientCosts, GradientErrors})


class GradientPanel(Card):
    """Method, loss, and how many iterations are unrolled; there while a plot is about gradients."""

    gradient_edited = Signal(str, object)
    option_edited = Signal(str, str, object)
    """(method, field, value)."""

    def __init__(self, methods: Mapping[str, type[GradientMethod]]) -> None:
        super().__init__("Gradient")
        self._methods = methods
        self._field = ""
        self._form = FieldForm(GradientChoice, tuple(_TITLES), titles=_TITLES, texts=_TEXTS)
        self._own: dict[str, FieldForm] = {}
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._form.edited.connect(self.gradient_edited)
        self._form.refused.connect(self._refuse)
        self._method = choice_box(())
        self._method.activated.connect(self._choose_method)
        self._wrt = QComboBox()
        self._wrt.activated.connect(self._choose_wrt)
        self._inputs: tuple[str, ...] | None = None
        self._wrt_line = Labelled("With respect to", self._wrt, help=_WRT_HELP)
        self._method_line = Labelled("Method", self._method, help=_METHOD_HELP)
        self.body.addWidget(self._method_line)
        self.body.addWidget(self._form)
        self.body.addWidget(self._wrt_line)
        self.body.addWidget(self._refusal)

    def show_wanted(self, wanted: frozenset[type]) -> None:
        """Show what matters to the readings that the plots want."""
        self.setVisible(bool(wanted & _READINGS))

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the choice in force."""
        choice = experiment.gradient
        layer = system.kind in ("map", "root")
        self._form.show_values(choice)
        self._form.show_line("unrolled", layer)
        self._wrt_line.setVisible(layer)
        self._show_methods("fixed_point" if layer else "trajectory")
        self._show_method(choice)
        if system.sources != self._inputs:
            self._inputs = system.sources
            self._wrt.clear()
            self._wrt.addItem(_EVERYTHING, "")
            for name in system.sources:
                self._wrt.addItem(name, name)
        choose(self._wrt, choice.wrt)

    def _show_methods(self, field: str) -> None:
        """Offer those for the kind of solution that `field` of the choice is about."""
        if field == self._field:
            return
        self._field = field
        self._method.clear()
        about = field.replace("_", " ")
        for name, method in self._methods.items():
            if method.about == about:
                self._method.addItem(method.title, name)

    def _show_method(self, choice: GradientChoice) -> None:
        """The chosen method and its own fields."""
        chosen = getattr(choice, self._field)
        choose(self._method, chosen)
        method = self._methods.get(chosen)
        about = () if method is None else (method.help, method.caveat, method.citation)
        self._method.setToolTip("\n".join(filter(None, about)))
        for name, form in self._own.items():
            form.setVisible(name == chosen)
        if method is None:
            return
        if chosen not in self._own:
            self._own[chosen] = self._form_of(chosen, method)
        form = self._own[chosen]
        form.show_values(_defaults(method) | dict(choice.options.get(chosen, {})))
        form.setVisible(bool(form.names()))

    def _form_of(self, name: str, method: type[GradientMethod]) -> FieldForm:
        fields = tuple(field for field in declarations(method) if field not in _ELSEWHERE.get(name, ()))
        form = FieldForm(method, fields)
        form.edited.connect(self._edit_option)
        form.refused.connect(self._refuse)
        self.body.insertWidget(1, form)
        return form

    def _choose_method(self) -> None:
        self.gradient_edited.emit(self._field, self._method.currentData())

    def _edit_option(self, field: str, value: Any) -> None:
        method = next(name for name, form in self._own.items() if form is self.sender())
        self.option_edited.emit(method, field, value)

    def _choose_wrt(self) -> None:
        self.gradient_edited.emit("wrt", self._wrt.currentData())

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))


def _defaults(method: type[GradientMethod]) -> dict[str, Any]:
    return {name: getattr(method, name) for name in declarations(method)}
