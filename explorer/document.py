"""The document: one immutable Experiment, its parsed system, its undo history and its file."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.experiment import Integration, starting_points
from core.language import FormulaError, parse

from . import edits
from .edit_command import DocumentState, EditCommand

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System

    from .edits import Edit


class Document(QObject):
    """What is edited. Knows no widget; panels ask for edits, and it tells once per change.

    A text that does not parse is kept as `draft` with its `error`, while `experiment` and `system` stay the
    last valid ones: the picture never goes away because of a typing error.
    """

    changing = Signal(object)
    """This Edit is about to be applied; nothing has changed yet, and an edit that is made now becomes a step before."""
    leaving = Signal()
    """Another experiment is about to be opened, or undo is about to return to one; nothing has changed yet."""
    opened = Signal(int)
    """The experiment with this number is in force: a new one, or that of an earlier signal; sent before the others."""
    experiment_changed = Signal()
    system_changed = Signal()
    """Another text is in force, or other stored tensors but those that training moves; sent before
    `experiment_changed`."""
    draft_changed = Signal()
    """The draft or its error is another one."""
    refused = Signal(str)
    """A sentence about an edit that was not done, for its text cannot be read. Nothing has changed."""
    settled = Signal()
    """A drag is over: time for full quality."""
    path_changed = Signal()

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = DocumentState(experiment, experiment.text, parse(experiment.text, experiment.tensors))
        self._deterministic = Integration.method if self.system.noise else experiment.integration.method
        self._path: Path | None = None
        self._dragging = False
        self._origins = count(1)
        self.undo_stack = QUndoStack(self)

    @property
    def experiment(self) -> Experiment:
        """The experiment in force."""
        return self._state.experiment

    @property
    def system(self) -> System:
        """The parsed text of the experiment in force."""
        return self._state.system

    @property
    def draft(self) -> str:
        """The text as a person last left it, valid or not."""
        return self._state.draft

    @property
    def error(self) -> FormulaError | None:
        """Why the draft is not in force; None where it is."""
        return self._state.error

    @property
    def path(self) -> Path | None:
        """The file this experiment was read from or saved to."""
        return self._path

    @property
    def dragging(self) -> bool:
        """Whether the last change belongs to a drag that goes on."""
        return self._dragging

    @property
    def title(self) -> str:
        """What to call the experiment."""
        return self.experiment.title or self.system.title or "Untitled system"

    def edit(self, edit: Edit, drag: int | None = None) -> bool:
        """Apply an edit as one undo step, or as part of the last one where both belong to one drag or moment.

        Whether it was done: where the text that it leads to cannot be read, `refused` says why and nothing changes.
        """
        self.changing.emit(edit)
        experiment = edit.change(self.experiment, self.system)
        draft = self.draft if experiment.text == self.experiment.text else experiment.text
        origin = next(self._origins) if edit.opens else self._state.origin
        return self._push(experiment, draft, origin, edit, drag)

    def set_text(self, text: str) -> None:
        """Take over what was typed: in force where it parses, kept as a draft with its error where it does not.

        The draft itself is read once more where it has an error: a tensor that it names may have been stored since.
        """
        if text == self.draft and text == self.experiment.text:
            return
        try:
            system = parse(text, self.experiment.tensors)
        except FormulaError:
            kept = edits.Edit("Edit the text", ("text",), lambda experiment, _: experiment)
            self._push(self.experiment, text, self._state.origin, kept, None)
            return
        edit = edits.set_text(text, system, self._deterministic)
        self.changing.emit(edit)
        self._push(edit.change(self.experiment, self.system), text, self._state.origin, edit, None)

    def finish_drag(self) -> None:
        """The mouse button went up."""
        if self._dragging:
            self._dragging = False
            self.settled.emit()

    def replace(self, experiment: Experiment, path: Path | None) -> None:
        """Start anew with another experiment: the history is empty.

        Raises FormulaError, or ValueError for starts of another size, changing nothing.
        """
        system = parse(experiment.text, experiment.tensors)
        starting_points(experiment, system)
        self._dragging = False
        self.undo_stack.clear()
        self._adopt(DocumentState(experiment, experiment.text, system, origin=next(self._origins)))
        self.set_path(path)

    def set_path(self, path: Path | None) -> None:
        """Remember the file that holds this experiment; None where none does."""
        self._path = path
        self.undo_stack.setClean()
        self.path_changed.emit()

    def _push(self, experiment: Experiment, draft: str, origin: int, edit: Edit, drag: int | None) -> bool:
        """Whether the state that an edit leads to can be: only then anything hears of it."""
        try:
            after = _state_after(self._state, experiment, draft, origin)
        except FormulaError as fault:
            self.refused.emit(f"{edit.title}: not done, for its text cannot be read at {fault}.")
            return False
        self._dragging = drag is not None
        if after != self._state:
            self.undo_stack.push(EditCommand(self._adopt, self._state, after, edit.title, edit.target, drag))
        return True

    def _adopt(self, state: DocumentState) -> None:
        opened = state.origin != self._state.origin
        if opened:
            self.leaving.emit()
            self._deterministic = Integration.method
        before, self._state = self._state, state
        renewed = state.experiment.text != before.experiment.text
        if not renewed and state.experiment.tensors != before.experiment.tensors:
            renewed = not _only_learnt(before, state)
        if not self.system.noise:
            self._deterministic = state.experiment.integration.method  # comes back once noise is gone again
        if opened:
            self.opened.emit(state.origin)
        if renewed:
            self.system_changed.emit()
        if state.draft != before.draft:
            self.draft_changed.emit()
        if state.experiment != before.experiment or opened:
            self.experiment_changed.emit()


def _state_after(now: DocumentState, experiment: Experiment, draft: str, origin: int) -> DocumentState:
    """All that could fail is done here, before a step of undo has to go there. Raises FormulaError."""
    system, error = now.system, now.error
    stored = experiment.tensors != now.experiment.tensors
    if stored or experiment.text != now.experiment.text:
        system = parse(experiment.text, experiment.tensors)
    if stored or error is not None or draft != now.draft:
        error = _error_of(draft, experiment)
    return DocumentState(experiment, draft, system, error, origin)


def _only_learnt(before: DocumentState, state: DocumentState) -> bool:
    """Whether tensors that one text learns are all that differs."""
    held, former = state.experiment.tensors, before.experiment.tensors
    moved = {name for name in {*held, *former} if held.get(name) != former.get(name)}
    fixed, formerly = ([item for item in one.system.data if not item.learnt] for one in (state, before))
    return all(map(state.system.is_learnt, moved)) and fixed == formerly


def _error_of(text: str, experiment: Experiment) -> FormulaError | None:
    try:
        parse(text, experiment.tensors)
    except FormulaError as error:
        return error
    return None
