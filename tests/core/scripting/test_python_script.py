"""Every script, run as a person runs it, against what the program computes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hostile_texts import HOSTILE

import core
from core import presets
from core.budget import Budget
from core.experiment import Experiment, GradientChoice, Integration, RootFinding
from core.language import parse
from core.readings import Iterations, Trajectories
from core.request import Request
from core.runner import frames
from core.scripting import python_script
from core.stored_tensor import StoredTensor
from house_rules import rules

_RUN_ALL = """
import contextlib, pathlib, runpy, sys
for path in map(pathlib.Path, sys.argv[1:]):
    with open(path.with_suffix(".out"), "w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        runpy.run_path(str(path))
"""
VAN_DER_POL = presets.load_preset("van_der_pol")[0]
BATCH = Experiment(
    'z <- tanh(W z + x + k)\nz in R^2\nW = data "W"\nx = data "the rows" as batch\nk = 0.1',
    starts=((0.0, 1.0), (2.0, -1.0)),
    tensors={
        "W": StoredTensor.of(np.array([[0.5, -0.25], [0.125, 0.75]], dtype=np.float32)),
        "the rows": StoredTensor.of(np.array([[0.1, 0.2], [0.3, -0.4], [0.7, 1 / 3]])),
        "unused": StoredTensor.of(np.ones(3)),
    },
)


def _cases() -> dict[str, Experiment]:
    """Every preset that learns nothing, and experiments that change what a script has to carry along."""
    cases = {name: presets.load_preset(name)[0] for name in presets.names()}
    cases = {name: experiment for name, experiment in cases.items() if not experiment.training.data}
    large = np.random.default_rng(0).normal(size=(20, 20)) / 20
    cases |= {
        "slider": replace(VAN_DER_POL, values={"mu": 1 / 3}, starts=((0.1, 1 / 7),), span=(1.0, 4.5)),
        "tolerances": replace(VAN_DER_POL, integration=Integration(rtol=1e-9, atol=1e-12)),
        "fixed": replace(VAN_DER_POL, integration=Integration("rk4", step=0.03), span=(0.0, 3.0)),
        "dopri5_fixed": replace(VAN_DER_POL, integration=Integration(fixed=True, step=0.1), span=(0.0, 3.0)),
        "controlled": replace(VAN_DER_POL, integration=Integration(controller="h211b"), span=(0.0, 3.0)),
        "budget": replace(VAN_DER_POL, budget=Budget(steps=20)),
        "float32": replace(VAN_DER_POL, dtype="float32", span=(0.0, 2.0)),
        "torch": replace(VAN_DER_POL, path="torch", span=(0.0, 2.0)),
        "blows_up": Experiment("x' = x^2\nstart (1)\nt in [0, 3]"),
        "stored": Experiment(
            'z\' = W z - z\nz in R^20\nW = data "W"\nt in [0, 1]',
            starts=((1.0,) * 20,),
            tensors={"W": StoredTensor.of(large)},
        ),
        "learn": Experiment(
            "z' = V tanh(W z) - z\nz in R^2\nlearn W = normal(12, 2, seed 1)\nlearn V = uniform(2, 12)/2\nt in [0, 1]",
            starts=((1.0, 0.5),),
            tensors={"W": StoredTensor.of(large[:12, :2]), "V": StoredTensor.of(np.ones(3))},
        ),
        "anderson": replace(
            BATCH,
            root=RootFinding("anderson", options={"anderson": {"memory": 2, "ridge_kind": "absolute", "beta": 0.75}}),
            values={"k": 0.2},
        ),
        "newton": replace(BATCH, root=RootFinding("newton", rivals=("picard",), criterion="step", tolerance=1e-12)),
        "whole": replace(BATCH, root=RootFinding(whole_batch=True, criterion="absolute", tolerance=1e-3)),
        "few": replace(BATCH, root=RootFinding(iterations=3), budget=Budget(evaluations=2)),
        "single": replace(BATCH, dtype="float32", starts=None),
        "python": replace(presets.load_preset("cosine")[0], path="python"),
        "loss": replace(BATCH, gradient=GradientChoice(loss="half_square", wrt="k")),
    }
    return cases


CASES = _cases()


def _run(texts: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What the scripts print, all run by one interpreter that begins outside the program's folder."""
    paths = {name: folder / f"script_{name}.py" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    environment = {"PYTHONPATH": str(rules.ROOT), "OMP_NUM_THREADS": "1", "PATH": ""}
    command = [sys.executable, "-c", _RUN_ALL, *map(str, paths.values())]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return {name: path.with_suffix(".out").read_text(encoding="utf-8") for name, path in paths.items()}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    texts = {
        name: python_script(experiment, parse(experiment.text, experiment.tensors))
        for name, experiment in CASES.items()
    }
    return _run(texts, tmp_path_factory.mktemp("scripts"))


def _samples(output: str) -> list[tuple[str, list[float]]]:
    """The outcome and the end of every trajectory or sample that a script printed."""
    found: list[tuple[str, list[float]]] = []
    for line in output.splitlines():
        if line.startswith("gradient"):
            break
        if line.startswith("    "):
            found[-1][1].append(float(line))
        else:
            found.append((re.sub(r"^\w+ \d+ ", "", line), []))
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_script_ends_where_the_window_does(name: str, printed: dict[str, str]) -> None:
    experiment = CASES[name]
    *_, last = frames(Request(experiment, frozenset({Trajectories, Iterations}), every_step=True))
    curves, iterations = last.get(Trajectories), last.get(Iterations)
    if curves is not None:
        ends = [(str(curves.forward[index]), curves.z[curves.curve(index)][-1]) for index in range(len(curves))]
    else:
        assert iterations is not None
        run = iterations.runs[0]
        ends = list(zip(map(str, run.outcomes), run.solution, strict=True))
    found = _samples(printed[name])
    assert [sentence for sentence, _ in found] == [sentence for sentence, _ in ends]
    for (_, z), (_, wanted) in zip(found, ends, strict=True):
        assert z == pytest.approx(wanted.tolist(), rel=1e-10, abs=1e-10)


def test_a_script_ends_with_the_gradient(printed: dict[str, str]) -> None:
    system = parse(BATCH.text, BATCH.tensors)
    starts, rows = np.repeat(np.array(BATCH.starts), 3, axis=0), np.tile(np.arange(3), 2)
    solved = core.solve(system, starts, "picard", rows=rows)
    card = core.gradient(
        system, lambda z: 0.5 * (z * z).sum(), "k", start=starts, solve={"method": "picard", "rows": rows}
    )
    found = re.search(r"gradient of the loss (\S+)", printed["loss"])
    assert found is not None
    assert float(found[1]) == pytest.approx(0.5 * (solved.z**2).sum(), rel=1e-12)
    slope = re.search(r"d loss / d k = tensor\(([^,]+)", printed["loss"])
    assert slope is not None
    assert float(slope[1]) == pytest.approx(float(card.grads["k"]), abs=1e-3)  # as torch prints it
    assert "gradient" not in printed["slider"]


def test_rows_say_which_batch_data_a_start_sees() -> None:
    system = parse(BATCH.text, BATCH.tensors)
    whole = core.solve(system, [0.0, 0.0], "newton")
    again = core.solve(system, np.zeros((3, 2)), "newton", rows=[2, 0, 2])
    assert again.z.tolist() == whole.z[[2, 0, 2]].tolist()
    assert core.solve(system, [0.0, 0.0], "newton", rows=[1]).z.tolist() == whole.z[[1]].tolist()
    with pytest.raises(ValueError, match="one per start"):
        core.solve(system, np.zeros((2, 2)), rows=[0, 3])
    cards = core.compare_gradients(
        system, lambda z: z.sum(), "k", "implicit", start=np.zeros((2, 2)), solve={"rows": [2, 0]}
    )
    assert cards[1].relative_error == pytest.approx(0.0, abs=1e-6)


def test_only_the_tensors_that_the_text_names_are_written() -> None:
    text = python_script(BATCH, parse(BATCH.text, BATCH.tensors))
    assert "'the rows': np.array(" in text
    assert "unused" not in text


def test_an_installed_program_writes_the_name_of_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    system = parse(VAN_DER_POL.text)
    monkeypatch.delitem(sys.modules, "implicit_explorer", raising=False)
    assert "\nimport core  #" in python_script(VAN_DER_POL, system)
    monkeypatch.setitem(sys.modules, "implicit_explorer", sys)
    assert "\nfrom implicit_explorer import core\n" in python_script(VAN_DER_POL, system)


def test_without_a_start_there_is_no_script() -> None:
    with pytest.raises(ValueError, match="without a start"):
        python_script(replace(VAN_DER_POL, starts=()), parse(VAN_DER_POL.text))


def _skeleton(source: str) -> str:
    """The syntax of a script without the texts in it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = "text"
    return ast.dump(tree)


def _texts(source: str) -> list[str]:
    return [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_only_a_text(title: str) -> None:
    system = parse(VAN_DER_POL.text)
    source = python_script(replace(VAN_DER_POL, title=title), system)
    assert _skeleton(source) == _skeleton(python_script(VAN_DER_POL, system))
    assert title in _texts(source)


@pytest.mark.parametrize("comment", HOSTILE)
def test_a_hostile_comment_is_only_a_text(comment: str) -> None:
    written = " # ".join(comment.splitlines()).encode("utf-8", "replace").decode()
    written = "".join(letter for letter in written if letter.isprintable())
    text = f'# {written}\nx\' = -k*x  # {written}\nk = 1 "{written.replace(chr(34), "")}"\nstart (1)'
    source = python_script(Experiment(text), parse(text))
    assert _skeleton(source) == _skeleton(python_script(Experiment("x' = -x\nstart (1)"), parse("x' = -x\nstart (1)")))
    assert text in _texts(source)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_in_a_file_are_only_texts(name: str) -> None:
    tensors = {name: StoredTensor.of(np.ones(1))}
    plain = name if name.isprintable() and '"' not in name else "W"
    text = f'z <- z/2 + W\nW = data "{plain}"'
    options = {"picard": {name: name}}
    experiment = Experiment(
        text,
        root=RootFinding(options=options),
        tensors=tensors | {plain: StoredTensor.of(np.ones(1))},
        device=name,
        dtype=name,
        values=MappingProxyType({name: 1.0}),
    )
    innocent = replace(
        experiment, root=RootFinding(options={"picard": {"a": "b"}}), device="c", dtype="d", values={"e": 1.0}
    )
    system = parse(text, experiment.tensors)
    assert _skeleton(python_script(experiment, system)) == _skeleton(python_script(innocent, system))


def test_hostile_scripts_do_nothing_but_print(tmp_path: Path) -> None:
    system = parse(VAN_DER_POL.text)
    texts = {
        f"hostile_{place}": python_script(replace(VAN_DER_POL, title=title, span=(0.0, 1.0)), system)
        for place, title in enumerate(HOSTILE)
    }
    printed = _run(texts, tmp_path)
    assert len(set(printed.values())) == 1
    assert len(_samples(printed["hostile_0"])) == 2
    assert not (tmp_path / "canary").exists()
