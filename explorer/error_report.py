"""Nothing fails silently: exceptions and Qt's warnings go to a log file, and a person hears of them once."""

from __future__ import annotations

import logging
import platform
import sys
from collections import deque
from pathlib import Path
from types import TracebackType

import PySide6
from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler, qVersion

from .devices import torch_version

_LOG = logging.getLogger("explorer")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class ErrorReport(QObject):
    """Catches what nobody caught; `happened` carries a sentence for the window."""

    happened = Signal(str)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest: deque[str] = deque(maxlen=40)
        self._handlers: list[logging.Handler] = [_Kept(self._latest)]
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / "explorer.log"
            if file.exists():
                file.replace(folder / "explorer.previous.log")
            self._handlers.append(logging.FileHandler(file, encoding="utf-8"))
        for handler in self._handlers:
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
            logging.getLogger().addHandler(handler)

    def install(self) -> None:
        """From now on every uncaught exception and every message of Qt comes here."""
        sys.excepthook = self._report
        qInstallMessageHandler(self._log_qt)

    def remove(self) -> None:
        """Leave everything as Python and Qt had it."""
        sys.excepthook = sys.__excepthook__
        qInstallMessageHandler(None)
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()

    def diagnostics(self) -> str:
        """Versions and the latest messages, for a report to the authors."""
        return "\n".join(
            (
                "Implicit Explorer",
                f"Python {platform.python_version()}, {platform.platform()}",
                f"Qt {qVersion()}, PySide {PySide6.__version__}, torch {torch_version()}",
                "Latest messages:",
                *(self._latest or ("none",)),
            )
        )

    def _report(self, kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
            return
        _LOG.error("uncaught exception", exc_info=(kind, fault, trace))
        self.happened.emit(f"Something in the window failed ({kind.__name__}: {fault}). Your experiment is untouched.")

    @staticmethod
    def _log_qt(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
        _LOG.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)


class _Kept(logging.Handler):
    """Keeps the latest messages."""

    def __init__(self, kept: deque[str]) -> None:
        super().__init__(logging.WARNING)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(self.format(record))
