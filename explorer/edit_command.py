"""One step of the undo history: the state before and the state after."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand
from typing_extensions import override

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import FormulaError, System

MERGE_SECONDS = 1.0
"""Edits of the same thing that follow each other faster than this are one step: held keys, typing."""


@dataclass(frozen=True)
class DocumentState:
    """What an undo step restores.

    draft: the text in the editor. It differs from `experiment.text` only while it does not parse.
    system, error: what `experiment.text` says, and why the draft says nothing; both read already, so that a step back
    or forward cannot fail. origin: a number for what was opened, and is edited since.
    """

    experiment: Experiment
    draft: str
    system: System = field(compare=False)
    error: FormulaError | None = field(default=None, compare=False)
    origin: int = 0


class EditCommand(QUndoCommand):
    """Replaces one document state by another.

    target: what is edited, such as ("value", "mu"); None never merges. drag: edits of one target with the same
    drag id are one step, however long the drag takes; without a drag, edits within `MERGE_SECONDS` are.
    """

    def __init__(
        self,
        adopt: Callable[[DocumentState], None],
        before: DocumentState,
        after: DocumentState,
        title: str,
        target: tuple[object, ...] | None,
        drag: int | None,
    ) -> None:
        super().__init__(title)
        self._adopt = adopt
        self._before = before
        self._after = after
        self._target = target
        self._drag = drag
        self._when = time.monotonic()

    def _continues(self, other: EditCommand) -> bool:
        if self._target is None or self._target != other._target or self._drag != other._drag:
            return False
        return self._drag is not None or other._when - self._when < MERGE_SECONDS

    def _go_to(self, state: DocumentState) -> None:
        """An exception that gets into Qt's stack breaks it, so that a later step crashes: it is told like any other."""
        try:
            self._adopt(state)
        except Exception:
            sys.excepthook(*sys.exc_info())

    @override
    def id(self) -> int:
        return 1  # Qt merges only commands of equal id, and -1 means never

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, EditCommand) or not self._continues(other):
            return False
        self._after = other._after
        self._when = other._when
        return True

    @override
    def undo(self) -> None:
        self._go_to(self._before)

    @override
    def redo(self) -> None:
        self._go_to(self._after)
