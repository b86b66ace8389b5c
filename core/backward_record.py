"""The accepted steps of an adjoint on its way back, as pictures want them: one trajectory at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .gradient_method import SolvedBack

if TYPE_CHECKING:
    from jaxtyping import Float, Int


class BackwardRecord:
    """Filled interval by interval, the last first."""

    def __init__(self) -> None:
        self._columns: list[tuple[np.ndarray, ...]] = []

    def begin(self, t: float, z: Float[np.ndarray, "B n"], a: Float[np.ndarray, "B n"]) -> None:
        """Where an interval begins, for all trajectories."""
        self.add(np.arange(len(z)), np.full(len(z), t), z, a)

    def add(
        self,
        sample: Int[np.ndarray, "k"],
        t: Float[np.ndarray, "k"],
        z: Float[np.ndarray, "k n"],
        a: Float[np.ndarray, "k n"],
    ) -> None:
        """Ends of steps, those of one trajectory in their order."""
        self._columns.append((sample, t, z, a))

    def of(self, count: int) -> tuple[SolvedBack, ...]:
        """Every one of `count` trajectories; none has any point where nothing was solved."""
        if not self._columns:
            return ()
        sample, *columns = (np.concatenate(parts) for parts in zip(*self._columns, strict=True))
        order = np.argsort(sample, kind="stable")
        ends = np.searchsorted(sample[order], np.arange(1, count))
        parts = [np.split(column[order], ends) for column in columns]
        return tuple(SolvedBack(*rows) for rows in zip(*parts, strict=True))
