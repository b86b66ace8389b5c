"""The contract of an optimiser: how it goes downhill from one point to the next.

An optimiser is a frozen value, its state another; `init` and `step` are pure and take every sample's step on its own.
The loop (`descent_loop`) decides when a sample ends, and counts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .field_check import check_fields
from .objective import Objective

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class DescentState:
    """z (S, n): where each sample is. move (S, n): the step that led there, 0 at the start."""

    z: Float[np.ndarray, "S n"]
    move: Float[np.ndarray, "S n"]


class Optimiser(ABC):
    """A frozen dataclass whose fields carry a `Range`, which it checks; `eta` is the learning rate where it has one."""

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]

    @abstractmethod
    def step(self, objective: Objective, state: DescentState) -> DescentState:
        """The state after one more iteration."""

    @property
    @abstractmethod
    def reach(self) -> float:
        """On a quadratic it converges while eta times the largest eigenvalue of the Hessian is below this number.

        Infinite where it always does, NaN where that eigenvalue alone does not tell.
        """

    def init(self, z: Float[np.ndarray, "S n"]) -> DescentState:
        """The state at the starts."""
        return DescentState(z, np.zeros_like(z))

    def __post_init__(self) -> None:
        check_fields(self)
