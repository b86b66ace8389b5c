"""The long import is announced, and gets one thread; a stand-in plays torch in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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

FIRST_DERIVATIVE = """
import sys, threading
from core.torch_import import import_torch_aside
import_torch_aside()
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join()
before = {name.partition(".")[0] for name in sys.modules}
from core.experiment import Experiment
from core.readings import AdjointGap
from core.request import Request
from core.runner import frames
*_, frame = frames(Request(Experiment("x' = y\\ny' = -k*x\\nk = 1\\nt in [0, 1]"), frozenset({AdjointGap})))
assert frame.get(AdjointGap) is not None, frame.error
print([name for name in ("torch", "sympy", "mpmath") if name in sys.modules and name not in before])
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


def test_what_torch_imports_at_its_first_derivative_is_imported_with_it_and_announced_once(tmp_path):
    inner = tmp_path / "torch" / "fx" / "experimental"
    inner.mkdir(parents=True)
    for folder in (inner.parent, inner):
        (folder / "__init__.py").touch()
    (tmp_path / "torch" / "__init__.py").write_text("threads = None\ndef set_num_threads(n): pass\n")
    (inner / "symbolic_shapes.py").write_text("import sympy\n")
    (tmp_path / "sympy.py").write_text("import __main__\nprint('sympy comes after', __main__.said)\n")
    assert _run(tmp_path) == ["[]", "sympy comes after [True, False, True]", "[True, False, True, False] None"]


@pytest.mark.process
def test_a_run_differentiates_without_another_import_once_torch_is_there():
    """A run cannot be left in the middle of an import: the engine was once taken for stuck in one."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_DERIVATIVE], capture_output=True, text=True, cwd=ROOT, timeout=90
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_import_that_fails_is_over_too(tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('a library is missing')")
    assert _run(tmp_path) == ["[]", "[True, False] None"]
