"""The card of the integrator: method, tolerances, time span, and the race against other methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from core.experiment import SEEDS, Experiment, Integration
from core.integration_method import FAMILIES
from core.parameter import Range

from .canvas.figure_table import FigureTable
from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import Labelled, choice_box, choose, headed_box, offer_option, refuse_option
from .editors.number_box import NumberBox
from .editors.switch import Switch
from .edits import span_of
from .labels import label, set_text
from .learning_systems import form_of
from .noise_words import forward_only, unknown_to
from .race_menu import RaceMenu
from .views.integrator_figures import HEADINGS, figure_rows

if TYPE_CHECKING:
    from core.adaptive_controller import AdaptiveController
    from core.integration_method import IntegrationMethod
    from core.language import System
    from core.readings import IntegratorRace

    from .theme import Theme

_TIME = Range(-1e9, 1e9)
_NO_SPAN = "The time span must end after it begins."
_FAVOURED = (1, 2, 4, 5)
"""Orders that race when nobody says who, with the highest there is."""
_TITLES = {"rtol": "rtol", "atol": "atol", "step": "Step h"}


_GLOBAL_ERROR = (
    "Follow the selected trajectory once more with every step halved (Adams, BDF and Automatic: with a tenth of "
    "the tolerances), and show how far it is from the solution as a band in the time series."
)
_ALWAYS_FIXED = "This method has no error estimate, so its steps are always fixed."
_NEVER_FIXED = "This method finds its own steps, and takes none of a given size."
_RACE = "Run methods of several orders from the same start, and compare them in the plots"
_SEED = "Another seed, other Brownian paths. Every start and component has its own, which no step or method changes."


class SolverPanel(Card):
    """Emits what a person changes; the limits of every field are those the experiment declares."""

    integration_edited = Signal(str, object)
    seed_edited = Signal(float)
    span_edited = Signal(tuple)
    rivals_edited = Signal(tuple)

    def __init__(
        self,
        tableaus: Mapping[str, IntegrationMethod],
        controllers: Mapping[str, type[AdaptiveController]],
        theme: Theme,
    ) -> None:
        super().__init__("Solver")
        self._tableaus = tableaus
        self._controllers = controllers
        self._theme = theme
        self._race: IntegratorRace | None = None
        self._chosen = ""
        self._shown: tuple[object, ...] = ()
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._method = headed_box(_by_family(tableaus))
        self._form = FieldForm(Integration, tuple(_TITLES), titles=_TITLES)
        self._controller = choice_box(tuple((name, one.title) for name, one in controllers.items()))
        self._control = Labelled("Step control", self._controller, help="How the next step follows from the errors.")
        self._fixed = Switch("Fixed steps")
        self._backward = Switch("Backward in time")
        self._estimated = Switch("Global error")
        self._seed = NumberBox("Seed of the noise", SEEDS, whole=True)
        self._seeded = Labelled("Seed", self._seed, help=_SEED)
        self._begin = NumberBox("t from", _TIME)
        self._end = NumberBox("t to", _TIME)
        self._racing = QPushButton("Race the methods")
        self._racing.setCheckable(True)
        self._racers = RaceMenu(_by_family(tableaus))
        self._figures = FigureTable(theme, "Methods of the race")
        self._figures.hide()
        self._lay_out()

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the settings in force."""
        span = span_of(experiment, system)
        shown = (experiment.integration, span, form_of(system), experiment.seed)
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
        self._seed.set_value(experiment.seed)
        self._seeded.setVisible(bool(system.noise))
        _offer(self._backward, integration.backward, forward_only(system))
        _offer(self._estimated, integration.global_error, unknown_to("The global error", system))
        for name in _TITLES:
            self._form.show_line(name, (name == "step") == fixed)
        self._form.show_values(integration)
        controlled = can_adapt and not fixed and not (tableau is None or tableau.chooses_steps)
        self._show_controller(integration.controller, controlled)
        self._begin.set_value(span[0])
        self._end.set_value(span[1])
        self._chosen = integration.method
        self._racing.setChecked(bool(integration.rivals))
        unraced = unknown_to("A race", system)
        self._racing.setEnabled(bool(integration.rivals) or not unraced)
        self._racing.setToolTip(unraced or _RACE)
        self._racing.setText("End the race" if integration.rivals else "Race the methods")
        self._show_refusals(system, integration)

    def _show_controller(self, name: str, shown: bool) -> None:
        """A method that finds its own steps, and equal ones, need none."""
        choose(self._controller, name)
        known = self._controllers.get(name)
        self._controller.setToolTip("" if known is None else known.citation)
        self._control.setVisible(shown)

    def show_race(self, race: IntegratorRace | None) -> None:
        """Show what every method of the newest reading took and reached; None: there is no race."""
        self._race = race
        rows = figure_rows(race, self._theme)
        self._figures.set_rows(HEADINGS if rows else (), rows)
        self._figures.setFixedHeight(self._figures.wanted_height())
        self._figures.setVisible(bool(rows))

    def _show_refusals(self, system: System, integration: Integration) -> None:
        """Grey out the methods that cannot follow the system, and say why."""
        refused = {}
        for name, method in self._tableaus.items():
            sentence = method.refusal(system) if system.flows else None
            if sentence is None:
                offer_option(self._method, name)
            else:
                refused[name] = sentence
                refuse_option(self._method, name, sentence)
        self._racers.show_race(integration.method, integration.rivals, refused)

    def race(self) -> None:
        """Begin the race of the methods, or end it, as the button does."""
        if not self.isHidden():  # hidden where the system is a layer
            self._racing.click()

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self._figures.set_theme(theme)
        self.show_race(self._race)

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
        self._controller.activated.connect(self._choose_controller)
        self.body.addWidget(self._control)
        self.body.addWidget(Labelled("Time span", self._begin, label("to", "muted"), self._end))
        self._seed.value_edited.connect(self.seed_edited)
        self._seed.setFixedWidth(66)
        self._seed.refused.connect(self._refuse)
        self.body.addWidget(self._seeded)
        self.body.addWidget(Labelled("Fixed steps", self._fixed))
        backward = Labelled(
            "Backward in time", self._backward, help="Also follow every trajectory back from its start."
        )
        self.body.addWidget(backward)
        self._estimated.clicked.connect(lambda on: self.integration_edited.emit("global_error", on))
        error = Labelled("Global error", self._estimated, help=_GLOBAL_ERROR)
        self.body.addWidget(error)
        self.body.addWidget(self._refusal)
        self._racing.clicked.connect(self._set_race)
        self._racers.rivals_chosen.connect(self.rivals_edited)
        race = QHBoxLayout()
        race.setSpacing(6)
        race.addWidget(self._racing, 1)
        race.addWidget(self._racers)
        self.body.addLayout(race)
        self.body.addWidget(self._figures)

    def _choose_method(self) -> None:
        self.integration_edited.emit("method", self._method.currentData())

    def _choose_controller(self) -> None:
        self.integration_edited.emit("controller", self._controller.currentData())

    def _set_race(self, on: bool) -> None:
        self.rivals_edited.emit(_field(self._tableaus, self._chosen) if on else ())

    def _set_fixed(self, fixed: bool) -> None:
        self.integration_edited.emit("fixed", fixed)

    def _set_backward(self, backward: bool) -> None:
        self.integration_edited.emit("backward", backward)

    def _edit_span(self) -> None:
        self.span_edited.emit((self._begin.value(), self._end.value()))

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))


