"""The card of learning: of what, with which loss and optimiser, the buttons, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from core.number_table import TableError
from core.parameter import Range
from core.table_data import TABLE, TableData
from core.training_choice import LOSSES, Training
from core.training_scope import idle_settings

from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import Labelled, choice_box, choose, offer_option, refuse_option
from .editors.lines import Lines
from .editors.number_box import NumberBox
from .editors.value_slider import ValueSlider
from .labels import label, link_button, row, set_text
from .learnable import misfit
from .learning_systems import form_of
from .network_rows import NetworkRows
from .own_forms import OwnForms
from .table_rows import TableRows
from .training_edits import FITTING_LOSSES
from .training_words import LOSSES as LOSS_WORDS
from .training_words import SCHEDULES

if TYPE_CHECKING:
    from core.data_set import DataSet
    from core.experiment import Experiment
    from core.language import System

_BOX_WIDTH = 88
_MORE = ("points", "test_points", "batch", "iterations", "schedule", "noise")
_MORE += ("trace", "kinetic", "jacobian", "taylor", "taylor_order", "steer", "warm_start")
_TITLES = {
    "test_points": "Test points",
    "batch": "Batch",
    "iterations": "Iterations at most",
    "schedule": "Learning rate over time",
    "noise": "Noise σ",
    "trace": "Divergence",
    "kinetic": "Kinetic energy",
    "jacobian": "Jacobian",
    "taylor": "Taylor term",
    "taylor_order": "Derivative",
    "steer": "Drawn end",
    "warm_start": "Warm starts",
}
_HELPS = {
    "trace": (
        "The trace of the Jacobian, which says how much a flow swells: itself, or an estimate by one product with the "
        "Jacobian, whose noise is drawn anew for every batch and stays on all the way of a point. Of the test points "
        "it is always computed exactly"
    ),
    "taylor": (
        "Weight of the mean square of a higher time derivative of z along trajectories: where it is small, solvers "
        "take long steps. It costs a few evaluations of f more at every stage (Kelly and others, 2020)"
    ),
    "taylor_order": (
        "Which time derivative of z: a solver's error is made of the one above its order; the higher it is, the more "
        "it costs"
    ),
    "warm_start": (
        "Begin every solve at the sample's last fixed point, not at 0: it takes fewer iterations, the less the weights "
        "have moved since then. What comes out is the same up to the solver's tolerance"
    ),
}


class TrainingPanel(Card):
    """Emits what a person asks for; what is under way is told by `show_run`."""

    data_chosen = Signal(str)
    training_edited = Signal(str, object, object)
    """(field of `Training`, value, drag id or None)."""
    drag_finished = Signal()
    option_edited = Signal(str, str, str, object)
    """("data_options" or "options", data set or optimiser, field, value)."""
    run_asked = Signal()
    """Train, or pause."""
    step_asked = Signal()
    start_over_asked = Signal()
    branch_asked = Signal()
    build_asked = Signal()
    """Put another network together."""

    def __init__(
        self, data_sets: Mapping[str, type[DataSet]], optimisers: Mapping[str, Any], traces: Mapping[str, Any]
    ) -> None:
        super().__init__("Learning")
        self._data_sets, self._optimisers, self._traces = data_sets, optimisers, traces
        self._shown: tuple[object, ...] = ()
        nothing = ("", "Nothing")
        own = (TABLE, TableData.title)
        self._data = choice_box((nothing, own, *((name, one.title) for name, one in data_sets.items())))
        self.table = TableRows()
        self._data_form = OwnForms(data_sets)
        self._run, self._step, self._anew, self._branch = map(
            QPushButton, ("Train", "Step", "Start over", "Branch from here")
        )
        self._stand = label("", "mono", wrap=True)
        self._end = label("", "text", wrap=True)
        self._fault = label("", "error", wrap=True)
        self._refusal = label("", "error", wrap=True)
        self._loss = choice_box(tuple((name, LOSS_WORDS[name]) for name in LOSSES))
        self._optimiser = choice_box(tuple((name, one.title) for name, one in optimisers.items()))
        self._optimiser_form = OwnForms(optimisers)
        limits = _range_of("rate")
        self._rate_box, self._rate = NumberBox("Learning rate", limits), ValueSlider("Learning rate", limits)
        self._more_link = link_button("more settings", "Points, batches, schedule, noise, regularisers and warm starts")
        self._build_link = link_button("build…", "Put another network together from blocks")
        self._more = Lines()
        texts = {"schedule": SCHEDULES, "trace": {name: one.title for name, one in traces.items()}}
        self._form = FieldForm(Training, _MORE, titles=_TITLES, helps=_HELPS, texts=texts)
        self.network = NetworkRows()
        self._lay_out()
        self._connect()

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the settings in force."""
        training = experiment.training
        shown = (training, form_of(system))
        if shown == self._shown:  # so it is while other sliders move
            return
        self._shown = shown
        data_set = _learnt(self._data_sets, training, system)
        self._show_data(training, system, data_set)
        choose(self._loss, training.loss)
        fitting = LOSSES if data_set is None else FITTING_LOSSES[data_set.about]
        for name in LOSSES:
            if name in fitting:
                offer_option(self._loss, name)
            else:
                refuse_option(self._loss, name, f"Not a loss for what is learnt of {training.data}")
        choose(self._optimiser, training.optimiser)
        optimiser = self._optimisers.get(training.optimiser)
        self._optimiser.setToolTip("" if optimiser is None else f"{optimiser.help}\n{optimiser.citation}")
        self._optimiser_form.show_own(training.optimiser, training.options.get(training.optimiser, {}))
        self._rate.set_value(training.rate)
        self._rate_box.set_value(training.rate)
        self._form.show_values(training)
        trace = self._traces.get(training.trace)
        self._form.editor("trace").setToolTip("" if trace is None else f"{trace.help}\n{trace.citation}")
        idle = idle_settings(training, system)
        for name in _MORE:
            self._form.show_line(name, name not in idle)
        self.network.show_network(experiment, system, 0 if data_set is None else data_set.size)

    def show_run(self, *, ready: bool, running: bool, begun: bool, earlier: bool) -> None:
        """begun: a step was taken. earlier: the picture is of an earlier state."""
        self._run.setText("Pause" if running else "Train")
        self._run.setEnabled(ready)
        self._step.setEnabled(ready and not running)
        self._anew.setEnabled(ready and begun)
        self._branch.setEnabled(ready and earlier)

    def show_stand(self, lines: Sequence[str], end: str, fault: str) -> None:
        """Where it stands; end: why it rests; fault: why nothing comes of it. Both sentences, or empty."""
        for target, text in ((self._stand, "\n".join(lines)), (self._end, end), (self._fault, fault)):
            set_text(target, text)
            if target.isHidden() == bool(text):
                target.setVisible(bool(text))

    def _show_data(self, training: Training, system: System, data_set: DataSet | type[DataSet] | None) -> None:
        for name, one in self._data_sets.items():
            reason = misfit(one, system)
            if reason:
                refuse_option(self._data, name, reason)
            else:
                offer_option(self._data, name)
        choose(self._data, training.data)
        self.table.show_table(training, data_set)
        self._data.setToolTip("" if data_set is None else f"{data_set.help}\n{data_set.citation}")
        self._data_form.show_own(training.data, training.data_options.get(training.data, {}))

    def _lay_out(self) -> None:
        self.body.addWidget(Labelled("Data", self._data, help="The points that are learnt"))
        self.body.addWidget(self.table)
        self.body.addLayout(row(self._run, self._step, spacing=6))
        self.body.addLayout(row(self._anew, self._branch, spacing=6))
        for widget in (self._stand, self._end, self._fault):
            widget.hide()
            self.body.addWidget(widget)
        self.body.addWidget(self.network)
        self.body.addWidget(Labelled("Loss", self._loss, help="What is averaged over a batch and made small"))
        self.body.addWidget(Labelled("Optimiser", self._optimiser))
        self.body.addWidget(self._optimiser_form)
        self._rate_box.setFixedWidth(_BOX_WIDTH)
        rate = Lines(3)
        rate.add(Labelled("Learning rate η", self._rate_box, help="How far a step goes; it may change while it learns"))
        rate.add(self._rate)
        self.body.addWidget(rate)
        self.body.addLayout(row(self._more_link, None, self._build_link))
        self._more.add(self._data_form)
        self._more.add(self._form)
        self._more.hide()
        self.body.addWidget(self._more)
        self._refusal.hide()
        self.body.addWidget(self._refusal)
        self._run.setToolTip("Train from the newest state, or pause (T)")
        self._step.setToolTip("One iteration (Shift+T)")
        self._anew.setToolTip("Return to the weights from which the text begins")
        self._branch.setToolTip("Go on from the iteration that is shown; what came later is left (B)")
        self.show_run(ready=False, running=False, begun=False, earlier=False)

    def _connect(self) -> None:
        self._data.activated.connect(self._choose_data)
        self._loss.activated.connect(self._choose_loss)
        self._optimiser.activated.connect(self._choose_optimiser)
        for home, form in (("data_options", self._data_form), ("options", self._optimiser_form)):
            form.setProperty("home", home)
            form.edited.connect(self._set_option)
            form.refused.connect(self._refuse)
        self._rate_box.value_edited.connect(self._set_rate)
        self._rate_box.refused.connect(self._refuse)
        self._rate.value_edited.connect(self._set_rate)
        self._rate.drag_finished.connect(self.drag_finished)
        self._form.edited.connect(self._set)
        self._form.refused.connect(self._refuse)
        self.network.refused.connect(self._refuse)
        self.table.refused.connect(self._refuse)
        self._more_link.clicked.connect(self._unfold)
        self._run.clicked.connect(self.run_asked)
        self._step.clicked.connect(self.step_asked)
        self._anew.clicked.connect(self.start_over_asked)
        self._branch.clicked.connect(self.branch_asked)
        self._build_link.clicked.connect(self.build_asked)

    def _choose_data(self) -> None:
        chosen, (training, *_) = self._data.currentData(), self._shown
        if chosen == TABLE and not training.table:
            choose(self._data, training.data)  # until there is one
            self.table.load_asked.emit()
        else:
            self.data_chosen.emit(chosen)

    def _choose_loss(self) -> None:
        self._set("loss", self._loss.currentData())

    def _choose_optimiser(self) -> None:
        self._set("optimiser", self._optimiser.currentData())

    def _set(self, name: str, value: object) -> None:
        self.training_edited.emit(name, value, None)

    def _set_rate(self, value: float, drag: int | None = None) -> None:
        self.training_edited.emit("rate", value, drag)

    def _set_option(self, owner: str, name: str, value: object) -> None:
        self.option_edited.emit(self.sender().property("home"), owner, name, value)

    def _unfold(self) -> None:
        shown = self._more.isHidden()
        self._more.setVisible(shown)
        self._more_link.setText("fewer settings" if shown else "more settings")

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))


def _learnt(
    data_sets: Mapping[str, type[DataSet]], training: Training, system: System
) -> DataSet | type[DataSet] | None:
    """What is learnt from; None where that is nothing, or a table that does not fit the text."""
    if training.data != TABLE:
        return data_sets.get(training.data)
    try:
        return TableData(training.table, system, training.test_share)
    except TableError:
        return None


def _range_of(name: str) -> Range:
    _, *marks = get_args(get_type_hints(Training, include_extras=True)[name])
    found: Range = next(mark for mark in marks if isinstance(mark, Range))
    return found
