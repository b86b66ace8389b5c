"""What a root run has recorded: its calls of f, and the iterations that have not been handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import ArrayLibrary
from .budget import Budget
from .telemetry import Iterates

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class Records:
    """k iterations in a row of L samples: k points z (L, n), where they lie, and columns (k, L) on the host as in
    `Iterates`.

    places (k, L): at which of the k points a sample is in each record, for one that has ended goes on in z; None:
    every sample in its turn.
    """

    z: Sequence[Any]
    places: Int[np.ndarray, "k L"] | None
    residual: Float[np.ndarray, "k L"]
    measure: Float[np.ndarray, "k L"]
    evaluations: Int[np.ndarray, "k L"]
    jacobians: Int[np.ndarray, "k L"]
    active: Bool[np.ndarray, "k L"]
    details: Sequence[Mapping[str, Any]]


class RootLedger:
    """Of L samples, of which the first S are shown.

    evaluations, jacobians (L,): of every sample so far. number: of the newest record.
    """

    def __init__(self, samples: int, shown: int, first: int) -> None:
        self.evaluations, self.jacobians = (np.zeros(samples, dtype=np.int64) for _ in range(2))
        self.number = first - 1
        self._shown = shown
        self._kept: list[Records] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def charged(
        self, evaluations: Any, jacobians: Any, active: Bool[np.ndarray, "k L"]
    ) -> tuple[Int[np.ndarray, "k L"], Int[np.ndarray, "k L"]]:
        """The calls up to each of the next k records, where each costs so many: a number, or (k, L)."""
        made = np.cumsum(active, axis=0)
        columns = [
            before + (cost * made if isinstance(cost, int) else np.cumsum((cost * active).astype(np.int64), axis=0))
            for before, cost in ((self.evaluations, evaluations), (self.jacobians, jacobians))
        ]
        self.evaluations, self.jacobians = columns[0][-1], columns[1][-1]
        return columns[0], columns[1]

    def charge(self, evaluations: int, jacobians: int, times: Int[np.ndarray, "L"]) -> None:
        """Count so many calls for each sample, so many times."""
        self.evaluations = self.evaluations + evaluations * times
        self.jacobians = self.jacobians + jacobians * times

    def affordable(self, budget: Budget, evaluations: int) -> int:
        """Iterations of so many evaluations each that the budget still has, at least one."""
        left = (budget.evaluations - int(self.evaluations.max())) // max(1, evaluations)
        return max(1, min(left, budget.steps - self.number))

    def exhausted(self, budget: Budget, evaluations: int) -> str | None:
        """The ending of a run that has no budget for one more iteration of so many evaluations; None where it has."""
        if self.number >= budget.steps:
            return "max_iterations"
        return "max_evaluations" if int(self.evaluations.max()) + evaluations > budget.evaluations else None

    def add(self, records: Records) -> None:
        """Keep these until the next block."""
        self._kept.append(records)
        self._count += len(records.residual)

    def block(self, library: ArrayLibrary, stacked: bool) -> Iterates:
        """The iterations since the last block; z as one array or as several."""
        kept, shown = self._kept, self._shown
        numbers = np.arange(self.number - self._count + 1, self.number + 1)
        columns = {
            name: _in_a_row([getattr(records, name) for records in kept])[:, :shown]
            for name in ("residual", "measure", "evaluations", "jacobians", "active")
        }
        points: Any = [point[:shown] for records in kept for point in records.z]
        if stacked:
            points = _held(library, _stacked(library, points), kept)
        details = [detail for records in kept for detail in records.details]
        pictured = {
            name: _stacked(library, [detail[name] for detail in details])[:, :shown]
            for name in (details[0] if details else ())
        }
        self._kept, self._count = [], 0
        return Iterates(numbers, points, **columns, details=pictured)


def _held(library: ArrayLibrary, z: Any, kept: Sequence[Records]) -> Any:
    """The points z (k, S, n) of these records, with every sample that has ended where it is."""
    begin = 0
    for records in kept:
        end = begin + len(records.z)
        if records.places is not None:
            places = records.places[:, : z.shape[1]]
            index = (library.mask(array, z) for array in (places, np.arange(z.shape[1])))
            z[begin:end] = z[begin:end][tuple(index)]
        begin = end
    return z


def _stacked(library: ArrayLibrary, arrays: list[Any]) -> Any:
    """Arrays of numpy or of the library as one of the library."""
    if not isinstance(arrays[0], np.ndarray):
        return library.stack(arrays)
    together = np.array(arrays)
    return together if library.is_numpy else library.module.from_numpy(together)


def joined_rows(pieces: Sequence[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pieces (evaluations, jacobians, active) of consecutive records, column by column, as one."""
    evaluations, jacobians, active = (_in_a_row(list(columns)) for columns in zip(*pieces, strict=True))
    return evaluations, jacobians, active


def _in_a_row(columns: list[np.ndarray]) -> np.ndarray:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)
