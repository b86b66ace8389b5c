"""What optimisers do, iteration by iteration."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .. import catalogue
from ..analysis.lowest_point import lowest_point
from ..analysis.sharpness import sharpness
from ..objective import Objective
from ..outcome import Outcome
from ..probe import DescentProbe
from ..readings.descents import DescentRun, Descents
from ..readings.lowest_point import LowestPoint
from ..run_context import RunContext
from ..telemetry import DescentRecords

_MOST_NUMBERS = 400_000
"""Of the points of one optimiser; beyond, iterations are left out evenly."""
_MOST_RECORDS = 4_096


@dataclass
class _Blocks:
    """One optimiser's blocks so far."""

    method: str
    blocks: list[DescentRecords] = field(default_factory=list)
    outcomes: tuple[Outcome, ...] = ()


class DescentsProbe(DescentProbe[Descents]):
    """Keeps every point, the loss and the slope there."""

    reading = Descents
    title = "optimisers"

    def begin(self, context: RunContext) -> None:
        self._context = context
        self._methods: list[_Blocks] = []
        system = context.field.system
        self._objective = None if system is None else Objective(system, context.experiment.values)

    def open(self, method: str) -> None:
        self._methods.append(_Blocks(method))

    def feed(self, records: DescentRecords) -> None:
        self._methods[-1].blocks.append(records)

    def end(self, outcomes: tuple[Outcome, ...]) -> None:
        self._methods[-1].outcomes = outcomes

    def read(self) -> Descents | None:
        if self._objective is None:
            return None
        choice, starts = self._context.experiment.descent, self._context.starts
        begun = [method for method in self._methods if method.blocks]
        for method in begun:
            method.blocks = [_joined(method.blocks)]
        records = {method.method: method.blocks[0] for method in begun}
        lowest = self._lowest(list(records.values()))
        runs = tuple(self._run(method, records[method.method], lowest) for method in begun)
        return Descents(self._objective.components, starts, choice.eta, choice.beta, lowest, runs)

    def _lowest(self, records: list[DescentRecords]) -> LowestPoint | None:
        if not records or self._objective is None:
            return None
        z = np.concatenate([one.z.reshape(-1, one.z.shape[-1]) for one in records])
        loss = np.concatenate([np.where(one.active, one.loss, np.nan).ravel() for one in records])
        return lowest_point(self._objective, z, loss)

    def _run(self, method: _Blocks, records: DescentRecords, lowest: LowestPoint | None) -> DescentRun:
        active, known = records.active, catalogue.descents()
        last = np.where(active.any(axis=0), len(active) - 1 - np.argmax(active[::-1], axis=0), -1)
        keep = self._kept(records, last)
        optimiser = catalogue.descent(method.method, vars(self._context.experiment.descent))
        sharp = lowest.sharpness if lowest is not None else np.nan
        assert self._objective is not None
        z = np.where(active[..., None], records.z, np.nan)[keep]
        return DescentRun(
            method=method.method,
            title=optimiser.title,
            place=list(known).index(method.method),
            iteration=records.iteration[keep],
            z=z,
            loss=np.where(active, records.loss, np.nan)[keep],
            slope=np.where(active, records.slope, np.nan)[keep],
            sharpness=sharpness(self._objective, z),
            iterations=np.where(last >= 0, records.iteration[last], 0),
            limit=optimiser.reach / sharp if sharp > 0.0 else np.nan,
            edge=optimiser.reach / self._context.experiment.descent.eta,
            outcomes=method.outcomes or (Outcome("running"),) * len(self._context.starts),
        )

    def _kept(self, records: DescentRecords, last: np.ndarray) -> np.ndarray:
        """Which records are kept: evenly spaced ones, the first, the last, and where each sample ended."""
        most = max(2, min(_MOST_RECORDS, _MOST_NUMBERS // max(1, self._context.starts.size)))
        chosen = np.zeros(len(records), dtype=bool)
        chosen[:: 1 if self._context.every_step else -(-len(records) // most)] = True
        chosen[-1:] = True
        chosen[last[last >= 0]] = True
        return np.flatnonzero(chosen)


def _joined(blocks: list[DescentRecords]) -> DescentRecords:
    """Consecutive blocks as one."""
    return DescentRecords(
        *(
            np.concatenate([getattr(block, name) for block in blocks])
            for name in ("iteration", "z", "loss", "slope", "active")
        )
    )


PROBE = DescentsProbe
