"""The card of a fit: the points, how far from them counts, who moves the parameters, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from core.fit_choice import FitChoice

from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import Labelled, choice_box, choose
from .editors.switch import Switch
from .fit_plot import FitPlot
from .fit_words import data_notes
from .labels import ElidedLabel, label, link_button, row, set_text, set_tip
from .learning_systems import form_of

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.fit_method import FitMethod
    from core.language import System

    from .theme import Theme

_LOSSES = (("squares", "Sum of squares"), ("huber", "Huber's"))
_PLOT_HEIGHT = 130
_TITLES = {
    "eta": "Learning rate η",
    "beta1": "Memory β₁",
    "beta2": "Memory of squares β₂",
    "damping": "First damping μ",
}


class FitPanel(Card):
    """Emits what a person asks for; what is under way is told by `show_run`."""

    load_asked = Signal()
    data_removed = Signal()
    fit_edited = Signal(str, object)
    """(field of `FitChoice`, value)."""
    option_edited = Signal(str, str, float)
    """(method, field, value)."""
    run_asked = Signal()
    """Fit, or pause what is under way, or go on."""
    step_asked = Signal()
    stop_asked = Signal()
    undo_asked = Signal()

    def __init__(self, methods: Mapping[str, type[FitMethod]], theme: Theme) -> None:
        super().__init__("Fit to data")
        self._methods = methods
        self._shown: tuple[object, ...] = ()
        self._source = ElidedLabel("", "muted")
        self._load = link_button("load a table…", "A CSV file: a line of names, t and components, then numbers")
        self._remove = link_button("remove", "Fit nothing any more")
        self._note = label("", "muted", wrap=True)
        self._fault = label("", "error", wrap=True)
        self._loss = choice_box(_LOSSES)
        self._delta = FieldForm(FitChoice, ("delta",), titles={"delta": "δ"})
        self._method = choice_box(tuple((name, _capital(method.title)) for name, method in methods.items()))
        self._forms = {name: FieldForm(method, titles=_TITLES) for name, method in methods.items()}
        self._free = Switch("Start may move")
        self._most = FieldForm(FitChoice, ("iterations",), titles={"iterations": "Iterations at most"})
        self._moving = label("", "muted", wrap=True)
        self._run, self._step, self._stop, self._undo = map(QPushButton, ("Fit", "Step", "Stop", "Undo"))
        self.plot = FitPlot(theme)
        self.plot.setFixedHeight(_PLOT_HEIGHT)
        self._summary = label("", "mono", wrap=True)
        self._end = label("", "text", wrap=True)
        self._lay_out()
        self._connect()

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the points and settings in force."""
        choice = experiment.fit
        shown = (choice, form_of(system), experiment.span)
        if shown == self._shown:  # so it is while a fit moves the sliders
            return
        self._shown = shown
        columns = [name for name in choice.data if name in system.components]
        count = len(choice.data.get("t", ()))
        words = f"{count} times of {', '.join(columns)}" if columns else "no points yet"
        self._source.show_text("  ".join(filter(None, (words, choice.source))))
        set_tip(self._source, choice.source)
        notes = data_notes(experiment, system)
        set_text(self._note, "\n".join(notes))
        self._note.setVisible(bool(notes))
        self._remove.setVisible(bool(choice.data))
        choose(self._loss, choice.loss)
        self._delta.show_values(choice)
        self._delta.setVisible(choice.loss == "huber")
        choose(self._method, choice.method)
        method = self._methods[choice.method]
        self._method.setToolTip(f"{method.help}\n{method.citation}")
        for name, form in self._forms.items():
            form.setVisible(name == choice.method)
            form.show_values(self._methods[name](**choice.options.get(name, {})))
        self._free.setChecked(choice.free_start)
        self._most.show_values(choice)
        held = [one.symbol or one.name for one in system.parameters if one.name in choice.held]
        moving = [one.symbol or one.name for one in system.parameters if one.name not in choice.held]
        words = f"moves {', '.join(moving)}" if moving else "moves no parameter"
        words += " and the start" * choice.free_start
        set_text(self._moving, f"{words}; holds {', '.join(held)}" if held else words)
        for button in (self._run, self._step):
            button.setEnabled(bool(columns))

    def show_run(self, words: str, *, running: bool, begun: bool) -> None:
        """words: on the button that begins, pauses and goes on. begun: there is something to stop or take back."""
        self._run.setText(words)
        self._step.setEnabled(not running and self._run.isEnabled())
        self._stop.setEnabled(begun)

    def show_undo(self, able: bool) -> None:
        """Whether the last change is a fit's."""
        self._undo.setEnabled(able)

    def show_result(self, end: str, lines: Sequence[str], losses: Sequence[tuple[int, float]]) -> None:
        """What came of it so far; end: why it is over, else empty."""
        self.show_end(end)
        set_text(self._summary, "\n".join(lines))
        self._summary.setVisible(bool(lines))
        self.plot.show_losses(losses)
        self.plot.setVisible(bool(losses))

    def show_end(self, end: str) -> None:
        """Other words on why it is over."""
        set_text(self._end, end)
        self._end.setVisible(bool(end))

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with a table or a setting; nothing where all is well."""
        set_text(self._fault, sentence)
        self._fault.setVisible(bool(sentence))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self.plot.apply_theme(theme)

    def _lay_out(self) -> None:
        for widget in (self._note, self._fault, self._end, self._summary, self.plot):
            widget.hide()
        data = row(self._source, self._load, self._remove, spacing=4)
        data.setStretch(0, 1)
        self.body.addLayout(data)
        self.body.addWidget(self._note)
        self.body.addWidget(self._fault)
        self.body.addWidget(Labelled("Loss", self._loss, help="What is summed over the distances to the points"))
        self.body.addWidget(self._delta)
        self.body.addWidget(Labelled("Method", self._method))
        for form in self._forms.values():
            self.body.addWidget(form)
        free = "The selected trajectory's start is fitted with the parameters"
        self.body.addWidget(Labelled("Start may move", self._free, help=free))
        self.body.addWidget(self._most)
        self._moving.setToolTip("The padlock of a slider holds it")
        self.body.addWidget(self._moving)
        buttons = row(self._run, self._step, self._stop, self._undo, spacing=6)
        self.body.addLayout(buttons)
        for widget in (self.plot, self._end, self._summary):
            self.body.addWidget(widget)
        self.show_run("Fit", running=False, begun=False)
        self.show_undo(False)

    def _connect(self) -> None:
        self._load.clicked.connect(self.load_asked)
        self._remove.clicked.connect(self.data_removed)
        self._run.clicked.connect(self.run_asked)
        self._step.clicked.connect(self.step_asked)
        self._stop.clicked.connect(self.stop_asked)
        self._undo.clicked.connect(self.undo_asked)
        self._loss.activated.connect(self._choose_loss)
        self._method.activated.connect(self._choose_method)
        self._free.clicked.connect(self._free_start)
        for form in (self._delta, self._most):
            form.edited.connect(self.fit_edited)
            form.refused.connect(self.refuse)
        for name, form in self._forms.items():
            form.setProperty("method", name)
            form.edited.connect(self._set_option)
            form.refused.connect(self.refuse)

    def _choose_loss(self) -> None:
        self.fit_edited.emit("loss", self._loss.currentData())

    def _choose_method(self) -> None:
        self.fit_edited.emit("method", self._method.currentData())

    def _free_start(self, on: bool) -> None:
        self.fit_edited.emit("free_start", on)

    def _set_option(self, name: str, value: float) -> None:
        self.option_edited.emit(self.sender().property("method"), name, value)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
