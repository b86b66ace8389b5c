"""The card of the optimisers that go downhill beside the gradient flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from core.experiment import Descent

from .card import Card
from .editors.field_form import FieldForm
from .editors.labelled import Labelled
from .editors.switch import Switch
from .labels import label, set_text

if TYPE_CHECKING:
    from core.experiment import Experiment

_TITLES = {
    "eta": "Learning rate η",
    "beta": "Momentum β",
    "tolerance": "Tolerance",
    "iterations": "Iterations at most",
}


class DescentPanel(Card):
    """A switch for every optimiser, and the settings that they share."""

    descent_edited = Signal(str, object)
    """(field of `Descent`, value)."""
    optimiser_switched = Signal(str, bool)
    """(optimiser, whether it takes part)."""

    def __init__(self, optimisers: Mapping[str, type]) -> None:
        super().__init__("Optimisers")
        self._shown: Descent | None = None
        self._switches: dict[str, Switch] = {}
        self._form = FieldForm(Descent, tuple(_TITLES), titles=_TITLES)
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        for name, optimiser in optimisers.items():
            title = f"{optimiser.title[:1].upper()}{optimiser.title[1:]}"
            switch = Switch(title)
            switch.setProperty("optimiser", name)
            switch.clicked.connect(self._switch)
            self._switches[name] = switch
            self.body.addWidget(Labelled(title, switch, help="\n".join((optimiser.help, optimiser.citation))))
        self._form.edited.connect(self.descent_edited)
        self._form.refused.connect(self._refuse)
        self.body.addWidget(self._form)
        self.body.addWidget(self._refusal)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the settings in force."""
        descent = experiment.descent
        if descent == self._shown:  # a slider's drag changes nothing here, and comes 60 times a second
            return
        self._shown = descent
        for name, switch in self._switches.items():
            switch.setChecked(name in descent.methods)
        self._form.show_values(descent)

    def _switch(self, on: bool) -> None:
        self.optimiser_switched.emit(self.sender().property("optimiser"), on)

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))
