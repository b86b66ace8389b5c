"""What the window remembers between two launches: theme, recent files, folder, and where it stood."""

from __future__ import annotations

import logging
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import platformdirs
import tomli_w
from PySide6.QtCore import QByteArray, QSettings

from core.atomic_file import write_atomically

_RECENT = 8
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preferences:
    """theme: "dark", "light" or "system". recent: newest first. clicked: the first hint has done its work."""

    theme: str = "dark"
    recent: tuple[str, ...] = ()
    folder: str = ""
    clicked: bool = False


class WindowState:
    """Reads and writes a small TOML file; a broken one is as good as none. Geometry is Qt's own format."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(platformdirs.user_config_dir("implicit-explorer", appauthor=False))
        self._file = self.folder / "window.toml"
        self.preferences = self._read()

    @property
    def recovery(self) -> Path:
        """Where the experiment is kept for the case that the window does not end as it should."""
        return self.folder / "recovery.toml"

    @property
    def trusted(self) -> Path:
        """Which Python files may run."""
        return self.folder / "trusted.toml"

    def remember(self, **changes: Any) -> None:
        """Change some preferences and save them all."""
        self.preferences = replace(self.preferences, **changes)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file, tomli_w.dumps(asdict(self.preferences)).encode())
        except OSError as fault:  # a read-only home must not keep anyone from working
            _LOG.warning("preferences were not saved: %s", fault)

    def remember_file(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        others = [name for name in self.preferences.recent if name != str(path)]
        self.remember(recent=(str(path), *others)[:_RECENT], folder=str(path.parent))

    def forget(self) -> None:
        """Everything as on the first launch."""
        for file in (self._file, self._geometry_file(), self.recovery, self.trusted):
            file.unlink(missing_ok=True)
        self.preferences = Preferences()

    def geometry(self) -> QByteArray | None:
        """Where the window stood; None where that is not known."""
        kept = self._settings().value("geometry")
        return kept if isinstance(kept, QByteArray) else None

    def remember_geometry(self, geometry: QByteArray) -> None:
        """Keep where the window stands."""
        self._settings().setValue("geometry", geometry)

    def _geometry_file(self) -> Path:
        return self.folder / "geometry.ini"

    def _settings(self) -> QSettings:
        return QSettings(str(self._geometry_file()), QSettings.Format.IniFormat)

    def _read(self) -> Preferences:
        try:
            table = tomllib.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Preferences()
        kept = {}
        for field in fields(Preferences):
            value = table.get(field.name)
            value = tuple(value) if isinstance(value, list) else value
            if isinstance(value, type(getattr(Preferences(), field.name))):
                kept[field.name] = value
        return Preferences(**kept)
