"""A pytest plugin: a test that leaves something running behind, or hides an exception, fails.

Looked at after each test: threads, child processes, active QTimers, top-level widgets, and exceptions that the
window's code caught and logged (Qt swallows what is raised while painting, so the canvas logs it). Exceptions in
slots and Qt's warnings are pytest-qt's part, set up in pyproject.toml.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

GRACE_SECONDS = 2.0
"""How long what is already ending may take."""
_SHARED_MEMORY_KEEPER = "multiprocessing.resource_tracker"
_QT_INTERNAL = ("QTipLabel",)
"""Widgets that Qt makes itself and keeps."""


class _LoggedExceptions(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0] is not None:
            self.found.append(f"{record.name}: {record.getMessage()}: {record.exc_info[1]!r}")


@pytest.fixture(autouse=True)
def leaves_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, process, timer or widget, or logs an exception it did not announce."""
    uses_qt = "qapp" in request.fixturenames
    watched: dict[str, Callable[[], dict[int, str]]] = {"thread": _threads, "process": _processes}
    if uses_qt:
        watched["top-level widget"] = _widgets
    before = {kind: set(look()) for kind, look in watched.items()}
    if uses_qt:  # no look at timers before: of the million things in a worker only new ones are looked through
        watched["active timer"], before["active timer"] = _new_timers, set()
    gc.freeze()
    logged = _LoggedExceptions()
    logging.getLogger("explorer").addHandler(logged)
    yield
    logging.getLogger("explorer").removeHandler(logged)
    left = _left(watched, before, uses_qt)
    gc.unfreeze()
    if logged.found and request.node.get_closest_marker("logs_errors") is None:
        left += [f"logged exception {entry}" for entry in logged.found]
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


def _left(watched: dict[str, Callable[[], dict[int, str]]], before: dict[str, set[int]], uses_qt: bool) -> list[str]:
    """What is still there after the grace time; garbage is collected before anything is called a leak."""
    end = time.monotonic() + GRACE_SECONDS
    while True:
        if uses_qt:
            _delete_later_now()
        left = [
            f"{kind} {name}"
            for kind, look in watched.items()
            for key, name in look().items()
            if key not in before[kind]
        ]
        if not left or time.monotonic() > end:
            return left
        gc.collect()
        time.sleep(0.02)


def _threads() -> dict[int, str]:
    return {id(thread): thread.name for thread in threading.enumerate()}


def _processes() -> dict[int, str]:
    """Children of this process, where the system lists them; the keeper of shared memory is Python's own."""
    found = {}
    for listing in Path("/proc/self/task").glob("*/children"):
        for child in _text(listing).split():
            command = _text(Path("/proc", child, "cmdline")).replace("\0", " ")
            if _SHARED_MEMORY_KEEPER not in command:
                found[int(child)] = command or child
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # it ended in this moment
        return ""


def _qt() -> Any:
    from PySide6 import QtCore, QtWidgets  # noqa: PLC0415 - tests of the engine need no Qt

    return QtCore, QtWidgets


def _new_timers() -> dict[int, str]:
    """Those made since what was there before was frozen."""
    from shiboken6 import isValid  # noqa: PLC0415 - as above

    kind = _qt()[0].QTimer
    # by type(): asking isinstance() of a lazy module or proxy would wake it
    timers = [thing for thing in gc.get_objects() if issubclass(type(thing), kind) and isValid(thing)]
    return {id(timer): repr(timer) for timer in timers if timer.isActive()}


def _widgets() -> dict[int, str]:
    application = _qt()[1].QApplication
    return {
        id(widget): repr(widget)
        for widget in application.topLevelWidgets()
        if widget.metaObject().className() not in _QT_INTERNAL
    }


def _delete_later_now() -> None:
    core = _qt()[0]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_errors: the window's code logs an exception in this test, as it should")
    # one core per test worker, also for torch in child processes
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
