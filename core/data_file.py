"""What can be saved as a table or an archive: for each reading a name and who writes it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import ensemble_file, iteration_file, learning_file, map_file, trajectory_file
from .readings import EnsembleRun, Iterations, PlaneMap, TrainingProgress, Trajectories

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System

SUFFIXES = (".csv", ".npz")


@dataclass(frozen=True)
class DataFile:
    """name: of the file, in the plural where it holds several. has_rows: whether there is anything to write."""

    reading: type
    name: str
    save_csv: Callable[..., None]
    save_npz: Callable[..., None]
    has_rows: Callable[[Any], object]

    def write(self, path: str | os.PathLike[str], data: Any, experiment: Experiment, system: System) -> None:
        """An archive where the path ends in .npz, else a table. Raises OSError."""
        save = self.save_npz if os.fspath(path).endswith(".npz") else self.save_csv
        save(path, data, experiment, system)


TRAJECTORIES = DataFile(Trajectories, "trajectories", trajectory_file.save_csv, trajectory_file.save_npz, len)
ITERATIONS = DataFile(Iterations, "iterations", iteration_file.save_csv, iteration_file.save_npz, len)
ENSEMBLE = DataFile(EnsembleRun, "ensemble", ensemble_file.save_csv, ensemble_file.save_npz, ensemble_file.has_rows)
LEARNING = DataFile(
    TrainingProgress, "learning", learning_file.save_csv, learning_file.save_npz, learning_file.has_rows
)
MAP = DataFile(PlaneMap, "map", map_file.save_csv, map_file.save_npz, map_file.has_rows)


def every_step_of(system: System) -> DataFile:
    """Every step of trajectories, or every iteration of samples."""
    return TRAJECTORIES if system.flows else ITERATIONS
