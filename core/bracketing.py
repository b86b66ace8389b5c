"""What the bracketing solvers of one unknown share: an interval at whose ends g = f - z has different signs.

The first interval grows from [z0 - width, z0 + width] until the signs at its ends differ. A continuous g falls at the
ends as the interval shrinks, at a pole or a jump it does not. The length `span` therefore follows the interval only
as far as |g_near - g_far| falls with it (`step_credit`); `move` is the span, so that the criterion "step" cannot
mistake a jump for a root.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from .array_library import ArrayLibrary
from .parameter import Range
from .root_problem import BoundMap
from .root_solver import RootSolver, State, opened
from .root_watch import FLOOR, JUMP, NO_SIGN_CHANGE
from .step_credit import rests, share

_GROWTHS = 32
"""Of the first interval: to some 4e9 times its width."""
_CLOSED_ULPS, _HELD, _NOISE = 4.0, 1e3, 0.75
"""An interval has closed where it is at most so many roundings long, of its ends or of its span. It holds a jump if its
span is at least so many times longer than it, and the ends differ by more than epsilon^0.75 times what they did first.
"""


@dataclass(frozen=True)
class Bracket(State):
    """Everything is (S, 1), but memory (S, 2); NaN where there is no interval.

    near, far: the ends, the newest point and the one on the other side. third: the end that went last. f_near, f_far,
    f_third: f there. span: see above. fall, first: the least |g_near - g_far| so far, and that of the first interval,
    0 where it was infinite. memory: what a solver remembers of its last steps. begun: whether the first interval was
    looked for.
    """

    near: Any
    far: Any
    third: Any
    f_near: Any
    f_far: Any
    f_third: Any
    span: Any
    fall: Any
    first: Any
    memory: Any
    begun: bool

    @property
    def length(self) -> Any:
        """Of the interval."""
        return abs(self.far - self.near)

    @property
    def heights(self) -> tuple[Any, Any, Any]:
        """g at near, far and third."""
        return self.f_near - self.near, self.f_far - self.far, self.f_third - self.third


@dataclass(frozen=True)
class Bracketing(RootSolver):
    """One evaluation an iteration, but for the first, which evaluates the start and the ends of growing intervals.

    z is the better end when |g_near - g_far| was least, or what was found since and is better still. It and a root
    lie in one interval no longer than the span, unless g jumps there.
    """

    width: Annotated[
        float, Range(1e-6, 1e6, log=True, help="half of the first interval; it grows until f - z has two signs")
    ] = 1.0

    family: ClassVar[str] = "One unknown"
    opening: ClassVar[int] = 0
    scalar: ClassVar[bool] = True

    @abstractmethod
    def propose(self, library: ArrayLibrary, state: Bracket) -> tuple[Any, Any]:
        """The next point (S, 1), NaN or outside for the middle of the interval, and what to remember (S, 2)."""

    def init(self, problem: BoundMap, z: Any, active: Any) -> Bracket:
        """Nothing is evaluated."""
        none = problem.library.full_like(z, float("nan"))
        names = ("near", "far", "third", "f_near", "f_far", "f_third", "span", "fall", "first")
        memory = problem.library.concatenate([none, none], axis=1)
        return Bracket(**opened(problem, z, active), **dict.fromkeys(names, none), memory=memory, begun=False)

    def step(self, problem: BoundMap, state: Bracket) -> Bracket:
        """Look for the first interval; afterwards shorten it by one point."""
        if not state.begun:
            return _Search(problem, state, self.width).found()
        library = problem.library
        ended, held = _ended(library, state)
        going = state.active[:, None] & (ended == 0.0) & ~held
        proposed, memory = self.propose(library, state)
        inside = (abs(proposed - state.near) < state.length) & (abs(proposed - state.far) < state.length)
        point = library.where(inside, proposed, state.near + 0.5 * (state.far - state.near))
        point = library.where(going, point, state.z)
        state = _shortened(library, replace(state, memory=memory), point, problem.value(point), going)
        return replace(state, fault=ended[:, 0], spent=_spent(library, library.cast(going, point.dtype)))

    def details(self, state: Bracket) -> dict[str, Any]:
        """near, far (S, 1): the ends of the interval, the newest point and the other; NaN where there is none."""
        return {"near": state.near, "far": state.far}


class _Search:
    """Looks for the first interval: the outer part, on one side, of the smallest that has two signs.

    An end where f is NaN is a wall: from then on that end approaches it by halves.
    """

    def __init__(self, problem: BoundMap, state: Bracket, width: float) -> None:
        self._problem, self._state = problem, state
        library, start = problem.library, state.z
        f = problem.value(start)
        self._f, self._positive = f, f - start > 0.0
        self._solved = state.active[:, None] & (f - start == 0.0)
        self._looking = state.active[:, None] & library.module.isfinite(f) & ~self._solved
        self._calls = library.cast(state.active[:, None], start.dtype)
        self._stride = [library.full_like(start, width)] * 2
        self._walled = [~self._looking & self._looking] * 2
        self._inner, self._f_inner = [start, start], [f, f]
        self._ends = [state.near, state.f_near, state.far, state.f_far]

    def found(self) -> Bracket:
        """The state with the first interval, where there is one."""
        library, state = self._problem.library, self._state
        for _ in range(_GROWTHS):
            if not library.host(self._looking).any():
                break
            self._grow()
        near, f_near, far, f_far = self._ends
        state = replace(state, begun=True, f=self._f, near=near, f_near=f_near, far=far, f_far=f_far)
        height, other, _ = state.heights
        best = abs(height) <= abs(other)
        there = height == height
        fall = abs(height - other)
        first = library.where(library.module.isfinite(fall), fall, 0.0)
        span = library.where(self._solved | (height == 0.0) | (other == 0.0), 0.0, state.length)
        z, f = library.where(best, near, far), library.where(best, f_near, f_far)
        z, f = library.where(there, z, state.z), library.where(there, f, state.f)
        fault = library.full_like(state.fault, 0.0)
        spent = _spent(library, self._calls)
        return replace(state, z=z, f=f, move=span, span=span, fall=fall, first=first, fault=fault, spent=spent)

    def _grow(self) -> None:
        """Both sides by one stride."""
        library, looking = self._problem.library, self._looking
        outer, f_outer, height = [], [], []
        for side, sign in enumerate((-1.0, 1.0)):
            point = library.where(looking, self._inner[side] + sign * self._stride[side], self._state.z)
            outer.append(point)
            f_outer.append(self._problem.value(point))
            height.append(f_outer[side] - point)
        isnan = library.module.isnan
        crossed = [looking & ~isnan(g) & ((g == 0.0) | ((g > 0.0) != self._positive)) for g in height]
        left = crossed[0] & ~(crossed[1] & (abs(height[1]) < abs(height[0])))
        for side, chosen in enumerate((left, crossed[1] & ~left)):
            ends = (outer[side], f_outer[side], self._inner[side], self._f_inner[side])
            self._ends = [library.where(chosen, new, old) for new, old in zip(ends, self._ends, strict=True)]
            nowhere = isnan(height[side])
            self._walled[side] = self._walled[side] | nowhere
            self._inner[side] = library.where(nowhere, self._inner[side], outer[side])
            self._f_inner[side] = library.where(nowhere, self._f_inner[side], f_outer[side])
            self._stride[side] = self._stride[side] * library.where(self._walled[side], 0.5, 2.0)
        self._calls = self._calls + 2.0 * library.cast(looking, self._calls.dtype)
        self._looking = looking & ~crossed[0] & ~crossed[1]


def _ended(library: ArrayLibrary, state: Bracket) -> tuple[Any, Any]:
    """The fault (S, 1) of a sample whose interval cannot be shortened, and where it is shut at a root (S, 1)."""
    height, other, _ = state.heights
    epsilon = library.epsilon(state.z)
    size, residual = abs(state.z), abs(state.f - state.z)
    ends = library.where(abs(state.near) > abs(state.far), abs(state.near), abs(state.far))
    closed = (state.length <= _CLOSED_ULPS * epsilon * ends) | (state.length <= epsilon * state.span)
    held = (residual == 0.0) | (closed & rests(library, residual, size))
    differ = abs(height - other)
    jump = (state.span > _HELD * state.length) & ~rests(library, differ, size)
    jump = jump & (differ > epsilon**_NOISE * state.first)
    none = library.full_like(state.z, 0.0)
    fault = library.where(closed, library.where(jump, none + float(JUMP), none + float(FLOOR)), none)
    fault = library.where(library.module.isnan(state.near), none + float(NO_SIGN_CHANGE), fault)
    return library.where(held, 0.0, fault), held


def _shortened(library: ArrayLibrary, state: Bracket, point: Any, f: Any, going: Any) -> Bracket:
    """The state with the end on the side of `point` (S, 1) moved there, and its record."""
    height, _, _ = state.heights
    g = f - point
    same = (g > 0.0) == (height > 0.0)
    dropped, survives = going & same, going & ~same
    third = library.where(dropped, state.near, library.where(survives, state.far, state.third))
    f_third = library.where(dropped, state.f_near, library.where(survives, state.f_far, state.f_third))
    far, f_far = library.where(survives, state.near, state.far), library.where(survives, state.f_near, state.f_far)
    near, f_near = library.where(going, point, state.near), library.where(going, f, state.f_near)
    after = replace(state, near=near, far=far, third=third, f_near=f_near, f_far=f_far, f_third=f_third)
    height, other, _ = after.heights
    fall = abs(height - other)
    part, least = share(library, fall, state.fall)
    counts = going & ((part < 1.0) | (g == 0.0))
    near_is_better = abs(height) <= abs(other)
    taken = going & ((abs(g) < abs(state.f - state.z)) | library.module.isnan(g) | (counts & near_is_better))
    z, f = library.where(taken, near, state.z), library.where(taken, f_near, state.f)
    back = counts & ~near_is_better
    z, f = library.where(back, far, z), library.where(back, f_far, f)
    shortest = state.span * part
    long = (after.length > shortest) | rests(library, fall, abs(point))
    span = library.where(g == 0.0, 0.0, library.where(long, after.length, shortest))
    span = library.where(going, span, state.span)
    return replace(after, z=z, f=f, span=span, fall=library.where(going, least, state.fall), move=span)


def _spent(library: ArrayLibrary, calls: Any) -> Any:
    """Evaluations (S, 1) and no Jacobians, (S, 2)."""
    return library.concatenate([calls, 0.0 * calls], axis=1)
