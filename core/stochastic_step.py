"""The contract of the methods for noise, dz = f dt + g dW, and what their steps share."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from .bound_field import BoundField
from .brownian_tree import brownian_path
from .integration_method import IntegrationMethod, Row, powers_of_theta
from .lane_rows import beside
from .stepper import Attempt, Memory, Stepper

_AHEAD = 128
"""Values of Brownian paths that are computed at once: so few together cost hardly more than one."""


@dataclass(frozen=True)
class StochasticMethod(IntegrationMethod):
    """A method with equal steps for diagonal noise: component i of g stands before a Wiener process W_i of its own.

    order: of the means of many paths (the weak order); `help` tells that of every single path. Between the ends of
    steps the solution is a straight line.
    """

    name: str
    title: str
    citation: str
    help: str
    order: int = 1
    embedded_order: int | None = None
    dense: tuple[Row, ...] | None = powers_of_theta(1)

    knows_noise: ClassVar[bool] = True

    @property
    def stages(self) -> int:
        """The mean slope of the step."""
        return 1

    @property
    def end_stage(self) -> int | None:
        """None: a path with noise has no slope."""
        return None

    @property
    def nodes(self) -> tuple[float, ...]:
        """The beginning."""
        return (0.0,)

    @property
    def calls(self) -> int:
        """Evaluations of f in a step."""
        return len(self.nodes)

    @abstractmethod
    def move(self, field: BoundField, noise: BoundField, t: Any, h: Any, z: Any, dw: Any) -> Any:
        """z1 (L, n), from z (L, n) at t (L,), for steps h (L,) and increments dw (L, n) of the Wiener processes."""

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> StochasticStep:  # noqa: ARG002 - no estimate
        """Its steps, for a text with noise. Raises ValueError for any other."""
        return StochasticStep(field, self)


class StochasticStep(Stepper):
    """The steps of `method` along `field`. Its memory is, for every lane, which trajectory it is, the size of its
    steps, W(t), and W at the ends of the next few steps with their times.

    Raises ValueError where the method cannot follow the system.
    """

    def __init__(self, field: BoundField, method: StochasticMethod) -> None:
        self.method = self._moving = method
        self.library = field.library
        self.tolerances = None
        reason = method.refusal(field.system)
        if reason is not None or field.noise is None:
            raise ValueError(reason)
        self._field, self._noise = field, field.noise

    @property
    def least_calls(self) -> int:
        """Those of every step."""
        return self._moving.calls

    @property
    def opening_calls(self) -> int:
        """None."""
        return 0

    def slope(self, t: Any, z: Any) -> Any:
        """f(t, z), the drift."""
        return self._field.slope(t, z)

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """Trajectories counted from 0, without a step to look ahead by."""
        module = self.library.module
        sample = module.cumsum(self.library.cast(module.zeros_like(t), module.int64) + 1, 0) - 1
        return self.begin(sample, t, module.zeros_like(t), z, slope)

    def begin(self, sample: Any, t: Any, h: Any, z: Any, slope: Any) -> Memory:  # noqa: ARG002 - none is needed
        """W at the start."""
        start = brownian_path(self.library, self._noise.seed, t, sample, z.shape[1])
        ahead = max(1, _AHEAD // len(t))
        times = self.library.stack([t] * ahead, axis=1)
        return sample, h, start, times, self.library.stack([start] * ahead, axis=1)

    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,): by the increment W(t + h) - W(t) of each trajectory's own path."""
        library = self.library
        sample, usual, before, *ahead = memory
        after, times, values = self._wiener(t + h, usual, sample, before, *ahead)
        dw = library.cast(after - before, z.dtype)
        z1 = self._moving.move(self._field, self._noise.field, t, h, z, dw)
        stages = library.stack([(z1 - z) / beside(library, h, z)], axis=1)
        error = self.where_finite(library.full_like(z[:, 0], 0.0), stages)
        return Attempt(z1, stages, error, (sample, usual, after, times, values), self.least_calls)

    def _wiener(self, t1: Any, h: Any, sample: Any, like: Any, times: Any, values: Any) -> tuple[Any, Any, Any]:
        """W(t1) (L, n), and what is known of the times after it."""
        library, module = self.library, self.library.module
        known = library.cast(times == t1[:, None], module.int64)
        lanes, ahead, components = values.shape
        if not bool((known.sum(1) > 0).all()):
            moments = [t1]
            while len(moments) < ahead:
                moments.append(moments[-1] + h)
            times = library.stack(moments, axis=1)
            who = library.stack([sample] * ahead, axis=1).reshape(-1)
            values = brownian_path(library, self._noise.seed, times.reshape(-1), who, components)
            values = values.reshape(lanes, ahead, components)
            return values[:, 0], times, values
        place = known.argmax(1)[:, None, None] + module.zeros_like(library.cast(like, module.int64))[:, None]
        if library.is_numpy:
            return module.take_along_axis(values, place, axis=1)[:, 0], times, values
        return module.gather(values, 1, place)[:, 0], times, values
