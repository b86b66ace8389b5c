"""The line of training that the document's weights belong to, and what of it is looked at."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from . import training_edits
from .learning_systems import form_of
from .training_history import TrainingHistory
from .training_log import TrainingLog

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System
    from core.training_state import LearningCurves, TrainingState

ANOTHER_NETWORK = "Another network: its weights begin anew."
ANOTHER_TASK = "Another data set or loss: iterations count anew, from the weights as they are."


class TrainingLine:
    """log: the states of the line. looked_at: an earlier one whose picture is shown; None where it is that of the
    newest. ghost: curves of the line that was left last. another: what was put in place of what was trained before, a
    sentence; empty where it is the same, or known.
    """

    def __init__(self) -> None:
        self.log = TrainingLog()
        self.looked_at: TrainingState | None = None
        self.ghost: LearningCurves | None = None
        self.another = ""
        self._history = TrainingHistory()
        self._seen: Experiment | None = None
        self._key: Hashable = None  # of the system with the document's weights; None where nothing is trained
        self._form: Hashable = None
        self._task: Hashable = None
        self._expected: TrainingLog | None = None
        self._left = False

    @property
    def at(self) -> int:
        """The iteration at which the training stands."""
        newest = self.log.newest
        return 0 if newest is None else newest.iteration

    def nearest(self, t: float) -> float:
        """The iteration one can go back to that is closest to t."""
        state = self.log.nearest(t)
        return 0.0 if state is None else float(state.iteration)

    def before(self, t: float) -> float:
        """The last one before t, or the first."""
        state = self.log.before(t)
        return self.nearest(0.0) if state is None else float(state.iteration)

    def after(self, t: float) -> float:
        """The first one behind t, or the newest."""
        return float(next((one for one in self.log.iterations if one > t), self.at))

    def grow(self, state: TrainingState) -> None:
        """A newer state is there."""
        self.log = self.log.grown(state)
        if not state.iteration:
            self._history.keep(self._key, self.log)

    def leave(self) -> None:
        """Another line begins, and the curves of this one stay in sight."""
        newest = self.log.newest
        self.looked_at, self._left = None, True
        self.ghost = newest.curves if newest is not None and newest.iteration else None

    def expect(self, log: TrainingLog | None) -> None:
        """The weights that the document gets next are those of this log's newest state; None: it got them."""
        self._expected = log

    def goes_on(self, experiment: Experiment, system: System) -> bool:
        """Whether this line would not end where the document became so."""
        return self._expected is not None or _key_of(experiment, system) == self._key

    def notice(self, experiment: Experiment, system: System) -> bool:
        """Take notice of what became of the document. Whether its weights are of another line now."""
        if experiment is self._seen:
            return False
        self._seen = experiment
        key = _key_of(experiment, system)
        if key == self._key:
            return False
        form, expected = None if key is None else form_of(system), self._expected
        self._key, self._expected = key, None
        if expected is not None:
            self._history.keep(key, expected)
            self.log, self._left = expected, False
            return False
        found = self._history.find(key)
        task = training_edits.task_of(experiment)
        self.another = "" if found or key is None or self._form is None else self._what_is_another(form, task)
        self._form, self._task = form, task
        self.log, self.looked_at = found or TrainingLog(), None
        self.ghost, self._left = self.ghost if self._left else None, False
        return True

    def _what_is_another(self, form: Hashable, task: Hashable) -> str:
        if form != self._form:
            return ANOTHER_NETWORK
        return "" if task == self._task else ANOTHER_TASK


def _key_of(experiment: Experiment, system: System) -> Hashable:
    """What is trained for what, with its weights; None where nothing is."""
    if not training_edits.can_train(experiment, system):
        return None
    own = ()
    if system.module is not None:  # the key of a text knows nothing of what is in a file
        kept = tuple((name, one) for name, one in experiment.tensors.items() if system.is_learnt(name))
        own = (experiment.modules.get(system.module.file), kept)
    return system.key, own, training_edits.task_of(experiment)
