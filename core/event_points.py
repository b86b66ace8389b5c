"""Where and when an event happened along every trajectory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .telemetry import host

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class EventPoints:
    """t (K,) and z (K, n) of one trajectory, in the order in which they came; z is the state before a change.

    Of several trajectories (B, K) and (B, K, n), padded with NaN to the one with the most; numpy arrays, tensors where
    the start was one.
    """

    t: Any
    z: Any

    def __len__(self) -> int:
        """How many there are, of the trajectory with the most."""
        return int(self.t.shape[-1])

    def numpy(self) -> dict[str, np.ndarray]:
        """t and z as plain numpy arrays, by name."""
        return {"t": host(self.t), "z": host(self.z)}


class EventLog:
    """Collects the points of one event along `count` trajectories of `size` components."""

    def __init__(self, count: int, size: int) -> None:
        self._count = count
        self._samples = [np.zeros(0, dtype=np.int64)]
        self._times = [np.zeros(0)]
        self._states = [np.zeros((0, size))]

    def add(self, sample: Int[np.ndarray, "k"], t: Float[np.ndarray, "k"], z: Float[np.ndarray, "k n"]) -> None:
        """Keep points; those of one trajectory come in the order of time."""
        self._samples.append(sample)
        self._times.append(t)
        self._states.append(z)

    def columns(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k"], Float[np.ndarray, "k n"]]:
        """Which trajectory, when and where, of everything kept so far; those of one in the order of time."""
        samples, times, states = (np.concatenate(parts) for parts in (self._samples, self._times, self._states))
        order = np.argsort(samples, kind="stable")
        return samples[order], times[order], states[order]

    def points(self) -> EventPoints:
        """Everything kept, (B, K) and (B, K, n)."""
        samples, times, states = self.columns()
        counts = np.bincount(samples, minlength=self._count)
        place = np.arange(len(samples)) - np.repeat(np.cumsum(counts) - counts, counts)
        shape = self._count, int(counts.max(initial=0))
        t, z = np.full(shape, np.nan), np.full((*shape, states.shape[1]), np.nan)
        t[samples, place], z[samples, place] = times, states
        return EventPoints(t, z)
