"""The contract of a root solver: how it moves from one point to the next.

A solver is a frozen value, its state another; `init` and `step` are pure and never look at a number from the
device. The loop (`root_loop`) decides when a sample ends, and counts.

Counting. Where `opening` is 0 (Picard), an iteration is one evaluation: step k evaluates f at the point z that the
step before proposed, the first at the start. Where it is 1 (Newton, Anderson), `init` evaluates f at the start,
which is record 0, and step k moves to z and evaluates there. Either way a state after a step is a consistent pair
of z and f(z).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from .array_library import ArrayLibrary
from .field_check import check_fields
from .root_problem import BoundMap


@dataclass(frozen=True)
class State:
    """S samples of n components.

    z, f (S, n): the point where f was last evaluated, and f there. move (S, n): the step that the criterion "step"
    measures; NaN before the first. active (S,): samples still under way, the others stay where they are.
    singular (S,): where the step did not exist, so that the sample did not move.
    """

    z: Any
    f: Any
    move: Any
    active: Any
    singular: Any

    def moved(self, library: ArrayLibrary, z: Any) -> Any:
        """`z` where a sample is under way, else where it is."""
        return library.where(self.active[:, None], z, self.z)


class RootSolver(ABC):
    """A frozen dataclass whose fields carry a `Range` or a `Choice`, which it checks."""

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]
    opening: ClassVar[int]
    """Calls of f in `init`; the first record has the number 1 - opening."""
    evaluations: ClassVar[int] = 1
    """Calls of f in a step."""
    jacobians: ClassVar[int] = 0
    """Jacobians in a step."""

    @abstractmethod
    def init(self, problem: BoundMap, z: Any, active: Any) -> Any:
        """The state at the starts z (S, n)."""

    @abstractmethod
    def step(self, problem: BoundMap, state: Any) -> Any:
        """The state after one more iteration."""

    def __post_init__(self) -> None:
        check_fields(self)


def opened(problem: BoundMap, z: Any, active: Any) -> dict[str, Any]:
    """The fields of a state at the starts z with nothing evaluated: f is z, so that the first proposal is z itself."""
    library = problem.library
    return {"z": z, "f": z, "move": library.full_like(z, float("nan")), "active": active, "singular": ~(active | True)}
