"""Measured states over time, that a picture of trajectories shows as dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.number_table import TableError
from core.table_data import TABLE
from core.table_roles import TIME, roles_of

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System


def measured_points(experiment: Experiment, system: System) -> Mapping[str, Sequence[float]]:
    """Columns by component, and t: of the table that is learnt from, where it has times, else the points of the fit."""
    training = experiment.training
    if training.data != TABLE or TIME not in training.table:
        return experiment.fit.data
    try:
        roles = roles_of(tuple(training.table), system)
    except TableError:
        return experiment.fit.data
    if not roles.timed:
        return experiment.fit.data
    states = zip(system.components, roles.inputs, strict=False)
    return {TIME: training.table[TIME], **{name: training.table[column] for name, column in states}}
