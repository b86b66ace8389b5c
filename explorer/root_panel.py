"""The card of the root solver: which one, its own settings, when it stops, and the race against the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from core.experiment import RootFinding

from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import choice_box, choose, offer_option, refuse_option
from .labels import label, set_text
from .race_list import RaceList

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.readings import Iterations

    from .theme import Theme

_TITLES = {
    "tolerance": "Tolerance",
    "criterion": "Measured by",
    "whole_batch": "One norm for all samples",
    "iterations": "Iterations at most",
}
_TEXTS = {"criterion": {"relative": "|f − z| / |f|", "absolute": "|f − z|", "step": "last step"}}
_HELPS = {"whole_batch": "All samples stop together, when one norm over them all is small enough."}


class RootPanel(Card):
    """Emits what a person changes; a solver's own settings are those its class declares."""

    root_edited = Signal(str, object)
    """(field of `RootFinding`, value)."""
    option_edited = Signal(str, str, object)
    """(solver, field, value)."""
    rivals_edited = Signal(tuple)

    def __init__(self, solvers: Mapping[str, type], theme: Theme) -> None:
        super().__init__("Root solver")
        self._solvers = solvers
        self._choice: RootFinding | None = None
        self._unknowns = 1
        self._solver = choice_box(tuple((name, solver.title) for name, solver in solvers.items()))
        self._own: dict[str, FieldForm] = {}
        self._form = FieldForm(RootFinding, tuple(_TITLES), titles=_TITLES, texts=_TEXTS, helps=_HELPS)
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._race = QPushButton("Race all solvers")
        self._race.setCheckable(True)
        self._race.setToolTip("Run every solver from the same starts, and compare them in the plots")
        self._list = RaceList(theme)
        self._solver.activated.connect(self._choose_solver)
        self._form.edited.connect(self.root_edited)
        self._form.refused.connect(self._refuse)
        self._race.clicked.connect(self._set_race)
        for widget in (self._solver, self._form, self._refusal, self._race, self._list):
            self.body.addWidget(widget)

    def show_experiment(self, experiment: Experiment, unknowns: int = 1) -> None:
        """Show the settings in force, and offer the solvers that can find so many unknowns."""
        root = experiment.root
        if (root, unknowns) == (
            self._choice,
            self._unknowns,
        ):  # a slider's drag changes nothing here, 60 times a second
            return
        self._choice, self._unknowns = root, unknowns
        for name, solver in self._solvers.items():
            if refusal := solver.refusal(unknowns):
                refuse_option(self._solver, name, refusal)
            else:
                offer_option(self._solver, name)
        choose(self._solver, root.solver)
        solver = self._solvers.get(root.solver)
        about = () if solver is None else (solver.help, solver.citation)
        self._solver.setToolTip("\n".join(filter(None, about)))
        self._show_own(root)
        self._form.show_values(root)
        self._race.setChecked(bool(root.rivals))
        self._race.setText("End the race" if root.rivals else "Race all solvers")

    def show_iterations(self, iterations: Iterations | None, sample: int) -> None:
        """Show what each solver of the newest reading took; `sample` is the one that is looked at."""
        self._list.show_iterations(iterations, sample)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._list.apply_theme(theme)

    def _show_own(self, root: RootFinding) -> None:
        for name, form in self._own.items():
            form.setVisible(name == root.solver)
        solver = self._solvers.get(root.solver)
        if solver is None:
            return
        if root.solver not in self._own:
            self._own[root.solver] = self._form_of(solver)
        form = self._own[root.solver]
        form.show_values(_defaults(solver) | dict(root.options.get(root.solver, {})))
        form.setVisible(bool(form.names()))

    def _form_of(self, solver: type) -> FieldForm:
        form = FieldForm(solver)
        form.edited.connect(self._edit_option)
        form.refused.connect(self._refuse)
        self.body.insertWidget(1, form)
        return form

    def _choose_solver(self) -> None:
        self.root_edited.emit("solver", self._solver.currentData())

    def _edit_option(self, name: str, value: Any) -> None:
        solver = next(solver for solver, form in self._own.items() if form is self.sender())
        self.option_edited.emit(solver, name, value)

    def race(self) -> None:
        """Begin the race of all solvers, or end it, as the button does."""
        if not self.isHidden():  # hidden where the system is no layer
            self._race.click()

    def _set_race(self, on: bool) -> None:
        chosen = None if self._choice is None else self._choice.solver
        able = (name for name, solver in self._solvers.items() if not solver.refusal(self._unknowns))
        self.rivals_edited.emit(tuple(name for name in able if name != chosen) if on else ())

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))


def _defaults(solver: type) -> dict[str, Any]:
    return {field.name: field.default for field in fields(solver)}
