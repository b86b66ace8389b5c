"""What `core.integrate` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .dense_output import DenseOutput
from .event_points import EventPoints
from .outcome import Outcome
from .telemetry import host

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class Stats:
    """What a run cost: numbers for one start, arrays (B,) for several; seconds of the whole run."""

    evaluations: int | Int[np.ndarray, "B"]
    accepted: int | Int[np.ndarray, "B"]
    rejected: int | Int[np.ndarray, "B"]
    seconds: float

    def of(self, sample: int) -> Stats:
        """The numbers of one trajectory."""
        columns = (self.evaluations, self.accepted, self.rejected)
        evaluations, accepted, rejected = (int(np.asarray(column).item(sample)) for column in columns)
        return Stats(evaluations, accepted, rejected, self.seconds)


@dataclass(frozen=True)
class Run:
    """Trajectories of one start, or of B.

    t (T,) or (B, T), z (T, n) or (B, T, n): the accepted steps with the start, or the times asked for; numpy arrays,
    tensors where the start was one. mask, of t's shape: where there is a solution. Elsewhere t and z are NaN, or z
    alone at a time asked for that the trajectory did not reach. A time at which an event changed the state stands
    twice, with the state before and after. outcome: an Outcome, or one per start. events: by name, where each was met.
    path: the back end that ran, "kernel", "python" or "torch".
    """

    t: Any
    z: Any
    mask: Any
    outcome: Outcome | tuple[Outcome, ...]
    stats: Stats
    dense: DenseOutput | None = None
    path: str = ""
    events: Mapping[str, EventPoints] = field(default_factory=dict)

    def __call__(self, t: float | Float[np.ndarray, "T"]) -> Float[np.ndarray, "..."]:
        """Dense output at one time, (n,) or (B, n), or at several, (T, n) or (B, T, n), in any order.

        Several starts may each have times of their own, (B, T). NaN where a trajectory ended before, or where it has a
        span of its own that does not hold the time; where an event changed it, the state before. Raises ValueError
        outside the time span, or after a run with `at`.
        """
        if self.dense is None:
            raise ValueError("this run kept only the times in `at`: integrate without it for dense output")
        times = np.asarray(t, dtype=np.float64)
        single = isinstance(self.outcome, Outcome)
        rows = 0 if isinstance(self.outcome, Outcome) else len(self.outcome)
        if times.ndim > 2 or (times.ndim == 2 and len(times) != rows):
            raise ValueError(f"give one time or a list of times, not an array of shape {times.shape}")
        z = self.dense.at(np.atleast_1d(times))
        z = z[0] if single else z
        return z if times.ndim else z[..., 0, :]

    def numpy(self) -> dict[str, np.ndarray]:
        """t, z and mask as plain numpy arrays, by name."""
        return {name: host(getattr(self, name)) for name in ("t", "z", "mask")}
