"""What a probe may know of the run it watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING

import numpy as np

from .experiment import Experiment
from .fit_task import FitTask
from .fixed_point_map import FixedPointMap
from .integration_method import IntegrationMethod
from .learner import Learner
from .request import Viewport
from .root_solver import RootSolver
from .vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from .weight_plane import WeightPlane


@dataclass(frozen=True)
class RunContext:
    """One run: the field with its parameters bound, the resolved starts and span, and how finely to look.

    map: of an implicit layer, whose displacement is then the field; solver: the chosen one of a layer.
    samples (S, n): where solvers begin, every start with every row of the batch data; rows (S,): which row each
    sees, None without. focus: the trajectory or sample that is looked at.
    warm_start (S, n): the last solutions, where the request knows them.
    fit: what a fit is asked to do. should_stop: of the run, for a probe whose slices are long. learner: what the
    experiment trains, where a probe looks at that. plane: of its weights, where the request has one.
    """

    experiment: Experiment
    field: VectorField
    starts: Float[np.ndarray, "m n"]
    span: tuple[float, float]
    tableau: IntegrationMethod
    viewport: Viewport | None
    quality: str
    focus: int = 0
    every_step: bool = False
    map: FixedPointMap | None = None
    solver: RootSolver | None = None
    samples: Float[np.ndarray, "S n"] = dataclass_field(default_factory=lambda: np.empty((0, 0)))
    rows: Int[np.ndarray, "S"] | None = None
    warm_start: Float[np.ndarray, "S n"] | None = None
    fit: FitTask | None = None
    should_stop: Callable[[], bool] = lambda: False
    learner: Learner | None = None
    plane: WeightPlane | None = None

    @property
    def kind(self) -> str:
        """The kind of system: of a layer that a Python file computes, "map"."""
        system = self.field.system
        return system.kind if system is not None else "ode" if self.map is None else "map"

    @property
    def preview(self) -> bool:
        """Whether a slider is being dragged: be quick."""
        return self.quality == "preview"

    @property
    def anchor(self) -> Float[np.ndarray, "n"]:
        """The point through which slices are laid where nothing is selected: the first start, else 0."""
        return self.starts[0] if len(self.starts) else np.zeros(self.field.size)
