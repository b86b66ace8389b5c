"""The loop that moves weights, one iteration at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import catalogue
from ..data_set import Points
from ..deferred import deferred
from ..language import System, parse
from ..module_layer import ModuleLayer, allowed_layer
from ..stored_tensor import StoredTensor
from ..table_data import TABLE
from ..training_state import TrainingState
from .batches import batch_at, noise_at
from .learners import learner_of
from .learnt_weights import learnt_weights
from .material import material
from .optimiser_memory import remembered, take_up
from .record import Record, no_curves
from .schedule import rate_at

if TYPE_CHECKING:
    import torch

    from ..experiment import Experiment
    from ..module_file import ModuleSource
else:
    torch = deferred("torch")

_LIGHT = 400_000
"""Bytes of what an optimiser remembers in a state that is told on the way."""
_LOOKS = 100
"""Times that the test points are looked at in the whole training."""


class TrainingError(ArithmeticError):
    """A training cannot go on, with a sentence that says why and what may help."""


class TrainingSession:
    """An experiment's network, from a state or from the text's weights on.

    What `advance` does is a function of experiment and state alone: a session that takes up the state of another goes
    on as that would have, to the bit on one processor. An optimiser that was exchanged begins without memory.

    modules: the Python files that may run, by their names in the text.

    Raises ValueError or TypeError where text, data, loss, solver and optimiser do not fit together, or the text names a
    Python file that may not run.
    """

    def __init__(
        self,
        experiment: Experiment,
        state: TrainingState | None = None,
        modules: Mapping[str, ModuleSource] = MappingProxyType({}),
    ) -> None:
        self.experiment, choice = experiment, experiment.training
        self.system = parse(experiment.text, experiment.tensors)
        module = None if self.system.module is None else allowed_layer(experiment, self.system, modules)
        self.layout = layout_of(self.system, experiment, module)
        if state is not None and state.layout != self.layout:
            state = None
        self.weights = learnt_weights(self.system, experiment, None if state is None else state.weights, module)
        self._data, self._train, self._test = material(experiment)
        self.learner = learner_of(self.system, experiment, self.weights, module)
        entry = catalogue.optimiser(choice.optimiser, choice.options.get(choice.optimiser, {}))
        self._optimiser = entry.build(tuple(self.weights.values()), choice.rate)
        self._memory = f"{entry.name} {experiment.dtype}"
        self.iteration = 0 if state is None else state.iteration
        if state is not None:
            take_up(self._optimiser, state.optimiser, self._memory)
            self._begin_at(state.solved)
        self._record = Record(no_curves(len(self.weights)) if state is None else state.curves)
        self.target, self.target_name = self.learner.floor(self._test)

    @property
    def over(self) -> bool:
        """Whether it has come to the experiment's number of iterations."""
        return self.iteration >= self.experiment.training.iterations

    def advance(self) -> None:
        """One iteration. Raises TrainingError, the weights being those before it, where it leads to no numbers."""
        self.look()
        begun, choice = perf_counter(), self.experiment.training
        before = {name: weight.detach().clone() for name, weight in self.weights.items()}
        rate = rate_at(choice.schedule, choice.rate, self.iteration, choice.iterations)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        batch = self._batch()
        measured: dict[str, Any] = {}

        def closure() -> torch.Tensor:
            self._optimiser.zero_grad()
            loss = self.learner.loss(batch, self._draw())
            loss.backward()  # type: ignore[no-untyped-call]
            if not measured:
                effort = self.learner.effort()
                measured.update(loss=float(loss.detach()), forward=effort.forward, backward=effort.backward)
                measured.update(gradient_norms=self._norms(), failed=effort.failed)
            return loss

        self._optimiser.step(closure)  # type: ignore[arg-type]
        self._check(before, measured["loss"])
        seconds = self._record.seconds + perf_counter() - begun
        self._record.add(**measured, rate=rate, seconds=seconds)
        self.iteration += 1

    @property
    def last_loss(self) -> float:
        """Of the batch of the last iteration; NaN before the first."""
        return self._record.last_loss

    def look(self, *, due: bool = False) -> None:
        """Look at the test points where it is time for that. due: now, whatever the time."""
        stride = max(1, self.experiment.training.iterations // _LOOKS)
        due = due or self.iteration % stride == 0 or self.over
        if not due or self._record.last_tested == self.iteration:
            return
        loss, accuracy = self.learner.measured(self._test)
        radius = self.learner.spectral_radius(self._test.x)
        self._record.add(tested=self.iteration, test_loss=loss, accuracy=accuracy, spectral_radius=radius)

    def state(self) -> TrainingState:
        """All that it needs to go on."""
        memory = remembered(self._optimiser, self._memory)
        solved = None if self.learner.solved is None else StoredTensor.of(self.learner.solved)
        return TrainingState(self.iteration, self.stored(), memory, self._record.curves(), self.layout, solved)

    def passing(self) -> TrainingState | None:
        """The same without curves, for who goes on; None where that is large."""
        memory = remembered(self._optimiser, self._memory)
        if self.learner.solved is not None or len(memory) > _LIGHT:
            return None
        return TrainingState(self.iteration, self.stored(), memory, no_curves(len(self.weights)), self.layout)

    def stored(self) -> dict[str, StoredTensor]:
        """The weights as they are."""
        return {name: StoredTensor.of(weight) for name, weight in self.weights.items()}

    def _batch(self) -> Points:
        choice, seed = self.experiment.training, self.experiment.seed
        places = batch_at(self.iteration, len(self._train.x), choice.batch, seed)
        batch = self._train.part(places)
        if choice.noise:
            return replace(batch, x=batch.x + noise_at(self.iteration, batch.x.shape, choice.noise, seed))
        return batch

    def _begin_at(self, solved: StoredTensor | None) -> None:
        """Solves go on from there, where that is of as many points and unknowns."""
        kept = self.learner.solved
        if kept is not None and solved is not None and tuple(solved.shape) == tuple(kept.shape):
            kept.copy_(torch.tensor(solved.array()))

    def _draw(self) -> int:
        return (self.experiment.seed * 1_000_003 + self.iteration) % 2**63

    def _norms(self) -> np.ndarray:
        found = [w.new_zeros(()) if w.grad is None else w.grad.norm() for w in self.weights.values()]
        return torch.stack(found).double().cpu().numpy()

    def _check(self, before: Mapping[str, torch.Tensor], loss: float) -> None:
        """Raises TrainingError, and restores the weights, where the iteration led nowhere."""
        whole = torch.cat([weight.detach().reshape(-1) for weight in self.weights.values()])
        if np.isfinite(loss) and bool(torch.isfinite(whole).all()):
            return
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(before[name])
        what = "the loss is no number" if not np.isfinite(loss) else "a step leads to weights that are no numbers"
        raise TrainingError(
            f"{what} at iteration {self.iteration}: lower the learning rate, tighten the solver's tolerances, or begin "
            "with smaller weights"
        )


def layout_of(system: System, experiment: Experiment, module: ModuleLayer | None = None) -> str:
    """What a state must fit: the text's equations, the learnt tensors' shapes, the data and the loss; of an own table
    also what divides it, so that no row that was learnt from becomes a test row."""
    training = experiment.training
    shapes = [f"{item.name} {item.shape}" for item in system.data if item.name in system.learnt]
    equations = [f"{line.state.name} {line.state.shape}" for line in system.equations]
    options = sorted(training.data_options.get(training.data, {}).items())
    if module is not None:
        shapes += [f"{name} {tuple(weight.shape)}" for name, weight in module.learnt.items()]
    told = [system.kind, *equations, *shapes, training.data, str(options), training.loss]
    if training.data == TABLE:
        told += [repr(dict(training.table)), repr((training.test_share, experiment.seed))]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
