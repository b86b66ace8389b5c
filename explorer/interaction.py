"""What a person does in a plot becomes an edit, and shows in every other plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.experiment import starting_points
from core.readings import Trajectories

from . import edits
from .newest import Newest

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document
    from .stage import Stage


class Interaction(QObject):
    """Keeps the selection and the newest readings, and links hovering and selecting over the views.

    Views count samples: one per start, or with batch data one per start and row. Only starts are edited.
    """

    selection_changed = Signal(int)
    """The trajectory or sample that is looked at now."""
    start_added = Signal()

    def __init__(self, document: Document, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._stage = stage
        self._selected: int | None = None
        self.readings = Newest()
        for view in stage.views:
            view.start_added.connect(self._add)
            view.start_moved.connect(self._move)
            view.parameter_dragged.connect(self._set_value)
            view.drag_finished.connect(document.finish_drag)
            view.start_removed.connect(self.remove)
            view.hovered.connect(self._hover)
            view.selected.connect(self.select)

    @property
    def index(self) -> int:
        """The trajectory or sample that numbers are shown of: the selected one, else the first."""
        return 0 if self._selected is None else self._selected

    @property
    def selected(self) -> int | None:
        """The trajectory or sample a person chose."""
        return self._selected

    @property
    def trajectories(self) -> Trajectories | None:
        """The newest curves."""
        return self.readings.get(Trajectories)

    def show_frame(self, frame: Frame) -> None:
        """Keep the readings for what shows numbers."""
        self.readings.take(frame)

    def forget(self) -> None:
        """Another system: nothing is selected, nothing is known."""
        self.readings.forget()
        self.select(None)

    def select(self, index: int | None) -> None:
        """Mark a trajectory or sample in every view."""
        self._selected = index
        for view in self._stage.fitting:
            view.set_selected(index)
        self.selection_changed.emit(self.index)

    def remove(self, index: int) -> None:
        """Delete the start of a trajectory or sample."""
        start = index // self.readings.rows
        self.select(None)
        self._document.edit(edits.remove_start(start))

    def remove_selected(self) -> None:
        """Delete the start of what is selected."""
        if self._selected is not None:
            self.remove(self._selected)

    def drop_lost_selection(self) -> None:
        """Undo or a preset may have taken the selected start away."""
        if self._selected is not None and self._selected >= self._starts() * self.readings.rows:
            self.select(None)

    def _add(self, point: tuple[float, ...]) -> None:
        self._document.edit(edits.add_start(point))
        self.select((self._starts() - 1) * self.readings.rows)
        self.start_added.emit()

    def _move(self, index: int, point: tuple[float, ...], drag: int) -> None:
        self._document.edit(edits.move_start(index // self.readings.rows, point), drag)

    def _set_value(self, name: str, value: float, drag: int) -> None:
        self._document.edit(edits.set_value(name, value), drag)

    def _starts(self) -> int:
        return len(starting_points(self._document.experiment, self._document.system))

    def _hover(self, index: int | None) -> None:
        for view in self._stage.on:
            view.set_hovered(index)
