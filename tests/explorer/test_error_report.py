"""What nobody caught is logged, told once, and part of the diagnostics."""

from __future__ import annotations

import logging
import sys

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning

from explorer.error_report import ErrorReport


@pytest.fixture
def report(qapp, tmp_path):  # noqa: ARG001 - signals need an application
    hook, handler = sys.excepthook, qInstallMessageHandler(None)
    made = ErrorReport(tmp_path)
    made.install()
    yield made
    made.remove()
    sys.excepthook = hook
    qInstallMessageHandler(handler)


@pytest.mark.logs_errors
def test_an_uncaught_exception_is_told_and_logged(report, tmp_path):
    told = []
    report.happened.connect(told.append)
    fault = ValueError("the dog ate it")
    sys.excepthook(ValueError, fault, None)
    assert "the dog ate it" in told[0]
    assert "untouched" in told[0]
    assert "the dog ate it" in (tmp_path / "explorer.log").read_text()
    assert "the dog ate it" in report.diagnostics()


def test_qt_warnings_reach_the_log(report, tmp_path):
    qWarning("a pixmap is missing")
    assert "a pixmap is missing" in (tmp_path / "explorer.log").read_text()
    assert "Qt " in report.diagnostics()


@pytest.mark.usefixtures("report")
def test_the_log_of_the_session_before_is_kept(tmp_path):
    logging.getLogger("explorer").warning("first session")
    second = ErrorReport(tmp_path)
    second.remove()
    assert "first session" in (tmp_path / "explorer.previous.log").read_text()
