"""What a trained network is worth when its layer is solved with more compute, or less, than it was trained with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class ComputeLine:
    """One solver with settings that cost ever more.

    solver: its name; title: in words; varied: which setting is. setting (K,): iterations at most, equal steps, or the
    tolerance, relative and absolute alike. cost (K,): iterations, or evaluations of f, that a test point took on
    average. loss, accuracy (K,): of the test points, accuracy the share that is right, NaN where nothing is classified.
    failed (K,): the share of test points for which the solver did not come to its end.
    """

    solver: str
    title: str
    varied: Literal["iterations", "steps", "tolerance"]
    setting: Float[np.ndarray, "K"]
    cost: Float[np.ndarray, "K"]
    loss: Float[np.ndarray, "K"]
    accuracy: Float[np.ndarray, "K"]
    failed: Float[np.ndarray, "K"]


@dataclass(frozen=True)
class ComputeAtTest:
    """lines: one per solver, the network's own first. own: the settings it was trained with, one row. exact_loss,
    exact_accuracy: of the exact fixed points, or of the exact solutions of the differential equation; NaN where they
    are not known, because a test point has none. points: how many test points; measured, total: settings so far.
    """

    kind: Literal["map", "ode"]
    lines: tuple[ComputeLine, ...]
    own: ComputeLine
    exact_loss: float
    exact_accuracy: float
    points: int
    measured: int
    total: int
