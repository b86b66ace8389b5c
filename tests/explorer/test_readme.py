"""What the README shows, done."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, answer, one_after_another


@pytest.mark.kernel
@pytest.mark.timeout(300)
def test_what_the_readme_shows_works(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [line for line in readme.splitlines() if line.startswith("python main.py ")]
    assert len(shown) >= 4
    commands = []
    for line in shown:
        arguments = [str(tmp_path) if part.startswith("out/") else part for part in shlex.split(line)[2:]]
        if "experiment.toml" not in arguments:  # which stands for the reader's own
            commands.append([str(tmp_path / part) if part == "fitted.toml" else part for part in arguments])
    wanted = [2 if command[1] == "x' = y +" else 0 for command in commands]
    done = one_after_another(*commands)
    assert done.status == wanted, (commands, done.errors)


def test_the_scripts_in_the_readme_run() -> None:
    scripts = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run([sys.executable, "-c", "\n".join(scripts)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "reached the end" in done.stdout
    assert "converged at iteration 12 12 [0.50083189]" in done.stdout
    assert "jacobian_free 0.374583709" in done.stdout


def test_the_formula_in_the_readme_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (formula,) = re.findall(r"```\n(# Van der Pol.*?)```", readme, re.DOTALL)
    assert answer(capsys, "check", formula).output.splitlines()[:2] == ["Van der Pol oscillator", "states: x, y"]
