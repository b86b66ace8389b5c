"""A person's own Python file on the command line: refused with the flag that allows it, and run with that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import answer, program

from core.codec import save
from core.experiment import Experiment
from core.module_file import ModuleSource, read_module

TEXT = '# Own\nz <- f(z, x)\nz in R^2\nf = module "cell.py"\nx = [1, 2]\na = 0.25 in [0, 1]\n'
CELL = "import pathlib\npathlib.Path(__file__).with_name('ran').touch()\ndef f(z, x, a=0.5):\n    return a*z + x\n"


@pytest.fixture
def source(tmp_path: Path) -> ModuleSource:
    (tmp_path / "cell.py").write_text(CELL, encoding="utf-8")
    source = read_module(tmp_path / "cell.py")
    save(tmp_path / "own.toml", Experiment(TEXT, modules={"cell.py": source.file}))
    (tmp_path / "own.txt").write_text(TEXT, encoding="utf-8")
    return source


@pytest.mark.parametrize("document", ["own.toml", "own.txt"])
def test_it_runs_with_the_hash_of_its_content_only(
    tmp_path: Path, source: ModuleSource, document: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("run", str(tmp_path / document), "--out", str(tmp_path / "out"), "--formats", "csv")
    refused = answer(capsys, *arguments)
    assert refused.status == 2
    assert refused.errors.count("\n") == 1
    assert f"--trust {source.sha256}" in refused.errors
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "out").exists()
    done = program(*arguments, "--trust", source.sha256, "--set", "a=0.5")
    assert (done.status, done.errors) == (0, "")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["samples"][0]["solution"] == pytest.approx([2.0, 4.0], abs=1e-6)
    assert (summary["python_file"], summary["python_sha256"]) == ("cell.py", source.sha256)


def test_it_is_checked_without_running(tmp_path: Path, source: ModuleSource) -> None:
    done = program("check", str(tmp_path / "own.toml"))
    assert done.status == 0
    assert "the Python file cell.py, which was not run" in done.output
    assert source.name == "cell.py"
    assert not (tmp_path / "ran").exists()
