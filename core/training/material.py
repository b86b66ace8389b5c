"""The points of a training: to learn from, and to look at."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .. import catalogue
from ..data_set import DataSet, Points
from ..language import parse
from ..learnt_data import learnt_data
from ..table_data import TABLE

if TYPE_CHECKING:
    from ..experiment import Experiment


def material(experiment: Experiment) -> tuple[DataSet, Points, Points]:
    """The data set, its training points and its test points.

    Raises ValueError or TypeError where there is no such data set, or it has not that many points, or the experiment's
    own table does not fit its text.
    """
    choice = experiment.training
    if not choice.data:
        raise ValueError("nothing is learnt: choose data to learn from")
    if choice.data == TABLE:
        own = learnt_data(choice, parse(experiment.text, experiment.tensors))
        return own, *own.sets(choice.points, choice.test_points, experiment.seed)
    options = tuple(sorted(choice.data_options.get(choice.data, {}).items()))
    return _material(choice.data, options, choice.points, choice.test_points, experiment.seed)


@lru_cache(maxsize=8)
def _material(
    name: str, options: tuple[tuple[str, float | str], ...], points: int, test_points: int, seed: int
) -> tuple[DataSet, Points, Points]:
    chosen = catalogue.data_set(name, dict(options))
    return chosen, *chosen.sets(points, test_points, seed)
