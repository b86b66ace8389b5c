"""The card of the ensemble: whether it is drawn, of how many trajectories, and from which starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_type_hints

from PySide6.QtCore import Signal

from core.experiment import Ensemble
from core.parameter import Range

from .card import Card
from .editors.labelled import Labelled
from .editors.lines import Lines
from .editors.number_box import NumberBox
from .editors.switch import Switch
from .editors.value_slider import ValueSlider
from .labels import label, set_text

if TYPE_CHECKING:
    from core.experiment import Experiment

_SLIDER = Range(100, 100_000, log=True)
_WIDTH = 74


class EnsemblePanel(Card):
    """A switch; once it is on, how many trajectories there are and the seed of their starts."""

    ensemble_edited = Signal(str, object, object)
    """(field of `Ensemble`, value, drag id or None)."""
    drag_finished = Signal()

    def __init__(self) -> None:
        super().__init__("Ensemble")
        self._shown: Ensemble | None = None
        self.switch = Switch("Ensemble")
        self.count = _box("count", "Trajectories")
        self.slider = ValueSlider("Trajectories", _SLIDER)
        self.seed = _box("seed", "Seed of the starts")
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._settings = Lines()
        self.body.addWidget(
            Labelled("Draw an ensemble", self.switch, help="Very many trajectories at once, from starts at random")
        )
        self._settings.add(Labelled("Trajectories", self.count, help="How many; their starts fill the text's view"))
        self._settings.add(self.slider)
        self._settings.add(Labelled("Seed", self.seed, help="Another seed, other starts"))
        self.body.addWidget(self._settings)
        self.body.addWidget(self._refusal)
        self.switch.clicked.connect(self._set_on)
        self.count.value_edited.connect(self._set_count)
        self.slider.value_edited.connect(self._set_count)
        self.slider.drag_finished.connect(self.drag_finished)
        self.seed.value_edited.connect(self._set_seed)
        for box in (self.count, self.seed):
            box.refused.connect(self._refuse)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the settings in force."""
        ensemble = experiment.ensemble
        if ensemble == self._shown:  # a slider's drag changes nothing here, and comes 60 times a second
            return
        self._shown = ensemble
        self.switch.setChecked(ensemble.on)
        self._settings.setVisible(ensemble.on)
        self.count.set_value(ensemble.count)
        self.slider.set_value(ensemble.count)
        self.seed.set_value(ensemble.seed)

    def _set_on(self, on: bool) -> None:
        self.ensemble_edited.emit("on", on, None)

    def _set_count(self, count: float, drag: int | None = None) -> None:
        self.ensemble_edited.emit("count", round(count), drag)

    def _set_seed(self, seed: float) -> None:
        self.ensemble_edited.emit("seed", int(seed), None)

    def _refuse(self, sentence: str) -> None:
        set_text(self._refusal, sentence)
        self._refusal.setVisible(bool(sentence))


def _box(field: str, name: str) -> NumberBox:
    """A number box for a field of `Ensemble`."""
    hint = get_type_hints(Ensemble, include_extras=True)[field]
    limits = next(mark for mark in hint.__metadata__ if isinstance(mark, Range))
    box = NumberBox(name, limits, whole=True)
    box.setFixedWidth(_WIDTH)
    return box
