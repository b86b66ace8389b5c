"""The fixture that watches every test catches what it should, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PLANTED = """
import logging, subprocess, sys, threading, time
import pytest
from PySide6.QtCore import QObject, QTimer, Signal, qCritical, qWarning
from PySide6.QtWidgets import QLabel, QWidget

kept = []


def leaks_thread():
    threading.Thread(target=time.sleep, args=(30,), daemon=True, name="planted").start()


def test_leaks_thread():
    leaks_thread()


def test_leaks_process():
    kept.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(5)"]))


def test_leaks_timer(qapp):
    kept.append(QTimer())
    kept[-1].start(1000)


def test_leaks_widget(qapp):
    kept.append(QLabel("x"))


def test_leaks_logged_exception():
    try:
        1 / 0
    except ZeroDivisionError:
        logging.getLogger("explorer.canvas").exception("painting failed")


def test_leaks_qt_warning(qapp):
    qWarning("odd")


def test_leaks_qt_critical(qapp):
    qCritical("odd")


def test_leaks_exception_in_slot(qtbot):
    QTimer.singleShot(0, lambda: 1 / 0)
    qtbot.wait(20)


def test_leaks_exception_in_paint(qtbot):
    class Broken(QWidget):
        def paintEvent(self, event):
            raise ValueError("in paint")

    widget = Broken()
    qtbot.addWidget(widget)
    widget.grab()


def test_clean_thread():
    threading.Thread(target=time.sleep, args=(0.01,)).start()


def test_clean_process():
    subprocess.run([sys.executable, "-c", ""])


def test_clean_timer(qapp):
    timer = QTimer()
    timer.start(1000)
    timer.stop()


def test_clean_widget(qtbot):
    qtbot.addWidget(QLabel("x"))


def test_clean_deleted_later(qapp):
    label = QLabel("x")
    label.deleteLater()


def test_clean_known_message(qapp):
    qWarning("This plugin does not support raise()")


@pytest.mark.logs_errors
def test_clean_announced_exception():
    test_leaks_logged_exception()
"""
CONFTEST = "import cleanliness\ncleanliness.GRACE_SECONDS = 0.1\n"
EXPECTED = {
    "test_leaks_thread": "left behind: thread planted",
    "test_leaks_process": "left behind: process",
    "test_leaks_timer": "left behind: active timer",
    "test_leaks_widget": "left behind: top-level widget",
    "test_leaks_logged_exception": "left behind: logged exception explorer.canvas: painting failed",
    "test_leaks_qt_warning": "odd",
    "test_leaks_qt_critical": "odd",
    "test_leaks_exception_in_slot": "ZeroDivisionError",
    "test_leaks_exception_in_paint": "in paint",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of the planted tests, run with this project's own settings in a process of their own."""
    tests = Path(__file__).parent
    folder = tmp_path_factory.mktemp("planted")
    (folder / "test_planted.py").write_text(PLANTED)
    (folder / "conftest.py").write_text(CONFTEST)
    command = [sys.executable, "-m", "pytest", "-p", "cleanliness", "-p", "no:cacheprovider", "-rA", "--timeout=60"]
    settings = ["-c", str(tests.parent / "pyproject.toml"), "--rootdir", str(folder), str(folder)]
    environment = os.environ | {"PYTHONPATH": str(tests), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command + settings, capture_output=True, text=True, env=environment, cwd=folder)
    return done.stdout


@pytest.mark.parametrize("name", EXPECTED)
def test_leak_is_found(report: str, name: str) -> None:
    assert [line for line in report.splitlines() if line.startswith(("FAILED", "ERROR")) and line.count(f"::{name}")]
    section = re.split(r"\n_+ (?:ERROR at \w+ of )?test_", report.split(f" {name} _", 1)[1])[0]
    assert EXPECTED[name] in section


def test_clean_tests_pass(report: str) -> None:
    summary = [line for line in report.splitlines() if "::test_clean_" in line]
    assert len(summary) == PLANTED.count("def test_clean_")
    assert all(line.startswith("PASSED") for line in summary), summary
