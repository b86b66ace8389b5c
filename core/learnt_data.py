"""What a training learns from: a data set of the catalogue, or the table that it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import catalogue
from .table_data import TABLE, TableData

if TYPE_CHECKING:
    from .data_set import DataSet
    from .language import System
    from .training_choice import Training


def learnt_data(training: Training, system: System) -> DataSet:
    """Raises ValueError or TypeError where there is no such data set, or the table does not fit the system's text."""
    if training.data == TABLE:
        return TableData(training.table, system, training.test_share)
    return catalogue.data_set(training.data, training.data_options.get(training.data, {}))
