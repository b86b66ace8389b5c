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
from .start_box import StartBox

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

_SLIDER = Range(100, 100_000, log=True)
_WIDTH = 74


class EnsemblePanel(Card):
    """A switch; once it is on, how many trajectories there are, and the seed and the box of their starts."""

    ensemble_edited = Signal(str, object, object)
    """(field of `Ensemble`, value, drag id or None)."""
    ends_edited = Signal(str, object)
    """(component, the two ends of its starts or None for those of the text)."""
    drag_finished = Signal()

    def __init__(self) -> None:
        super().__init__("Ensemble")
        self._shown: tuple[object, ...] = ()
        self._system: System | None = None
        self.switch = Switch("Ensemble")
        self.count = _box("count", "Trajectories")
        self.slider = ValueSlider("Trajectories", _SLIDER)
        self.seed = _box("seed", "Seed of the starts")
        self.box = StartBox()
        self._refusal = label("", "error", wrap=True)
        self._refusal.hide()
        self._settings = Lines()
        self.body.addWidget(
            Labelled("Draw an ensemble", self.switch, help="Very many trajectories at once, from starts at random")
        )
        self._settings.add(Labelled("Trajectories", self.count, help="How many, evenly at random in the box below"))
        self._settings.add(self.slider)
        self._settings.add(Labelled("Seed", self.seed, help="Another seed, other starts"))
        self._settings.add(self.box)
        self.body.addWidget(self._settings)
        self.body.addWidget(self._refusal)
        self.switch.clicked.connect(self._set_on)
        self.count.value_edited.connect(self._set_count)
        self.slider.value_edited.connect(self._set_count)
        self.slider.drag_finished.connect(self.drag_finished)
        self.seed.value_edited.connect(self._set_seed)
        self.box.ends_edited.connect(self.ends_edited)
        self.box.box_reset.connect(self._reset_box)
        for part in (self.count, self.seed, self.box):
            part.refused.connect(self._refuse)

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the settings in force."""
        ensemble = experiment.ensemble
        shown = (ensemble, experiment.starts)
        if system is self._system and shown == self._shown:  # so it is while a slider moves, 60 times a second
            return
        self._shown, self._system = shown, system
        self.switch.setChecked(ensemble.on)
        self._settings.setVisible(ensemble.on)
        self.count.set_value(ensemble.count)
        self.slider.set_value(ensemble.count)
        self.seed.set_value(ensemble.seed)
        self.box.show_experiment(experiment, system)

    def _set_on(self, on: bool) -> None:
        self.ensemble_edited.emit("on", on, None)

    def _set_count(self, count: float, drag: int | None = None) -> None:
        self.ensemble_edited.emit("count", round(count), drag)

    def _set_seed(self, seed: float) -> None:
        self.ensemble_edited.emit("seed", int(seed), None)

    def _reset_box(self) -> None:
        self.ensemble_edited.emit("box", {}, None)

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
