"""Files that are written beside the window, which waits for none of them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from explorer.export_files import ExportFiles


class Notices:
    """Keeps what was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def files(qtbot, notices) -> ExportFiles:
    window = QWidget()
    qtbot.addWidget(window)
    return ExportFiles(window, notices)


def test_the_window_goes_on_while_a_long_file_is_written(files, notices, qtbot, tmp_path) -> None:
    path, go_on, threads = tmp_path / "long.csv", threading.Event(), []

    def write() -> None:
        threads.append(threading.current_thread())
        go_on.wait(10)
        path.write_text("all of it")

    files.write_beside(path, write)
    assert (notices.told, path.exists()) == (["Writing long.csv …"], False)
    go_on.set()
    qtbot.waitUntil(lambda: len(notices.told) == 2, timeout=5000)
    assert notices.told[1] == f"Written: {path}"
    assert threads[0] is not threading.main_thread()
    assert not threads[0].daemon  # a program that is closed meanwhile still writes it to the end


def test_what_goes_wrong_there_is_told_here(files, notices, qtbot) -> None:
    def write() -> None:
        raise OSError("the disk is full")

    files.write_beside(Path("a.csv"), write)
    qtbot.waitUntil(lambda: len(notices.told) == 2, timeout=5000)
    assert notices.told[1] == "a.csv was not written: the disk is full"


def test_a_fault_of_the_program_itself_is_not_hidden(files, qtbot) -> None:
    def write() -> None:
        raise TypeError("a defect")

    with qtbot.capture_exceptions() as caught:
        files.write_beside(Path("a.csv"), write)
        qtbot.waitUntil(lambda: bool(caught), timeout=5000)
    assert caught[0][0] is TypeError


def test_a_window_that_is_gone_does_not_disturb_the_writing(notices, qtbot, tmp_path) -> None:
    path, go_on, window = tmp_path / "late.csv", threading.Event(), QWidget()
    files = ExportFiles(window, notices)

    def write() -> None:
        go_on.wait(10)
        path.write_text("all of it")

    files.write_beside(path, write)
    thread = next(thread for thread in threading.enumerate() if thread.name == "export")
    window.deleteLater()
    qtbot.wait(20)
    go_on.set()
    thread.join(5)
    assert path.read_text() == "all of it"
