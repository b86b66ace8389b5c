"""The card of the root solver: which one, its own settings, when it stops, and the race against the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from core.experiment import RootFinding
from core.root_solver import FAMILIES

from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import choose, headed_box, offer_option, refuse_option
from .labels import label, link_button, set_text
from .race_list import RaceList
from .race_menu import RaceMenu

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.readings import Iterations
    from core.root_solver import RootSolver

    from .theme import Theme

_TITLES = {
    "tolerance": "Tolerance",
    "criterion": "Measured by",
    "whole_batch": "One norm for all samples",
    "iterations": "Iterations at most",
    "best": "Keep the best point",
}
_TEXTS = {"criterion": {"relative": "|f − z| / |f|", "absolute": "|f − z|", "step": "last step"}}
_RACERS = 6
_HELPS = {
    "whole_batch": "All samples stop together, when one norm over them all is small enough.",
    "best": "Of a sample that is not solved, the solution shown is the point with the smallest residual, not the last.",
}


class RootPanel(Card):
    """Emits what a person changes; a solver's own settings are those its class declares."""

    root_edited = Signal(str, object)
    """(field of `RootFinding`, value)."""
    option_edited = Signal(str, str, object)
    """(solver, field, value)."""
    rivals_edited = Signal(tuple)
    view_asked = Signal(str)
    """Name of a view that shows what the chosen solver remembers."""

    def __init__(self, solvers: Mapping[str, type[RootSolver]], theme: Theme) -> None:
        super().__init__("Root solver")
        self._solvers = solvers
        self._choice: RootFinding | None = None
        self._refused: Mapping[str, str] = {}
        self._families = _families(solvers)
        self._solver = headed_box(self._families)
        self._own: dict[str, FieldForm] = {}
        self._form = FieldForm(RootFinding, tuple(_TITLES), titles=_TITLES, texts=_TEXTS, helps=_HELPS)
        self._inside = link_button("Watch what it remembers")
        self._inside.clicked.connect(self._ask_for_view)
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._race = QPushButton("Race the solvers")
        self._race.setCheckable(True)
        self._race.setToolTip("Run six solvers from the same starts, and compare them in the plots")
        self._racers = RaceMenu(self._families)
        self._racers.rivals_chosen.connect(self.rivals_edited)
        race = QHBoxLayout()
        race.setSpacing(6)
        race.addWidget(self._race, 1)
        race.addWidget(self._racers)
        self._list = RaceList(theme)
        self._solver.activated.connect(self._choose_solver)
        self._form.edited.connect(self.root_edited)
        self._form.refused.connect(self._refuse)
        self._race.clicked.connect(self._set_race)
        for widget in (self._solver, self._form, self._refusal):
            self.body.addWidget(widget)
        self.body.addWidget(self._inside, alignment=Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(race)
        self.body.addWidget(self._list)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the settings in force."""
        root = experiment.root
        if root == self._choice:  # a slider's drag changes nothing here, and comes 60 times a second
            return
        self._choice = root
        choose(self._solver, root.solver)
        solver = self._solvers.get(root.solver)
        about = () if solver is None else (solver.help, solver.citation)
        self._solver.setToolTip("\n".join(filter(None, about)))
        self._inside.setVisible(solver is not None and bool(solver.inside))
        self._show_own(root)
        self._form.show_values(root)
        self._race.setChecked(bool(root.rivals))
        self._race.setText("End the race" if root.rivals else "Race the solvers")
        self._racers.show_race(root.solver, root.rivals, self._refused)

    def refuse(self, refused: Mapping[str, str]) -> None:
        """Grey out the solvers that cannot solve the system in force; refused: why, by name."""
        if refused == self._refused:
            return
        for name in self._solvers:
            if name in refused:
                refuse_option(self._solver, name, refused[name])
            elif name in self._refused:
                offer_option(self._solver, name)
        self._refused = refused
        if self._choice is not None:
            self._racers.show_race(self._choice.solver, self._choice.rivals, refused)

    def show_iterations(self, iterations: Iterations | None, sample: int, dtype: str = "float64") -> None:
        """Show what each solver of the newest reading took; `sample` is the one that is looked at."""
        self._list.show_iterations(iterations, sample, dtype)

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

    def _ask_for_view(self) -> None:
        solver = None if self._choice is None else self._solvers.get(self._choice.solver)
        if solver is not None:
            self.view_asked.emit(solver.inside)

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
        chosen = "" if self._choice is None else self._choice.solver
        self.rivals_edited.emit(self._field(chosen) if on else ())

    def _field(self, chosen: str) -> tuple[str, ...]:
        """Who races against the chosen solver when nobody says who: those that always race, then others, six in all."""
        ready = [name for name in self._solvers if name != chosen and name not in self._refused]
        ready.sort(key=lambda name: not self._solvers[name].races)
        return tuple(ready[: _RACERS - 1])

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))


def _families(solvers: Mapping[str, type[RootSolver]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """(name, title) of the solvers by family, in the order of the families."""
    return {
        family: tuple((name, solver.title) for name, solver in solvers.items() if solver.family == family)
        for family in FAMILIES
        if any(solver.family == family for solver in solvers.values())
    }


def _defaults(solver: type) -> dict[str, Any]:
    return {field.name: field.default for field in fields(solver)}
