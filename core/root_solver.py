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
from dataclasses import dataclass, fields
from functools import cache
from numbers import Real
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from .array_library import ArrayLibrary
from .parameter import Choice, Range
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
        for name, (kind, declared) in declarations(type(self)).items():
            value = getattr(self, name)
            _check(name, value, kind, declared)
            object.__setattr__(self, name, kind(value))


@cache
def declarations(solver: type[RootSolver]) -> dict[str, tuple[type, Range | Choice]]:
    """Type and range or choice of every field of a solver, by name."""
    hints = get_type_hints(solver, include_extras=True)
    found = {}
    for item in fields(solver):  # type: ignore[arg-type]
        hint = hints[item.name]
        if get_origin(hint) is not Annotated:
            raise TypeError(f"{solver.__name__}.{item.name} declares no Range or Choice")
        kind, declared = get_args(hint)
        found[item.name] = kind, declared
    return found


def opened(problem: BoundMap, z: Any, active: Any) -> dict[str, Any]:
    """The fields of a state at the starts z with nothing evaluated: f is z, so that the first proposal is z itself."""
    library = problem.library
    return {"z": z, "f": z, "move": library.full_like(z, float("nan")), "active": active, "singular": ~(active | True)}


def _check(name: str, value: Any, kind: type, declared: Range | Choice) -> None:
    """Raises TypeError for another type, ValueError for a value outside the range."""
    if isinstance(declared, Choice):
        if value not in declared.options:
            raise ValueError(f"{name} must be one of {', '.join(declared.options)}, not {value!r}")
        return
    whole = kind is int
    if isinstance(value, bool) or not isinstance(value, Real) or (whole and not float(value).is_integer()):
        raise TypeError(f"{name} must be a {'whole number' if whole else 'number'}, not {value!r}")
    refusal = declared.refusal(name, float(value))
    if refusal:
        raise ValueError(refusal)
