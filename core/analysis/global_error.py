"""The global error of a trajectory: the same steps once more, each as two of half the size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..bound_field import field_in_numpy
from ..budget import Budget
from ..dense_output import AcceptedSteps, DenseOutput
from ..integration_method import IntegrationMethod
from ..kernel_fit import LARGEST_STATE
from ..ode_path import choose_path, open_loop
from ..problem import InitialValue
from ..python_step import PythonStep
from ..step_controller import StepController
from ..tableau import Tableau
from ..vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float

_TENTH = 0.1
"""Of the tolerances, for methods that find their own steps."""
_FINEST = 1e-13, 1e-16
"""Tolerances below which rounding is all that is left."""


def halved_states(
    field: VectorField, method: IntegrationMethod, t: Float[np.ndarray, "K1"], start: Float[np.ndarray, "n"]
) -> Iterator[Float[np.ndarray, "n"]]:
    """The states at t[1], t[2], ... of the same method with two equal steps between each two of the times, in float64.

    Ends early where a step gives no numbers, or its equations are not solved.
    """
    if isinstance(method, Tableau) and field.system is not None and field.size <= LARGEST_STATE:
        yield from _halved_in_floats(PythonStep(field, method, None), t, start)
        return
    stepper = method.stepper(field_in_numpy(field), None)
    now, z = np.array([t[0]]), np.array(start, dtype=np.float64)[None]
    memory: Any = None
    for end in t[1:].tolist():
        half = (end - now) / 2.0
        for last in (False, True):
            with np.errstate(all="ignore"):
                if memory is None:
                    memory = stepper.open(now, z, None)
                attempt = stepper.step(now, half, z, memory)
            if not np.isfinite(attempt.z1).all() or np.isinf(attempt.error).any():
                return
            now, z, memory = (np.array([end]) if last else now + half), attempt.z1, attempt.memory
        yield z[0].copy()


def _halved_in_floats(
    steps: PythonStep, t: Float[np.ndarray, "K1"], start: Float[np.ndarray, "n"]
) -> Iterator[Float[np.ndarray, "n"]]:
    """The same by an explicit method for few components, many times faster."""
    now, z, size = float(t[0]), tuple(float(value) for value in start), len(start)
    last = steps.tableau.end_stage
    first = steps.slope(now, z)
    for end in t[1:].tolist():
        half = (end - now) / 2.0
        for after in (now + half, end):
            row = steps.step(now, half, z, first)
            if math.isnan(row[0]):
                return
            now, z = after, row[1 : size + 1]
            first = steps.slope(now, z) if last is None else row[(last + 1) * size + 1 : (last + 2) * size + 1]
        yield np.array(z)


def richardson_error(
    coarse: Float[np.ndarray, "K n"], fine: Float[np.ndarray, "K n"], order: int
) -> Float[np.ndarray, "K n"]:
    """|z_h - z| from solutions with steps h and h/2: |z_h - z_(h/2)| 2^p/(2^p - 1), p the method's order.

    z_h - z = e(t) h^p + O(h^(p + 1)), so that the distance of the two is (1 - 2^-p) of the error of the first. It holds
    for steps of any sizes, as long as each is halved.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.4.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.abs(coarse - fine) * (2.0**order / (2.0**order - 1.0)))


def finer_tolerances(rtol: float, atol: float) -> tuple[float, float]:
    """A tenth of both, but for rounding."""
    return max(_TENTH * rtol, _FINEST[0]), max(_TENTH * atol, _FINEST[1])


def finer_run(
    field: VectorField,
    method: IntegrationMethod,
    controller: StepController,
    t: Float[np.ndarray, "K1"],
    start: Float[np.ndarray, "n"],
    budget: Budget,
) -> Iterator[Float[np.ndarray, "K1 n"] | None]:
    """The states at `t` of a run with other steps: None between its blocks of steps, and last the states.

    NaN where it does not come.
    """
    starts, span = np.array(start, dtype=np.float64)[None], (float(t[0]), float(t[-1]))
    path = choose_path(field, 1, method=method)
    dense = DenseOutput(method, starts, span)
    for steps in open_loop(InitialValue(field, starts, span), method, controller, budget, path):
        dense.add(AcceptedSteps.of(steps))
        yield None
    yield dense.at(t)[0]


def tolerance_error(coarse: Float[np.ndarray, "K n"], fine: Float[np.ndarray, "K n"]) -> Float[np.ndarray, "K n"]:
    """|z_h - z| from a run with a tenth of the tolerances: 10/9 of the distance, as errors follow tolerances."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.abs(coarse - fine) / (1.0 - _TENTH))
