"""The contract of a root solver: how it moves from one point to the next.

A solver is a frozen value, its state another; `init`, `step` and `rescue` are pure. Of the numbers on a device they
look at nothing but whether any sample still wants an inner iteration. The loop (`root_loop`) decides when a sample
ends, and counts.

Counting. Where `opening` is 0 (Picard), an iteration is one evaluation: step k evaluates f at the point z that the
step before proposed, the first at the start. Where it is 1 (Newton, Anderson), `init` evaluates f at the start,
which is record 0, and step k moves to z and evaluates there. Either way a state after a step is a consistent pair
of z and f(z). A product of the Jacobian with a vector, either way round, counts as an evaluation, for it costs about
as much.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .array_library import ArrayLibrary
from .field_check import check_fields
from .fixed_point_map import FixedPointMap
from .root_problem import BoundMap

FAMILIES = ("Fixed point", "Accelerated", "Newton", "One unknown", "Energy", "Splitting")


@dataclass(frozen=True)
class State:
    """S samples of n components.

    z, f (S, n): the point where f was last evaluated, and f there. move (S, n): the step that the criterion "step"
    measures; NaN before the first; None stands for f - z. active (S,): samples still under way, the others stay where
    they are. everyone: whether all are that somebody looks at, so that nobody needs to be held where he is.
    fault (S,): 0, or the place in `ENDINGS` of the reason why there was no step, so that the sample did not move.
    spent (S, 2): evaluations and Jacobians of the last `init`, `step` or `rescue`; None where they are always those
    that the solver's class states.
    """

    z: Any
    f: Any
    move: Any
    active: Any
    fault: Any
    spent: Any
    everyone: bool

    def moved(self, library: ArrayLibrary, z: Any) -> Any:
        """`z` where a sample is under way, else where it is."""
        if self.everyone:
            return z
        return library.where(self.active[:, None], z, self.z)


class RootSolver(ABC):
    """A frozen dataclass whose fields carry a `Range` or a `Choice`, which it checks."""

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]
    family: ClassVar[str]
    """One of `FAMILIES`: under which heading it is listed."""
    races: ClassVar[bool] = False
    """Whether it is among those that one click lets race."""
    inside: ClassVar[str] = ""
    """The view that shows what it remembers, by name; empty where there is none."""
    opening: ClassVar[int]
    """Calls of f in `init`; the first record has the number 1 - opening."""
    evaluations: ClassVar[int] = 1
    """Calls of f in a step; where they vary, which `State.spent` tells, the fewest."""
    jacobians: ClassVar[int] = 0
    """Jacobians in a step."""
    scalar: ClassVar[bool] = False
    """Whether it is for one unknown alone."""
    strides: ClassVar[bool] = False
    """Whether several steps may be made before anybody looks at the first: a step is cheap, and of a sample that has
    ended nothing matters but z and f."""

    @classmethod
    def refusal(cls, mapping: FixedPointMap) -> str | None:
        """Why it cannot solve a map, as a sentence with a cure; None where it can."""
        if not cls.scalar or mapping.size == 1:
            return None
        size = mapping.size
        return f"{cls.title} finds one unknown alone, and this layer has {size}: use another solver, such as Newton"

    @abstractmethod
    def init(self, problem: BoundMap, z: Any, active: Any) -> Any:
        """The state at the starts z (S, n)."""

    @abstractmethod
    def step(self, problem: BoundMap, state: Any) -> Any:
        """The state after one more iteration."""

    def moved_only(self, _problem: BoundMap, _state: Any) -> Any | None:
        """As `step` without its evaluation: z is the new point and f still that of the old one, for a caller who may
        have enough there, and else evaluates itself. None, as here, where a step is no such move."""
        return None

    def rescue(self, _problem: BoundMap, _state: Any, _ending: np.ndarray) -> tuple[Any, Any] | None:
        """Another way for the samples that failed, whose z and f need not be numbers.

        ending (S,), on the host: why each failed, its place in `ENDINGS`, 0 for one that did not. Returns the state
        with which they go on, and which of them do (S,); None, as here, where there is no other way.
        """
        return None

    def account(self, _state: Any) -> tuple[str, ...] | None:
        """What it did with every sample where that is not plain: half a sentence each, such as "by bisection"."""
        return None

    def details(self, _state: Any) -> Mapping[str, Any]:
        """Arrays (S, ...) that pictures show of a state, by name, of the same shapes in every state."""
        return {}

    def __post_init__(self) -> None:
        check_fields(self)


def opened(problem: BoundMap, z: Any, active: Any) -> dict[str, Any]:
    """The fields of a state at the starts z with nothing evaluated: f is z, so that the first proposal is z itself."""
    library = problem.library
    nothing = library.full_like(z[:, 0], 0.0)
    return {
        "z": z,
        "f": z,
        "move": library.full_like(z, float("nan")),
        "active": active,
        "fault": nothing,
        "spent": None,
        "everyone": False,
    }
