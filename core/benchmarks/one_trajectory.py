"""One trajectory: Van der Pol's oscillator and Lorenz's butterfly."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant
from ..benchmarking.ode_peers import ode_peers
from ..benchmarking.ode_question import OdeQuestion, largest_error, ours, states, truth

if TYPE_CHECKING:
    from jaxtyping import Float

VAN_DER_POL = OdeQuestion(
    "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1",
    lambda x, y: (y, (1 - x * x) * y - x),
    np.array([[2.0, 0.0]]),
    np.array([50.0]),
)
LORENZ = OdeQuestion(
    "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z",
    lambda x, y, z: (10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z),
    np.array([[1.0, 1.0, 1.0]]),
    np.array([5.0, 50.0]),
)
_BUTTERFLY = np.array([[-25.0, 25.0], [-35.0, 35.0], [0.0, 60.0]])
"""What the attractor does not leave."""


def _cases() -> Iterator[Case]:
    goals = {"torchdiffeq": 3000.0, "diffrax": 4.0}
    yield Case(
        "Van der Pol, mu = 1, from (2, 0) to t = 50",
        (Entrant("ours", partial(ours, VAN_DER_POL)), *ode_peers(VAN_DER_POL, **goals)),
        partial(truth, VAN_DER_POL),
        largest_error,
        allowed=1e-3,
        needs=("scipy",),
    )
    yield Case(
        "Lorenz from (1, 1, 1) to t = 50; compared at t = 5, chaos forbids later",
        (Entrant("ours", partial(ours, LORENZ)), *ode_peers(LORENZ, **goals)),
        partial(truth, LORENZ),
        early_error,
        allowed=1e-3,
        needs=("scipy",),
    )


def early_error(answer: Any, true: Float[np.ndarray, "B T n"]) -> float:
    """The error at the first time; infinite where the end is off the attractor."""
    early, late = states(answer)[0]
    if not ((_BUTTERFLY[:, 0] <= late) & (late <= _BUTTERFLY[:, 1])).all():
        return float("inf")
    return largest_error(early[None, None], true[:, :1])


BENCHMARK = Benchmark(
    "one_trajectory", "one trajectory by dopri5 at rtol 1e-6, atol 1e-9: where it is at the end", _cases
)