def _offer(switch: Switch, on: bool, obstacle: str) -> None:
    """Show a switch as it is set, or off and greyed out where there is an obstacle, which it then tells."""
    switch.setChecked(on and not obstacle)
    switch.setEnabled(not obstacle)
    switch.setToolTip(obstacle)


def _field(methods: Mapping[str, IntegrationMethod], chosen: str) -> tuple[str, ...]:
    """Who races against the chosen method when nobody says who: one explicit method for each favoured order but the
    chosen one's, and the implicit method of the highest order that adapts its steps."""
    explicit = [method for method in methods.values() if method.compiled]
    orders = {method.order for method in explicit}
    wanted = [order for order in sorted(orders) if order in (*_FAVOURED, max(orders))]
    others = [order for order in wanted if order != getattr(methods.get(chosen), "order", None)]
    field = [
        min((method for method in explicit if method.order == order), key=lambda one: (one.stages, one.name))
        for order in others
    ]
    implicit = [method for method in methods.values() if method.stiff and method.adaptive and method.fixed_steps]
    field += sorted(implicit, key=lambda one: (-one.order, one.stages, one.name))[:1]
    return tuple(method.name for method in field if method.name != chosen)


def _by_family(tableaus: Mapping[str, IntegrationMethod]) -> dict[str, tuple[tuple[str, str], ...]]:
    """(name, title) of the methods by family, those of low order first."""
    ordered = sorted(tableaus.values(), key=lambda tableau: (tableau.order, tableau.title))
    return {
        family: tuple((tableau.name, tableau.title) for tableau in ordered if tableau.family == family)
        for family in FAMILIES
        if any(tableau.family == family for tableau in ordered)
    }
