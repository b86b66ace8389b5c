"""A script of a layer that a Python file computes: it runs alone, and only with the content that was meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import core
from core.experiment import Experiment, RootFinding
from core.language import parse
from core.module_file import ModuleSource, read_module
from core.scripting import python_script, torch_function
from core.stored_tensor import StoredTensor

ROOT = Path(__file__).resolve().parent.parent.parent.parent
TEXT = 'z <- f(z, x)\nz in R^2\nf = module "cell.py"\nx = data "X" as batch\na = 0.5 in [0, 1]\n'
X = np.array([[1.0, 2.0], [3.0, -1.0]])


@pytest.fixture
def source(tmp_path: Path) -> ModuleSource:
    (tmp_path / "cell.py").write_text("def f(z, x, a=0.1):\n    return a*z + x\n", encoding="utf-8")
    return read_module(tmp_path / "cell.py")


@pytest.fixture
def experiment(source: ModuleSource) -> Experiment:
    return Experiment(
        TEXT,
        values={"a": 0.25},
        root=RootFinding("anderson", tolerance=1e-13),
        tensors={"X": StoredTensor.of(X)},
        modules={"cell.py": source.file},
    )


def _run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=100)


def test_the_script_ends_with_the_same_numbers(experiment: Experiment) -> None:
    done = _run(python_script(experiment, parse(TEXT, experiment.tensors)))
    assert done.returncode == 0, done.stderr
    solved = done.stdout.partition("gradient of the loss")[0]
    numbers = [float(line) for line in solved.splitlines() if line.startswith("    ")]
    np.testing.assert_allclose(numbers, (X / 0.75).ravel(), rtol=1e-12)
    assert "d loss / d a = tensor(8.8889" in done.stdout  # the sum of x / (1 - a)^2


def test_the_script_refuses_another_content(experiment: Experiment, source: ModuleSource) -> None:
    script = python_script(experiment, parse(TEXT, experiment.tensors))
    Path(source.path).write_text("def f(z, x, a=0.1):\n    return 0*z\n", encoding="utf-8")
    done = _run(script)
    assert done.returncode == 1
    assert "is a Python file, which runs with all your rights" in done.stderr.splitlines()[-1]


def test_a_layer_of_a_text_and_a_file_takes_values(source: ModuleSource) -> None:
    text = TEXT.replace('data "X" as batch', "[1, 2]")
    layer = core.layer_from_file(text, source.path, trust=source.sha256, params={"a": 0.75})
    np.testing.assert_allclose(core.solve(layer, tol=1e-14).z, [4.0, 8.0], rtol=1e-12)
    with pytest.raises(core.ExperimentFileError, match=f'say trust="{source.sha256}"'):
        core.layer_from_file(text, source.path, trust="0" * 64)


def test_what_no_script_can_say_is_refused(experiment: Experiment) -> None:
    system = parse(TEXT, experiment.tensors)
    with pytest.raises(ValueError, match=r"this layer is torch already: cell.py defines f"):
        torch_function(system, {})
    with pytest.raises(ValueError, match="where the Python file of this layer is"):
        python_script(Experiment(TEXT, tensors=experiment.tensors), system)
    with pytest.raises(ValueError, match=r"the Python file cell.py computes this layer: core.load"):
        core.solve(system)
