"""What a person does in a plot becomes an edit, and shows in every other plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.experiment import starting_points
from core.readings import Equilibria, Trajectories

from . import edits

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document
    from .playback import Playback
    from .view import View


class Interaction(QObject):
    """Keeps the selection, and links hovering, selecting and the time cursor over the views."""

    selection_changed = Signal()
    start_added = Signal()

    def __init__(
        self, document: Document, playback: Playback, views: tuple[View, ...], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._playback = playback
        self._views = views
        self._turn = 0
        self._selected: int | None = None
        self.trajectories: Trajectories | None = None
        self.equilibria: Equilibria | None = None
        for view in views:
            view.start_added.connect(self._add)
            view.start_moved.connect(self._move)
            view.drag_finished.connect(document.finish_drag)
            view.start_removed.connect(self.remove)
            view.cursor_moved.connect(playback.seek)
            view.hovered.connect(self._hover)
            view.selected.connect(self.select)
        playback.time_changed.connect(self._set_cursor)
        playback.held.connect(self._set_cursors)

    @property
    def index(self) -> int:
        """The trajectory that numbers are shown of: the selected one, else the first."""
        return 0 if self._selected is None else self._selected

    @property
    def selected(self) -> int | None:
        """The trajectory a person chose."""
        return self._selected

    def show_frame(self, frame: Frame) -> None:
        """Keep what the inspector shows."""
        self.trajectories = frame.get(Trajectories) or self.trajectories
        self.equilibria = frame.get(Equilibria) or self.equilibria

    def forget(self) -> None:
        """Another system: nothing is selected, nothing is known."""
        self.trajectories = None
        self.equilibria = None
        self.select(None)

    def select(self, index: int | None) -> None:
        """Mark a trajectory in every view."""
        self._selected = index
        for view in self._views:
            view.set_selected(index)
        self.selection_changed.emit()

    def remove(self, index: int) -> None:
        """Delete a trajectory."""
        self.select(None)
        self._document.edit(edits.remove_start(index))

    def remove_selected(self) -> None:
        """Delete the trajectory that is selected."""
        if self._selected is not None:
            self.remove(self._selected)

    def drop_lost_selection(self) -> None:
        """Undo or a preset may have taken the selected start away."""
        count = len(starting_points(self._document.experiment, self._document.system))
        if self._selected is not None and self._selected >= count:
            self.select(None)

    def _add(self, point: tuple[float, ...]) -> None:
        self._document.edit(edits.add_start(point))
        self.select(len(starting_points(self._document.experiment, self._document.system)) - 1)
        self.start_added.emit()

    def _move(self, index: int, point: tuple[float, ...], drag: int) -> None:
        self._document.edit(edits.move_start(index, point), drag)

    def _hover(self, index: int | None) -> None:
        for view in self._views:
            view.set_hovered(index)

    def _set_cursor(self, t: float) -> None:
        """Move the cursor in every view; while time plays, in the plane at once and in the others by turns."""
        if not self._playback.playing:
            self._set_cursors()
            return
        main, *others = self._views
        main.set_cursor(t)
        self._turn = (self._turn + 1) % (2 * len(others))
        if self._turn % 2 == 0:
            others[self._turn // 2].set_cursor(t)

    def _set_cursors(self) -> None:
        for view in self._views:
            view.set_cursor(self._playback.t)
