"""The contract of a step: how many samples at once move on by one step of a method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from .array_library import ArrayLibrary
from .integration_method import IntegrationMethod
from .step_rules import root_mean_square

Memory = tuple[Any, ...]
"""Arrays (L, ...) that a method carries from step to step, such as the slope at the end of the last one."""


@dataclass(frozen=True)
class Attempt:
    """One attempted step of L samples of n components.

    z1 (L, n); stages (L, s, n) as in `Steps`. error (L,): its ratio to what is allowed, 0 without tolerances; NaN
    where z1 or a stage is not finite, infinite where an equation of the step was not solved.
    memory: what the next step is given if this one is accepted. calls (L,) or a number: evaluations of the field.
    iterations (L,): of the root solver in this step, None for a method without equations.
    factor (L,): by how much the step size is to change; None leaves that to the controller.
    """

    z1: Any
    stages: Any
    error: Any
    memory: Memory
    calls: Any
    iterations: Any = None
    factor: Any = None


class Stepper(ABC):
    """Steps of `method` on arrays of `library`. A sample's step does not depend on its batch mates, bit for bit.

    tolerances: (rtol, atol), None for steps without an error estimate.
    """

    method: IntegrationMethod
    library: ArrayLibrary
    tolerances: tuple[float, float] | None

    @property
    @abstractmethod
    def least_calls(self) -> int:
        """Evaluations of the field that a step needs at least."""

    @property
    @abstractmethod
    def opening_calls(self) -> int:
        """Evaluations before the first step, but for those that guess its size."""

    @abstractmethod
    def slope(self, t: Any, z: Any) -> Any:
        """f(t, z) for t (L,), z (L, n)."""

    @abstractmethod
    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """What the first step is given; slope: f(t, z), None where nobody has asked for it yet."""

    def begin(self, sample: Any, t: Any, h: Any, z: Any, slope: Any) -> Memory:  # noqa: ARG002 - see below
        """What the first step of the trajectories `sample` (L,), of size h (L,), is given: most methods treat all of
        them alike."""
        return self.open(t, z, slope)

    @abstractmethod
    def step(self, t: Any, h: Any, z: Any, memory: Memory) -> Attempt:
        """One step of size h (L,), each sample its own, from z (L, n) at t (L,)."""

    def accounts(self, _memory: Memory, _count: int) -> tuple[str, ...] | None:
        """What it did with every one of `count` samples where that is not plain: half a sentence each, such as
        "by Radau IIA 5"."""
        return None

    def error_ratio(self, error: Any, z: Any, z1: Any) -> Any:
        """sqrt(mean_i (e_i / (atol + rtol max(|z_i|, |z1_i|)))^2) of the error e (L, n) of a step from z to z1."""
        rtol, atol = self.tolerances_for(z)
        return root_mean_square(error / (atol + rtol * self.library.module.maximum(abs(z), abs(z1))))

    def where_finite(self, error: Any, *arrays: Any) -> Any:
        """`error` (L,), but NaN where one of the arrays (L, ...) of a step holds what is no number."""
        for array in arrays:
            finite = self.library.module.isfinite(array).reshape(len(array), -1).all(1)
            error = self.library.where(finite, error, float("nan"))
        return error

    def tolerances_for(self, z: Any) -> tuple[float, float]:
        """(rtol, atol), atol never 0 in the dtype of z: a component that stays 0 has no error, not 0/0."""
        module = self.library.module
        rtol, atol = self.tolerances or (float("nan"), float("nan"))
        return rtol, max(atol, float(module.finfo(z.dtype).tiny))
