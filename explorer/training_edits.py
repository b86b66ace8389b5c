"""What a person changes of a training, and what a training changes: edits as in `edits`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.experiment import Experiment
from core.language import System, parse
from core.stored_tensor import StoredTensor
from core.table_data import TABLE, TableData
from core.training_choice import DENSITY_LOSSES, Training

from .carried_over import carried_over, without
from .edits import Edit
from .setting_words import change_title

_LOSSES = {"classes": "cross_entropy", "values": "huber", "density": "likelihood"}
"""What is made small of a data set, by what is learnt of it."""
FITTING_LOSSES = {
    "classes": ("cross_entropy", "squares", "huber"),
    "values": ("huber", "squares"),
    "density": DENSITY_LOSSES,
}
_WORDS = {
    "rate": "learning rate",
    "batch": "batch size",
    "points": "number of points",
    "test_points": "number of test points",
    "test_share": "share of test points",
    "trace": "way to the divergence",
    "kinetic": "weight of the kinetic energy",
    "jacobian": "weight of the Jacobian",
    "taylor": "weight of the Taylor term",
    "taylor_order": "derivative of the Taylor term",
    "steer": "range of the drawn end",
    "warm_start": "begin of the solves",
}


def can_train(experiment: Experiment, system: System) -> bool:
    """Whether there is something to train: tensors that are learnt, and points to learn from."""
    return bool(experiment.training.data) and system.learns


def task_of(experiment: Experiment) -> Hashable:
    """What is to be learnt, which tells curves that may be compared: the data set with its options, and the loss; of an
    own table also what divides it, so that no row that was learnt from becomes a test row."""
    training = experiment.training
    options = training.data_options.get(training.data, {})
    table: tuple[Hashable, ...] = ()
    if training.data == TABLE:
        table = (tuple(training.table.items()), training.test_share, experiment.seed)
    return training.data, tuple(sorted(options.items())), table, training.loss


def set_training(name: str, value: Any) -> Edit:
    """Change one setting of the training."""
    title = f"Change the {_WORDS[name]}" if name in _WORDS else change_title(name)
    return Edit(title, ("training", name), lambda experiment, _: _with(experiment, **{name: value}))


def set_data(name: str, about: str) -> Edit:
    """Learn from another data set; about: what is learnt of it, which the loss has to fit. "": from none."""

    def change(experiment: Experiment, _: System) -> Experiment:
        fits = experiment.training.loss in FITTING_LOSSES.get(about, (experiment.training.loss,))
        return _with(experiment, data=name, loss=experiment.training.loss if fits else _LOSSES[about])

    return Edit("Change the data set", ("training", "data"), change)


def set_table(table: Mapping[str, Sequence[float]], source: str, data: TableData) -> Edit:
    """Learn from this table, out of a file of the name `source`; data: what it is to the text. The picture's trajectory
    becomes that of the table, where it is one."""

    def change(experiment: Experiment, system: System) -> Experiment:
        changed = set_data(TABLE, data.about).change(_with(experiment, table=table, table_source=source), system)
        if data.trajectory is None:
            return changed
        span, state = data.trajectory
        start = (*state, *(0.0,) * (system.size - len(state)))
        return replace(changed, span=None if span == system.span else span, starts=(start,))

    return Edit("Load a table", None, change)


def remove_table() -> Edit:
    """Learn from no table any more."""

    def change(experiment: Experiment, _: System) -> Experiment:
        data = "" if experiment.training.data == TABLE else experiment.training.data
        return _with(experiment, data=data, table={}, table_source="")

    return Edit("Remove the table", None, change)


def set_option(home: str, name: str, field: str, value: float | str) -> Edit:
    """Change an own field of the data set (home "data_options") or optimiser (home "options") of this name."""

    def change(experiment: Experiment, _: System) -> Experiment:
        options = getattr(experiment.training, home)
        return _with(experiment, **{home: {**options, name: {**options.get(name, {}), field: value}}})

    return Edit(f"Change {field.replace('_', ' ')} of {name}", ("training option", home, name, field), change)


def set_weights(weights: Mapping[str, StoredTensor], title: str) -> Edit:
    """Let the learnt tensors be these."""
    return Edit(
        title,
        ("weights", title),
        lambda experiment, _: replace(experiment, tensors={**experiment.tensors, **weights}),
    )


def begin_anew() -> Edit:
    """Let the learnt tensors be those that the text begins from."""
    return Edit(
        "Start over",
        None,
        lambda experiment, system: replace(experiment, tensors=_without_learnt(experiment, system)),
    )


def set_network(text: str, what: str) -> Edit:
    """Another network, whose weights begin anew; what: of it is changed."""

    def change(experiment: Experiment, before: System) -> Experiment:
        tensors = _without_learnt(experiment, before)
        method = experiment.integration.method
        carried = carried_over(experiment, before, text, parse(text, tensors), method)
        return replace(carried, tensors=tensors)

    return Edit(f"Change the {what}", ("network", what), change)


def _without_learnt(experiment: Experiment, system: System) -> dict[str, StoredTensor]:
    """The tensors that training does not move."""
    return without(experiment.tensors, set(filter(system.is_learnt, experiment.tensors)))


def _with(experiment: Experiment, **changes: Any) -> Experiment:
    training: Training = replace(experiment.training, **changes)
    return replace(experiment, training=training)
