"""What the window would ask of the engine now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from core.experiment import is_reference
from core.readings import (
    Agreement,
    ClosedOrbits,
    FitProgress,
    GlobalError,
    Iterations,
    LossSlice,
    LyapunovExponents,
    RootEffects,
    TrainingProgress,
    Trajectories,
)
from core.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.fit_task import FitTask
    from core.module_file import ModuleSource
    from core.stored_tensor import StoredTensor
    from core.training_state import TrainingTask
    from core.weight_plane import WeightPlane

    from .document import Document
    from .stage import Stage


@dataclass(frozen=True)
class Trained:
    """What a request asks of a training: task, or a picture of the network with other weights, by name."""

    task: TrainingTask | None = None
    weights: Mapping[str, StoredTensor] | None = None


class Asking:
    """Makes a request of the experiment and what the visible views want.

    time: at which a field that depends on it is frozen. focus: the trajectory or sample that is looked at. fit: what
    the engine is to do of a fit. trained: says what it is to do of a training, as it stands when that is asked; plane:
    where the loss about that is looked at.
    """

    def __init__(self, document: Document, stage: Stage, modules: Callable[[], Mapping[str, ModuleSource]]) -> None:
        self._document, self._stage, self._modules = document, stage, modules
        self.time: float | None = None
        self.focus = 0
        self.fit: FitTask | None = None
        self.trained: Callable[[], Trained] = Trained
        self.plane: Callable[[], WeightPlane | None] = lambda: None

    def request(self, quality: Literal["preview", "full"], *, every_step: bool = False) -> Request:
        """What would be asked now, but for its generation."""
        shown = [view for view in self._stage.on if view.isVisible()]
        viewports = (view.viewport() for view in shown)
        viewport = next((found for found in viewports if found is not None), None)
        if viewport is not None and self.time is not None and not self._document.system.autonomous:
            viewport = replace(viewport, time=self.time)
        layer = self._document.system.kind in ("map", "root")
        # the inspector's, the playhead's, the sliders'
        always = {Iterations, RootEffects} if layer else {Trajectories, ClosedOrbits, LyapunovExponents}
        if self._document.experiment.integration.global_error and not layer:
            always |= {GlobalError}
        experiment, trained = self._document.experiment, self.trained()
        if trained.weights is not None:
            experiment = replace(experiment, tensors={**experiment.tensors, **trained.weights})
        check = frozenset() if is_reference(experiment) else frozenset({Agreement})
        led: set[type] = set() if self.fit is None else {FitProgress}
        led |= set() if trained.task is None else {TrainingProgress}
        wanted = check.union(always, led, *(view.wants() for view in shown))
        return Request(
            experiment,
            wanted,
            viewport,
            quality,
            focus=self.focus,
            every_step=every_step,
            modules=self._modules(),
            fit=self.fit,
            training=trained.task,
            plane=self.plane() if LossSlice in wanted else None,
        )
