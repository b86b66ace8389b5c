"""A person's own Python file on the command line: refused with the flag that allows it, and run with that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.codec import save
from core.experiment import Experiment
from core.module_file import ModuleSource, read_module

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = '# Own\nz <- f(z, x)\nz in R^2\nf = module "cell.py"\nx = [1, 2]\na = 0.25 in [0, 1]\n'
CELL = "import pathlib\npathlib.Path(__file__).with_name('ran').touch()\ndef f(z, x, a=0.5):\n    return a*z + x\n"


def _program(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=100)


@pytest.fixture
def source(tmp_path: Path) -> ModuleSource:
    (tmp_path / "cell.py").write_text(CELL, encoding="utf-8")
    source = read_module(tmp_path / "cell.py")
    save(tmp_path / "own.toml", Experiment(TEXT, modules={"cell.py": source.file}))
    (tmp_path / "own.txt").write_text(TEXT, encoding="utf-8")
    return source


@pytest.mark.parametrize("document", ["own.toml", "own.txt"])
def test_it_runs_with_the_hash_of_its_content_only(tmp_path: Path, source: ModuleSource, document: str) -> None:
    arguments = ("run", str(tmp_path / document), "--out", str(tmp_path / "out"), "--formats", "csv")
    done = _program(*arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"--trust {source.sha256}" in done.stderr
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "out").exists()
    done = _program(*arguments, "--trust", source.sha256, "--set", "a=0.5")
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["samples"][0]["solution"] == pytest.approx([2.0, 4.0], abs=1e-6)
    assert (summary["python_file"], summary["python_sha256"]) == ("cell.py", source.sha256)


def test_it_is_checked_without_running(tmp_path: Path, source: ModuleSource) -> None:
    done = _program("check", str(tmp_path / "own.toml"))
    assert done.returncode == 0
    assert "the Python file cell.py, which was not run" in done.stdout
    assert source.name == "cell.py"
    assert not (tmp_path / "ran").exists()
