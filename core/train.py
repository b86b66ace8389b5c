"""Training for scripts: `core.train`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from . import catalogue
from .experiment import Experiment
from .experiment_source import read_source
from .field_check import checked
from .given_table import given_table, is_table
from .language import System, parse
from .learnt_data import learnt_data
from .nearest_name import suggestion
from .table_data import TABLE
from .training.session import TrainingError, TrainingSession
from .training_choice import Training
from .training_file import save_checkpoint
from .training_state import LearningCurves, TrainingState
from .trusted_modules import trusted_modules

if TYPE_CHECKING:
    from jaxtyping import Float

    from .module_file import ModuleSource

_HOW = ("device", "dtype", "seed")
"""Settings of the experiment itself."""


@dataclass(frozen=True)
class Trained:
    """What `core.train` gives. experiment: with the weights that were learnt; state: to go on from, by `state=`.
    target: a loss that nothing gets below on average, NaN where none is known. note: why it ended early, else "".
    modules: the Python file that was allowed to run, by its name in the text."""

    experiment: Experiment
    state: TrainingState
    target: float = nan
    note: str = ""
    modules: Mapping[str, ModuleSource] = field(default_factory=dict)

    @property
    def curves(self) -> LearningCurves:
        """Everything that was measured, iteration by iteration."""
        return self.state.curves

    @property
    def weights(self) -> dict[str, Float[np.ndarray, "..."]]:
        """The learnt tensors by name, in float64."""
        return {name: tensor.array() for name, tensor in self.state.weights.items()}

    @property
    def test_loss(self) -> float:
        """Of the test points, at the end."""
        return float(self.curves.test_loss[-1])

    @property
    def accuracy(self) -> float:
        """The share of the test points that is classified rightly, NaN where there are no classes."""
        return float(self.curves.accuracy[-1])

    @cached_property
    def system(self) -> System:
        """The text with the weights that were learnt: for `core.integrate`, `core.solve` and the others."""
        return parse(self.experiment.text, self.experiment.tensors)

    def __call__(self, x: Any) -> Float[np.ndarray, "N k"]:
        """What is answered at inputs x (N, d): k numbers; of a flow log p; of states over time, the state when the
        longest gap between two rows of the table has passed. Raises ValueError for another d."""
        points = _points(x, learnt_data(self.experiment.training, self.system).size)
        return TrainingSession(self.experiment, self.state, self.modules).learner.answers(points)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a checkpoint, a safetensors file with the weights under their names. Raises OSError."""
        save_checkpoint(path, self.state)


def train(
    source: str | Experiment,
    *,
    state: TrainingState | None = None,
    watch: Callable[[int, float], object] | None = None,
    trust: str | Sequence[str] = (),
    **settings: Any,
) -> Trained:
    """Train a text's network.

    source: a formula text with lines learn W = ..., an experiment file, a preset's name, or an `Experiment`.
    settings: those of `core.training_choice.Training` by name (data, loss, output, optimiser, rate, batch, iterations,
    ...), and dtype, device and seed. A text is followed by dopri5 and differentiated through its steps. data: the name
    of a data set, or data of one's own: a CSV file's path, columns by name, points x (N, d), or (x, y), y being classes
    (N,) as whole numbers, or values (N,) or (N, k). Columns are read by `core.table_roles.roles_of`: t with states over
    time, class or y, y1, ... beside inputs, or points of a density.
    state: of an earlier training, to go on from, to the bit. watch: called with the number and the loss of every
    iteration; ends the training by returning False. trust: of a text whose line learn Cell = module "cell.py" names a
    Python file, the SHA-256 of the content that may run, with all your rights.

    Raises TypeError for a setting that there is not, with the nearest name, or of another type; ValueError for one
    outside its range; ValueError, ExperimentFileError or FormulaError where text, data, loss and optimiser do not fit
    together, the state is of another text, data set or loss, or the Python file is not trusted.
    """
    experiment = _with(_experiment(source), settings)
    system = parse(experiment.text, experiment.tensors)
    allowed = [trust] if isinstance(trust, str) else trust
    experiment, modules = trusted_modules(experiment, system, allowed, 'trust="{}"')
    session, note = TrainingSession(experiment, state, modules), ""
    if state is not None and state.layout != session.layout:
        raise ValueError(f"the state is of another training: {_difference(state, session)}")
    while not session.over:
        try:
            session.advance()
        except TrainingError as fault:
            note = str(fault)
            break
        if watch is not None and watch(session.iteration, session.last_loss) is False:
            break
    session.look(due=True)
    ended = session.state()
    learnt = replace(experiment, tensors={**experiment.tensors, **ended.weights})
    return Trained(learnt, ended, session.target, note, modules)


def _difference(state: TrainingState, session: TrainingSession) -> str:
    """What tells the training of a state from a session."""
    theirs = {name: tuple(tensor.shape) for name, tensor in state.weights.items()}
    own = {name: tuple(tensor.shape) for name, tensor in session.weights.items()}
    for name, shape in theirs.items():
        if name not in own:
            return f"it holds {name}, which the text does not learn"
        if own[name] != shape:
            return f"{name} has the shape {shape} there, and {own[name]} in the text"
    missing = [name for name in own if name not in theirs]
    return f"it holds no {missing[0]}" if missing else "its equations, its data or its loss are others"


def _points(x: Any, size: int) -> Float[np.ndarray, "N d"]:
    """Inputs of so many numbers each; raises ValueError for others."""
    points = np.atleast_2d(np.asarray(x, dtype=np.float64))
    taken = f"the network takes points of {size} number{'s' if size > 1 else ''}"
    if points.ndim != 2:
        raise ValueError(f"{taken}, not an array of shape {points.shape}")
    if points.shape[1] != size:
        raise ValueError(f"{taken}, and these have {points.shape[1]}")
    return points


def _experiment(source: str | Experiment) -> Experiment:
    if isinstance(source, Experiment):
        return source
    experiment, _ = read_source(source)
    if experiment.training.data:
        return experiment
    return replace(experiment, gradient=replace(experiment.gradient, trajectory="discrete", fixed_point="adjoint_auto"))


def _with(experiment: Experiment, settings: dict[str, Any]) -> Experiment:
    """With these settings in place of its own. Raises TypeError or ValueError for one that does not fit."""
    if "data" in settings and is_table(settings["data"]):
        table, source = given_table(settings["data"])
        settings = {**settings, "data": TABLE, "table": table, "table_source": source}
    known = {one.name for one in fields(Training)}
    for name in settings:
        if name not in known and name not in _HOW:
            raise TypeError(f"train has no setting {name!r}{suggestion(name, sorted({*known, *_HOW}))}")
    own = checked(Experiment, {name: settings[name] for name in _HOW if name in settings})
    given = checked(Training, {name: value for name, value in settings.items() if name in known})
    for name, make in (("data_options", catalogue.data_set), ("options", catalogue.optimiser)):
        for entry, options in given.get(name, {}).items():
            if not isinstance(options, Mapping):
                raise TypeError(f"{name} must give those of {entry!r} by name, not {options!r}")
            make(entry, options)
    return replace(experiment, training=replace(experiment.training, **given), **own)
