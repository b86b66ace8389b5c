"""The program without a window, as a person calls it."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import ROOT, answer, one_after_another, program
from PIL import Image

from core import presets
from core.codec import save
from core.experiment import Experiment
from core.readings import Trajectories
from core.request import Request
from core.runner import frames
from explorer.headless import run, wanted_formats
from explorer.views import views


def _options(source: str, out: Path, **changes: object) -> argparse.Namespace:
    asked = dict.fromkeys(("device", "dtype", "path", "iterations"))
    defaults = {"settings": [], "trust": [], "formats": "csv,npz", "theme": "light", "scale": 2}
    return argparse.Namespace(source=source, out=out, **(asked | defaults | changes))


def test_run_writes_everything_without_a_screen(tmp_path: Path) -> None:
    done = program("run", "van_der_pol", "--out", str(tmp_path / "new" / "vdp"), "--set", "mu=2")
    assert (done.status, done.errors) == (0, "")
    names = [
        "trajectories.csv",
        "trajectories.npz",
        "phase_plane.png",
        "space.png",
        "bifurcation.png",
        "depth.png",
        "gradient_landscape.png",
        "adjoint.png",
        "time_series.png",
        "picard_iterates.png",
        "gronwall_cone.png",
        "step_sizes.png",
        "stability.png",
        "order_star.png",
        "summary.json",
    ]
    assert done.output.splitlines() == [str(tmp_path / "new" / "vdp" / name) for name in names]
    assert sorted(os.listdir(tmp_path / "new" / "vdp")) == sorted(names)
    for name in names[2:8]:
        with Image.open(tmp_path / "new" / "vdp" / name) as picture:
            assert len(picture.convert("RGB").getcolors(10**7) or ()) > 50  # not blank
    summary = json.loads((tmp_path / "new" / "vdp" / "summary.json").read_text())
    assert (summary["success"], summary["parameters"], summary["seed"]) == (True, {"mu": 2.0}, 0)
    assert summary["trajectories"][0]["forward"]["name"] == "success"
    assert set(summary["versions"]) == {"implicit-explorer", "python", "numpy", "torch"}


def test_the_numbers_are_the_windows(tmp_path: Path) -> None:
    assert run(_options("lorenz", tmp_path)) == 0
    experiment, _ = presets.load_preset("lorenz")
    *_, last = frames(Request(experiment, frozenset({Trajectories})))  # what the window asks for
    curves = last.get(Trajectories)
    assert curves is not None
    with np.load(tmp_path / "trajectories.npz", allow_pickle=False) as data:
        ends = {(owner, t): tuple(z) for owner, t, z in zip(data["trajectory"], data["t"], data["z"], strict=True)}
    for index in range(len(curves)):
        own = curves.curve(index)
        for t, z in list(zip(curves.t[own], curves.z[own], strict=True))[::50]:
            assert ends[(index + 1, t)] == tuple(z)


def test_tables_need_no_qt(tmp_path: Path) -> None:
    code = (
        "import sys, main\n"
        f"status = main.main(['run', 'spiral', '--out', {str(tmp_path)!r}, '--formats', 'csv,npz'])\n"
        "print(status, [name for name in sys.modules if 'PySide6' in name or name == 'torch'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr


def test_a_failed_run_says_why(tmp_path: Path) -> None:
    (tmp_path / "blow.txt").write_text("x' = x^2\nstart (1)\nt in [0, 2]\n")
    done = program("run", str(tmp_path / "blow.txt"), "--out", str(tmp_path / "out"), "--formats", "csv")
    assert done.status == 1
    assert done.errors.startswith("the run failed: trajectory 1 ")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert not summary["success"]
    assert 0.9 < summary["trajectories"][0]["forward"]["t"] < 1.01
    assert (tmp_path / "out" / "trajectories.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "spirall", "--out", "o"], "did you mean 'spiral'?"),
        (["run", "spiral"], "--out"),
        (["run", "spiral", "--out", "o", "--set", "kk=1"], "did you mean 'k'?"),
        (["run", "spiral", "--out", "o", "--set", "k=x"], "k needs a number"),
        (["run", "spiral", "--out", "o", "--formats", "gif"], "no format 'gif'"),
        (["run", "spiral", "--out", "o", "--formats", "pgn"], "did you mean 'png'?"),
        (["run", "spiral", "--out", "o", "--formats", ","], "at least one of"),
        (["run", "spiral", "--out", "o", "--scale", "9"], "1 to 8"),
        (["run", "spiral", "--out", "o", "--dtype", "float16"], "float16"),
        (["run", "spiral", "--out", "o", "--path", "fortran"], "fortran"),
        (["run", "circles", "--out", "o", "--iterations", "-5"], "a whole number from 1 on is needed, not '-5'"),
        (["run", "circles", "--out", "o", "--iterations", "many"], "a whole number from 1 on is needed, not 'many'"),
        (["run", "van_der_pol", "--out", "o", "--iterations", "5"], "nothing is learnt in van_der_pol, so leave"),
        (["run", "spiral", "--out", "/dev/null/o"], "cannot be written into"),
        (["run", "bad.txt", "--out", "o"], "bad.txt: line 1, column"),
        (["script", "bad.txt"], "bad.txt: line 1, column"),
        (["script", "spiral", "--torch", "--set", "kk=1"], "did you mean 'k'?"),
        (["script", "spirall"], "did you mean 'spiral'?"),
        (["check", "x' = y +"], "line 1, column"),
        (["check", "z'"], "line 1, column"),
        (["check", "bad.toml"], "not TOML"),
        (["list", "gradient"], "gradient"),
        (["fly"], "fly"),
        (["open"], "file"),
    ],
)
def test_bad_usage_is_one_clear_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    (tmp_path / "bad.txt").write_text("x' = y +\n")
    (tmp_path / "bad.toml").write_text("x = \n")
    monkeypatch.chdir(tmp_path)
    told = answer(capsys, *arguments)
    assert (told.status, told.output) == (2, "")
    assert words in told.errors
    assert told.errors.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == ["bad.toml", "bad.txt"]


@pytest.mark.parametrize("arguments", [("run", "spirall", "--out", "o"), ("script", "spirall"), ("fly",)])
def test_bad_usage_ends_the_process_so(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    done = program(*arguments)
    told = answer(capsys, *arguments)
    assert (done.status, done.output) == (told.status, told.output) == (2, "")
    assert done.errors.split(":")[-1] == told.errors.split(":")[-1]  # before it stands the program's name


def test_list_prints_one_name_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert program("list").output.splitlines() == list(presets.names())
    assert set(answer(capsys, "list", "integrators").output.split()) >= {"euler", "rk4", "dopri5"}
    assert set(answer(capsys, "list", "data_sets").output.split()) >= {"circles", "digits", "minus_x", "rings"}
    assert set(answer(capsys, "list", "trace_estimators").output.split()) >= {"exact", "gaussian", "rademacher"}
    assert answer(capsys, "list", "views").output.splitlines() == [view.name for view in views()]


def test_check_tells_what_was_understood(tmp_path: Path) -> None:
    save(tmp_path / "a.toml", Experiment("# Growth\nx' = r*x\nr = 1 in [0, 2]\n", values={"r": 0.5}))
    done = program("check", str(tmp_path / "a.toml"))
    assert done.status == 0
    assert done.output.splitlines() == ["Growth", "states: x", "parameters: r = 0.5"]


def test_script_prints_what_runs_alone(tmp_path: Path) -> None:
    done = program("script", "van_der_pol", "--set", "mu=2")
    assert (done.status, done.errors) == (0, "")
    (tmp_path / "saved.py").write_text(done.output, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(tmp_path / "saved.py")]
    printed = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert run(_options("van_der_pol", tmp_path / "out", settings=["mu=2"])) == 0
    with np.load(tmp_path / "out" / "trajectories.npz", allow_pickle=False) as data:
        ends = [data["z"][data["trajectory"] == number][-1] for number in (1, 2)]
    numbers = [float(line) for line in printed.stdout.splitlines() if line.startswith("    ")]
    assert numbers == pytest.approx(np.concatenate(ends).tolist(), rel=1e-10)
    assert printed.stdout.count("reached the end of the time span") == 2


def test_script_prints_the_system_alone(tmp_path: Path) -> None:
    (tmp_path / "λ.txt").write_text("# λ 🙂\nx' = -λ*x\nλ = 1\n", encoding="utf-8")
    environment = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    command = [sys.executable, str(ROOT / "main.py"), "script", "λ.txt", "--torch", "--set", "lambda=0.25"]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "def field(t, z, *, lambda_=0.25):" in done.stdout.decode("utf-8")
    assert "λ 🙂" in done.stdout.decode("utf-8")


def test_version_is_told_at_once() -> None:
    spent = []
    for _ in range(3):
        begun = time.perf_counter()
        done = program("--version")
        spent.append(time.perf_counter() - begun)
        assert re.fullmatch(r"Implicit Explorer \d+\.\d+\.\d+\n", done.output)
    assert min(spent) < 0.5  # the machine may be busy with other work


def test_pictures_are_drawn_in_every_format(tmp_path: Path) -> None:
    alone, all_formats = tmp_path / "alone", tmp_path / "all"
    drawing = ["run", "spiral", "--out", str(alone), "--formats", "svg"]  # first: it needs no other picture
    every = ["run", "spiral", "--out", str(all_formats), "--formats", "pdf,svg,png", "--theme", "dark"]
    done = one_after_another(drawing, every)
    assert (done.status, done.errors) == ([0, 0], "")
    assert {path.suffix for path in alone.iterdir()} == {".svg", ".json"}
    assert "<title>Phase plane of " in (alone / "phase_plane.svg").read_text(encoding="utf-8")
    drawn = ["phase_plane", "space", "bifurcation", "depth", "gradient_landscape", "adjoint", "time_series"]
    drawn += ["picard_iterates", "gronwall_cone", "step_sizes", "stability", "order_star"]
    names = [f"{view}.{ending}" for view in drawn for ending in ("png", "svg", "pdf")]
    assert json.loads((all_formats / "summary.json").read_text())["files"] == names
    assert sorted(os.listdir(all_formats)) == sorted([*names, "summary.json"])
    for view in drawn:
        assert "Inter, " in (all_formats / f"{view}.svg").read_text(encoding="utf-8")
        assert (all_formats / f"{view}.pdf").read_bytes().startswith(b"%PDF-")


def test_formats_are_each_wanted_once() -> None:
    assert wanted_formats("csv, png,csv,") == ("csv", "png")


def test_a_failed_run_leaves_no_data_of_an_earlier_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    save(good, Experiment("x' = y\ny' = -x\nstart (1, 0)\nt in [0, 1]"))
    save(bad, Experiment("x' = y\ny' = -x\nstart (1, 0)\nt in [0, 1]", path="python", dtype="float32"))
    assert run(_options(str(good), tmp_path / "out")) == 0
    assert run(_options(str(bad), tmp_path / "out")) == 1
    left = set(os.listdir(tmp_path / "out"))
    assert "computes in float64" in capsys.readouterr().err
    assert left == {"summary.json"}


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_a_setting_that_is_no_finite_number_is_bad_usage(
    number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(_options("van_der_pol", tmp_path / "out", settings=[f"mu={number}"])) == 2
    assert "mu needs a finite number" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_implicit_layer_is_solved_and_told_sample_by_sample(tmp_path: Path) -> None:
    (tmp_path / "cosine.txt").write_text("z <- cos(z)\nstart (1), (0)\n")
    assert run(_options(str(tmp_path / "cosine.txt"), tmp_path / "out")) == 0
    assert sorted(os.listdir(tmp_path / "out")) == ["iterations.csv", "iterations.npz", "summary.json"]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert [entry["name"] for entry in summary["samples"]] == ["converged", "converged"]
    assert summary["samples"][1]["solution"][0] == pytest.approx(0.7390851332151607, abs=1e-7)
    proofs = summary["proofs"]
    assert (proofs["inside"], proofs["no_other"]) == (1, True)
    assert proofs["sentence"] == "proved: exactly 1 fixed point in the box that was searched"
    assert abs(proofs["roots"][0]["point"][0] - 0.7390851332151607) <= proofs["roots"][0]["error"][0] + 1e-16
    assert abs(proofs["sample"]["z"][0] - 0.7390851332151607) <= proofs["sample"]["newton_error"]
    assert proofs["sample"]["contraction"] == pytest.approx(0.67361, abs=1e-5)


@pytest.mark.kernel
def test_the_path_asked_for_runs_or_says_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in ("kernel", "python"):
        assert run(_options("spiral", tmp_path / path, path=path)) == 0
        assert json.loads((tmp_path / path / "summary.json").read_text())["path"] == path
    (tmp_path / "cosine.txt").write_text("z <- cos(z)\nstart (1)\n")
    assert run(_options(str(tmp_path / "cosine.txt"), tmp_path / "layer", path="kernel")) == 1
    assert "roots are found in numpy or torch" in capsys.readouterr().err
