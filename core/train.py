"""Training for scripts: `core.train`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from .experiment import Experiment
from .experiment_source import read_source
from .given_table import is_array
from .language import System, parse
from .learnt_data import learnt_data
from .stored_tensor import StoredTensor
from .table_roles import check_all_taken
from .training.session import TrainingError, TrainingSession
from .training_file import save_checkpoint
from .training_scope import refuse_idle
from .training_settings import with_solver, with_training
from .training_state import LearningCurves, TrainingState
from .trusted_modules import trusted_modules

if TYPE_CHECKING:
    from jaxtyping import Float

    from .module_file import ModuleSource


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
    tensors: Mapping[str, Any] | None = None,
    params: Mapping[str, float] | None = None,
    integrate: Mapping[str, Any] | None = None,
    solve: Mapping[str, Any] | None = None,
    gradient: str | None = None,
    gradient_options: Mapping[str, float | str] | None = None,
    trust: str | Sequence[str] = (),
    **settings: Any,
) -> Trained:
    """Train a text's network.

    source: a formula text with lines learn W = ..., an experiment file, a preset's name, or an `Experiment`.
    settings: those of `core.training_choice.Training` by name (data, loss, output, optimiser, rate, batch, iterations,
    ...), and dtype, device and seed. data: the name of a data set, or data of one's own: a CSV file's path, columns by
    name, points x (N, d), or (x, y), y being classes (N,) as whole numbers, or values (N,) or (N, k). Columns are read
    by `core.table_roles.roles_of`: t with states over time, class or y, y1, ... beside inputs, or points of a density.
    integrate: t, method, rtol, atol, step and controller of a differential equation; solve: options of `core.solve` for
    a layer; gradient: one of `core.catalogue.gradient_methods()`, and values for its fields. Where nothing is said, a
    text is followed by dopri5 and differentiated through its steps, and a layer by Picard's iteration and an adjoint.
    tensors: what data "W" names in the text, and where a learnt W begins; params: values of the text's parameters.
    state: of an earlier training, to go on from, to the bit. watch: called with the number and the loss of every
    iteration; ends the training by returning False. trust: of a text whose line learn Cell = module "cell.py" names a
    Python file, the SHA-256 of the content that may run, with all your rights.

    Raises TypeError for a setting that there is not, with the nearest name, or of another type; ValueError for one
    outside its range, and for one of which nothing comes here; ValueError, ExperimentFileError or FormulaError where
    text, data, loss and optimiser do not fit together, the state is of another text, data set or loss, or the Python
    file is not trusted.
    """
    experiment = with_training(_experiment(source), settings)
    stored = {name: StoredTensor.of(tensor) for name, tensor in (tensors or {}).items()}
    experiment = replace(experiment, tensors={**experiment.tensors, **stored})
    system = parse(experiment.text, experiment.tensors)
    refuse_idle(settings, experiment.training, system)
    if is_array(settings.get("data", "")):
        check_all_taken(tuple(experiment.training.table), system)
    experiment = with_solver(
        experiment,
        system,
        integrate=integrate,
        solve=solve,
        gradient=gradient,
        gradient_options=gradient_options,
        params=params,
    )
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
