"""The program without a window, as a person calls it."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import presets
from core.codec import save
from core.experiment import Experiment
from core.readings import Trajectories
from core.request import Request
from core.runner import frames
from explorer.headless import run, wanted_formats
from explorer.views import views

ROOT = Path(__file__).resolve().parent.parent.parent


def _program(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if "DISPLAY" not in name and name != "QT_QPA_PLATFORM"
    }
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=cwd, timeout=60)


def _options(source: str, out: Path, **changes: object) -> argparse.Namespace:
    asked = dict.fromkeys(("device", "dtype", "path"))
    defaults = {"settings": [], "trust": [], "formats": "csv,npz", "theme": "light", "scale": 2}
    return argparse.Namespace(source=source, out=out, **(asked | defaults | changes))


def test_run_writes_everything_without_a_screen(tmp_path: Path) -> None:
    done = _program("run", "van_der_pol", "--out", str(tmp_path / "new" / "vdp"), "--set", "mu=2")
    assert (done.returncode, done.stderr) == (0, "")
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
    assert done.stdout.splitlines() == [str(tmp_path / "new" / "vdp" / name) for name in names]
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
    done = _program("run", str(tmp_path / "blow.txt"), "--out", str(tmp_path / "out"), "--formats", "csv")
    assert done.returncode == 1
    assert done.stderr.startswith("the run failed: trajectory 1 ")
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
        (["run", "spiral", "--out", "/dev/null/o"], "cannot be written into"),
        (["run", "bad.txt", "--out", "o"], "bad.txt: line 1, column"),
        (["script", "bad.txt"], "bad.txt: line 1, column"),
        (["script", "spiral", "--torch", "--set", "kk=1"], "did you mean 'k'?"),
        (["script", "spirall"], "did you mean 'spiral'?"),
        (["check", "x' = y +"], "line 1, column"),
        (["check", "bad.toml"], "not TOML"),
        (["list", "gradient"], "gradient"),
        (["fly"], "fly"),
        (["open"], "file"),
    ],
)
def test_bad_usage_is_one_clear_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "bad.txt").write_text("x' = y +\n")
    (tmp_path / "bad.toml").write_text("x = \n")
    done = _program(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == ["bad.toml", "bad.txt"]


def test_list_prints_one_name_a_line() -> None:
    assert _program("list").stdout.splitlines() == list(presets.names())
    assert set(_program("list", "integrators").stdout.split()) >= {"euler", "rk4", "dopri5"}
    assert _program("list", "views").stdout.splitlines() == [view.name for view in views()]


def test_check_tells_what_was_understood(tmp_path: Path) -> None:
    save(tmp_path / "a.toml", Experiment("# Growth\nx' = r*x\nr = 1 in [0, 2]\n", values={"r": 0.5}))
    done = _program("check", str(tmp_path / "a.toml"))
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["Growth", "states: x", "parameters: r = 0.5"]


def test_script_prints_what_runs_alone(tmp_path: Path) -> None:
    done = _program("script", "van_der_pol", "--set", "mu=2")
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "saved.py").write_text(done.stdout, encoding="utf-8")
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
    begun = time.perf_counter()
    done = _program("--version")
    assert re.fullmatch(r"Implicit Explorer \d+\.\d+\.\d+\n", done.stdout)
    assert time.perf_counter() - begun < 0.5


def test_pictures_are_drawn_in_every_format(tmp_path: Path) -> None:
    done = _program("run", "spiral", "--out", str(tmp_path), "--formats", "pdf,svg,png", "--theme", "dark")
    assert (done.returncode, done.stderr) == (0, "")
    drawn = ["phase_plane", "space", "bifurcation", "depth", "gradient_landscape", "adjoint", "time_series"]
    drawn += ["picard_iterates", "gronwall_cone", "step_sizes", "stability", "order_star"]
    names = [f"{view}.{ending}" for view in drawn for ending in ("png", "svg", "pdf")]
    assert json.loads((tmp_path / "summary.json").read_text())["files"] == names
    assert sorted(os.listdir(tmp_path)) == sorted([*names, "summary.json"])
    for view in drawn:
        assert "Inter, " in (tmp_path / f"{view}.svg").read_text(encoding="utf-8")
        assert (tmp_path / f"{view}.pdf").read_bytes().startswith(b"%PDF-")


def test_a_drawing_alone_needs_no_other_picture(tmp_path: Path) -> None:
    assert _program("run", "spiral", "--out", str(tmp_path), "--formats", "svg").returncode == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".svg", ".json"}
    assert "<title>Phase plane of " in (tmp_path / "phase_plane.svg").read_text(encoding="utf-8")


def test_formats_are_each_wanted_once() -> None:
    assert wanted_formats("csv, png,csv,") == ("csv", "png")


@pytest.mark.kernel
def test_what_the_readme_shows_works(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [line for line in readme.splitlines() if line.startswith("python main.py ")]
    assert len(shown) >= 4
    for line in shown:
        arguments = [str(tmp_path) if part.startswith("out/") else part for part in shlex.split(line)[2:]]
        arguments = [str(tmp_path / part) if part == "fitted.toml" else part for part in arguments]
        if "experiment.toml" not in arguments:  # which stands for the reader's own
            assert _program(*arguments).returncode == (2 if arguments[1] == "x' = y +" else 0), line


def test_the_scripts_in_the_readme_run() -> None:
    scripts = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run([sys.executable, "-c", "\n".join(scripts)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "reached the end" in done.stdout
    assert "converged at iteration 12 12 [0.50083189]" in done.stdout
    assert "jacobian_free 0.374583709" in done.stdout


def test_the_formula_in_the_readme_is_one() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (formula,) = re.findall(r"```\n(# Van der Pol.*?)```", readme, re.DOTALL)
    done = _program("check", formula)
    assert done.stdout.splitlines()[:2] == ["Van der Pol oscillator", "states: x, y"]


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
