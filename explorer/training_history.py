"""Which line of training a document's weights belong to: undo and redo find it again."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .training_log import TrainingLog

_MOST = 64
"""Lines that are kept: most share nearly all of their states."""


class TrainingHistory:
    """The log of every system that a document held of a training, the latest ones: its key tells its weights."""

    def __init__(self) -> None:
        self._logs: dict[Hashable, TrainingLog] = {}

    def keep(self, key: Hashable, log: TrainingLog) -> None:
        """The weights of this system are those of the log's newest state."""
        self._logs.pop(key, None)
        self._logs[key] = log
        while len(self._logs) > _MOST:
            del self._logs[next(iter(self._logs))]

    def find(self, key: Hashable) -> TrainingLog | None:
        """The log whose newest state has the weights of this system."""
        return self._logs.get(key)
