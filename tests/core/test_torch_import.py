"""The long import is announced, and gets one thread; a stand-in plays torch in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
sys.path[:0] = sys.argv[1:]
from core.torch_import import TorchWatch, import_torch_aside
said = []
TorchWatch(said.append).install()
import json
print(said)
import_torch_aside()
import threading
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join()
torch = sys.modules.get("torch")
print(said, getattr(torch, "threads", None))
"""


def _run(folder: Path) -> list[str]:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.splitlines()


def test_import_is_announced_at_both_ends_and_limited_to_one_thread(tmp_path):
    package = tmp_path / "torch"
    package.mkdir()
    (package / "__init__.py").write_text("def set_num_threads(n):\n    global threads\n    threads = n\n")
    assert _run(tmp_path) == ["[]", "[True, False] 1"]


def test_import_that_fails_is_over_too(tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('a library is missing')")
    assert _run(tmp_path) == ["[]", "[True, False] None"]
