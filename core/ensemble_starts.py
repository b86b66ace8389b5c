"""Where the trajectories of an ensemble begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .experiment import Experiment, ensemble_box
from .language import System
from .nearest_name import suggestion

if TYPE_CHECKING:
    from jaxtyping import Float


def ensemble_starts(experiment: Experiment, system: System, most: int | None = None) -> Float[np.ndarray, "B n"]:
    """The starts of the experiment's ensemble, or the first `most`: evenly at random in its box, the same for equal
    seeds.

    Of two ensembles that differ only in their count the smaller is the beginning of the larger.

    Raises ValueError for a box that names what is no component, and starts of another size.
    """
    ensemble = experiment.ensemble
    for name in ensemble.box:
        if name not in system.components:
            raise ValueError(f"the ensemble's box names {name!r}{suggestion(name, system.components)}")
    low, high = np.array(list(ensemble_box(experiment, system).values())).T
    count = ensemble.count if most is None else min(most, ensemble.count)
    places = np.random.Generator(np.random.Philox(ensemble.seed)).random((count, system.size))
    return np.asarray(low + (high - low) * places)
