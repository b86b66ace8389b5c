"""What the window asks of the engine: an experiment, the wanted readings, and how finely to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .experiment import Experiment
from .fit_task import FitTask
from .module_file import ModuleSource
from .training_state import TrainingTask

if TYPE_CHECKING:
    import numpy as np

    from .weight_plane import WeightPlane


@dataclass(frozen=True)
class Viewport:
    """The visible rectangle of the main plane.

    x, y: names of the quantities on the axes: a component ("x", "z[2]") or "t".
    selection: values of the components that are on no axis (the slice the field is drawn in), by component
    order; None takes the first start.
    """

    x: str
    y: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    pixels: tuple[int, int] = (800, 600)
    selection: tuple[float, ...] | None = None
    time: float | None = None
    """The time at which an explicitly time-dependent field is frozen; None takes the start of the span."""


@dataclass(frozen=True)
class Request:
    """One generation of work. A newer request supersedes an older one."""

    experiment: Experiment
    wanted: frozenset[type]
    """Reading classes of `core.readings` that some visible view draws."""
    viewport: Viewport | None = None
    quality: Literal["preview", "full"] = "full"
    """"preview" during a drag: looser tolerance, coarser grids; what is exported is always "full"."""
    generation: int = 0
    focus: int = 0
    """The trajectory or sample that a person looks at: gradients are its own."""
    every_step: bool = False
    """Keep every accepted step, however many: for exports. A window's curves are thinned to a drawable number."""
    modules: Mapping[str, ModuleSource] = field(default_factory=dict)
    """The Python files that a person allowed to run, by the names that the text gives them."""
    warm_start: np.ndarray | None = field(default=None, compare=False)
    """(S, n): where `FollowedRoots` begins, one start per sample; None where that is the experiment's own. Nothing else
    looks at it: what is shown as a number, saved or run without a window begins at the experiment's starts."""
    fit: FitTask | None = field(default=None, compare=False)
    """What `FitProgress` is asked to do."""
    plane: WeightPlane | None = field(default=None, compare=False)
    """Where `LossSlice` looks at the loss of a network; None: about its weights, along random directions."""
    training: TrainingTask | None = field(default=None, compare=False)
    """What is asked of a training: to go on, while everything else is shown of the weights it comes to."""
