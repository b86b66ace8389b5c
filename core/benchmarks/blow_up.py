"""Trajectories of which some blow up: the others must not suffer, and each must be told from the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.ode_question import OdeQuestion, ours, states

if TYPE_CHECKING:
    from jaxtyping import Float

COUNT, BAD = 100_000, 1_000
END = 4.0
_random = np.random.default_rng(0)
CLEAN = _random.uniform(-3.0, 0.9, COUNT)
"""All of these tend to -1."""
STRICKEN = CLEAN.copy()
STRICKEN[_random.permutation(COUNT)[:BAD]] = _random.uniform(1.2, 3.0, BAD)
"""Those x > 1 are infinite at t = log((x + 1) / (x - 1)) / 2, which is before 1.2."""


class Followed(NamedTuple):
    """A run, and where it began."""

    starts: Float[np.ndarray, "B"]
    run: Any


def exact(starts: Float[np.ndarray, "B"]) -> Float[np.ndarray, "B"]:
    """Where the trajectories of x' = x^2 - 1 are at the end, NaN for those that are nowhere."""
    ratio = (starts - 1) / (starts + 1) * np.exp(2 * END)
    return np.where(starts > 1, np.nan, (1 + ratio) / (1 - ratio))


def largest_wrong(followed: Followed, _: None) -> float:
    """The largest error of the good ones; infinite where any bad one is not flagged, or any good one is."""
    true = exact(followed.starts)
    bad = np.isnan(true)
    failed = np.array([not outcome.success for outcome in followed.run.outcome])
    if (failed != bad).any():
        return float("inf")
    return float(np.abs(states(followed.run)[~bad, 0, 0] - true[~bad]).max())


def flagged(followed: Followed) -> str:
    """How the bad ones ended."""
    names = [outcome.name for outcome in followed.run.outcome if not outcome.success]
    return ", ".join(f"{names.count(name):,} {name}" for name in sorted(set(names)))


def prepare(starts: Float[np.ndarray, "B"]) -> Prepared:
    """Ours from `starts`."""
    bare = ours(OdeQuestion("x' = x^2 - 1", lambda x: (x * x - 1,), starts[:, None], np.array([END])))
    return replace(bare, call=lambda: Followed(starts, bare.call()), note=flagged)


def _cases() -> Iterator[Case]:
    yield Case(
        f"x' = x^2 - 1 to t = {END:g}, {COUNT:,} starts, {BAD:,} of which blow up",
        (
            Entrant("ours", partial(prepare, STRICKEN)),
            Entrant("ours, none blows up", partial(prepare, CLEAN), goal=1 / 5),
        ),
        lambda: None,
        largest_wrong,
        allowed=1e-5,
    )


BENCHMARK = Benchmark("blow_up", "a batch in which 1 % blow up against a clean one, by dopri5 at 1e-6, 1e-9", _cases)
