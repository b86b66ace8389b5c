"""How far gradients of a trajectory are from the true one, over the tolerance and over the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class ErrorLine:
    """by_tolerance (R,), by_horizon (H,): relative errors of one method, NaN where there is none; note: the first
    reason for that. methods: the titles of those that have these numbers."""

    method: str
    title: str
    methods: tuple[str, ...]
    exact: bool
    by_tolerance: Float[np.ndarray, "R"]
    by_horizon: Float[np.ndarray, "H"]
    note: str = ""


@dataclass(frozen=True)
class GradientErrors:
    """Lines of all methods so far, of `total`.

    trajectory: its index. tolerance (R,): rtol of the runs, empty where steps are fixed; horizon (H,): lengths of the
    spans. rtol, length: those in force. known_to_tolerance (R,), known_to_horizon (H,): relative error of the
    references themselves, as two runs tell it. names: what is differentiated by. note: why there is nothing to see.
    steps: which are differentiated and why, where the runs are not by the method of the experiment.
    """

    trajectory: int
    names: tuple[str, ...]
    tolerance: Float[np.ndarray, "R"]
    horizon: Float[np.ndarray, "H"]
    rtol: float
    length: float
    known_to_tolerance: Float[np.ndarray, "R"]
    known_to_horizon: Float[np.ndarray, "H"]
    lines: tuple[ErrorLine, ...]
    total: int
    loss_text: str
    note: str = ""
    steps: str = ""
