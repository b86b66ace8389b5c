"""What it costs to keep every step: the same integration with its record and without."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.own_path import own_path
from ..integration import integrate
from ..language import System, parse

if TYPE_CHECKING:
    from jaxtyping import Float

END = 20.0
MOST_SHARE = 1.05
"""The record may cost this much more."""


def van_der_pol() -> System:
    """The oscillator that is followed."""
    return parse("x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1")


def kept(starts: Float[np.ndarray, "B 2"]) -> Prepared:
    """With the record: every accepted step, and the dense output between them."""
    system, path = van_der_pol(), own_path(van_der_pol(), len(starts))

    def call() -> Any:
        run = integrate(system, starts, t=(0.0, END), path=path.asked)
        return run.z[np.arange(len(starts)), run.mask.sum(axis=1) - 1]

    return Prepared(call, path.runs, path.slow)


def ends(starts: Float[np.ndarray, "B 2"]) -> Prepared:
    """Without: only where the trajectories are at the end."""
    system, path = van_der_pol(), own_path(van_der_pol(), len(starts))
    return Prepared(
        lambda: integrate(system, starts, t=(0.0, END), at=(END,), path=path.asked).z[:, 0], path.runs, path.slow
    )


def difference(answer: Float[np.ndarray, "B 2"], true: Float[np.ndarray, "B 2"]) -> float:
    """The largest distance."""
    return float(np.abs(answer - true).max())


def _cases() -> Iterator[Case]:
    random = np.random.default_rng(0)
    for count in (1, 1000):
        starts = random.uniform(-3.0, 3.0, (count, 2))
        yield Case(
            f"Van der Pol, mu = 1, to t = {END:g}, {count:,} {'start' if count == 1 else 'starts'}",
            (
                Entrant("ours, every step kept", partial(kept, starts)),
                Entrant("ours, only the end", partial(ends, starts), goal=1 / MOST_SHARE),
            ),
            ends(starts).call,
            difference,
            allowed=0.0,
        )


BENCHMARK = Benchmark(
    "telemetry", "every accepted step and dense output kept, against the end alone; the ends must be the same", _cases
)
