"""What only a process of its own can show: what it imports, and that Python's None survives Qt."""

from __future__ import annotations

import subprocess
import sys

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
