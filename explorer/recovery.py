"""The experiment is kept beside the preferences, for the case that the window does not end as it should."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from core import codec
from core.experiment_file_error import ExperimentFileError

if TYPE_CHECKING:
    from core.window_notes import WindowNotes

    from .document import Document
    from .filing import Filing
    from .notices import NoticeBar
    from .window_state import WindowState

_KEEP_AFTER = 3_000
"""Milliseconds after a change."""
_LOG = logging.getLogger(__name__)


class Recovery(QObject):
    """Keeps a copy soon after every change, and offers it after a crash."""

    def __init__(
        self,
        document: Document,
        state: WindowState,
        filing: Filing,
        notices: NoticeBar,
        notes: Callable[[], WindowNotes],
    ) -> None:
        super().__init__(filing)
        self._document = document
        self._state = state
        self._filing = filing
        self._notices = notices
        self._notes = notes
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(_KEEP_AFTER)
        self._keep.timeout.connect(self._keep_copy)
        document.experiment_changed.connect(self._keep.start)
        filing.saved.connect(self.drop)

    def offer(self) -> None:
        """Offer what a crash left behind."""
        if self._state.recovery.exists():
            sentence = "The last session did not end as it should. Its experiment was kept."
            self._notices.tell(sentence, "Restore", self._restore)

    def drop(self) -> None:
        """The window closes as it should, or the experiment is in a file: nothing needs to be recovered."""
        self._keep.stop()
        self._state.recovery.unlink(missing_ok=True)

    def _restore(self) -> None:
        found = self._filing.read(self._state.recovery)
        if found is not None:
            self._filing.replace(*found, None)
            self._document.undo_stack.resetClean()

    def _keep_copy(self) -> None:
        try:
            self._state.folder.mkdir(parents=True, exist_ok=True)
            codec.save(self._state.recovery, self._document.experiment, self._notes())
        except (OSError, ExperimentFileError) as fault:  # a full disk must not keep anyone from working
            _LOG.warning("the experiment was not kept for recovery: %s", fault)
