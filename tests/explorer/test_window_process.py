"""What only a process of its own can show: what it imports, and that Python's None survives Qt."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from explorer.application import Program
from explorer.window_state import WindowState
application = QApplication([])
program = Program(application, WindowState(Path(sys.argv[1])))
program.window.show()
application.processEvents()
shell = [name for name in ("numpy", "pyqtgraph", "lark", "pydantic") if name in sys.modules]
conductor = program.furnish()
while conductor.interaction.trajectories is None:
    application.processEvents()
conductor.choosing.open()
heavy = [name for name in ("torch", "scipy", "llvmlite", "sympy") if name in sys.modules]
program.window.close()
program.end()
print(shell, heavy)
"""

REFERENCES = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel()
label.setText("before")
before = sys.getrefcount(None)
for index in range(1000):
    label.setText(str(index))
print(sys.getrefcount(None) - before)
"""


def test_the_window_process_never_holds_an_engine_library(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "[] []", done.stderr


def test_qt_keeps_its_references_to_none():
    done = subprocess.run([sys.executable, "-c", REFERENCES], capture_output=True, text=True, timeout=30, check=True)
    assert int(done.stdout) > -100  # a Qt that drops one per call would be at -1000 and soon end the process


@pytest.mark.process
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /dev/shm and /proc")
def test_ctrl_c_in_the_terminal_ends_the_window_and_its_engine_without_a_traceback(tmp_path):
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    window = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py")],
        env={**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
        text=True,
    )
    segments = []
    while not segments:  # the engine has answered: everything is there
        assert window.poll() is None
        time.sleep(0.05)
        segments = list(Path("/dev/shm").glob(f"iex-{window.pid}-*"))
    window.send_signal(signal.SIGINT)
    _, words = window.communicate(timeout=10)
    assert window.returncode == -signal.SIGINT
    assert "Traceback" not in words
    deadline = time.monotonic() + 20.0  # on a busy machine the engine and the tracker of its memory take their time
    while any(segment.exists() for segment in segments) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(segment.exists() for segment in segments)
