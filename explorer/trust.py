"""Which Python files a person allowed to run on this computer: each by its place and its content."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path

import tomli_w

from core.atomic_file import write_atomically
from core.module_file import ModuleFile

_MOST = 200
_LOG = logging.getLogger(__name__)


class Trust:
    """A small file among the settings, outside every document; a broken one allows nothing."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._allowed = self._read()

    def allows(self, file: ModuleFile) -> bool:
        """Whether this content, at this place, may run."""
        return file in self._allowed

    def knows(self, path: str) -> bool:
        """Whether any content at this place was allowed."""
        return any(file.path == path for file in self._allowed)

    def allow(self, file: ModuleFile) -> None:
        """Let it run from now on."""
        self._keep((file, *(other for other in self._allowed if other != file))[:_MOST])

    def forbid(self, path: str) -> None:
        """Let nothing at this place run any more."""
        self._keep(tuple(file for file in self._allowed if file.path != path))

    def _keep(self, files: tuple[ModuleFile, ...]) -> None:
        self._allowed = files
        table = {"file": [{"path": file.path, "sha256": file.sha256} for file in files]}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file, tomli_w.dumps(table).encode())
        except OSError as fault:  # a read-only home must not keep anyone from working
            _LOG.warning("which files are trusted was not saved: %s", fault)

    def _read(self) -> tuple[ModuleFile, ...]:
        try:
            entries = tomllib.loads(self._file.read_text(encoding="utf-8"))["file"]
            return tuple(ModuleFile(str(entry["path"]), str(entry["sha256"])) for entry in entries)
        except (OSError, ValueError, KeyError, TypeError):
            return ()
