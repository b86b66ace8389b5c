"""What a fit asks of a solution: where it goes for given parameters, and how that moves with them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


class FitCancelled(Exception):  # noqa: N818 - nobody did anything wrong
    """Somebody asked a fit to stop in the middle of a run of the solver."""


@dataclass(frozen=True)
class Solved:
    """One run of the solver.

    states (m,): what is compared with the target; NaN where there is no solution, and `fault` says why. tangent: gives
    d states / d (parameters, then the free start), (m, P). evaluations of f or of the layer.
    """

    states: Float[np.ndarray, "m"]
    tangent: Callable[[], Float[np.ndarray, "m P"]]
    evaluations: int
    fault: str = ""


class FitModel(ABC):
    """gradient: how it is differentiated, in words."""

    gradient: str

    @abstractmethod
    def solve(self, values: Mapping[str, float], start: Float[np.ndarray, "n"]) -> Solved:
        """Solve with these values of the parameters that may move, from this start."""
