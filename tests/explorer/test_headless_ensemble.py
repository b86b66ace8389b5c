"""An ensemble without a window: its glow in pictures of every kind."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import presets
from core.codec import save
from core.experiment import Ensemble, Experiment
from core.window_notes import WindowNotes
from explorer.theme import DARK

MAIN = Path(__file__).resolve().parent.parent.parent / "main.py"
STOPS = np.array([[int(name[begin : begin + 2], 16) for begin in (1, 3, 5)] for _, name in DARK.density])


def bluish(picture: np.ndarray) -> int:
    """Pixels in the colours between the third and the fourth of the glow."""
    along = STOPS[2] + np.linspace(0.0, 1.0, 40)[:, None] * (STOPS[3] - STOPS[2])
    near = np.zeros(picture.shape[:2], dtype=bool)
    for colour in along:
        near |= np.abs(picture - colour).max(axis=2) <= 3
    return int(near.sum())


def test_the_density_is_drawn_where_it_is_switched_on(tmp_path: Path) -> None:
    experiment, notes = presets.load_preset("forced_van_der_pol")
    seen = {}
    for on in (False, True):
        source, out = tmp_path / f"{on}.toml", tmp_path / str(on)
        save(source, replace(experiment, ensemble=replace(experiment.ensemble, on=on, count=120)), notes)
        # in a process of its own: pictures dress the whole program
        asked = ["--out", str(out), "--formats", "png,svg,pdf", "--theme", "dark", "--scale", "1"]
        done = subprocess.run([sys.executable, str(MAIN), "run", str(source), *asked], capture_output=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, b"")
        with Image.open(out / "phase_plane.png") as picture:
            seen[on] = bluish(np.asarray(picture.convert("RGB")).astype(int))
    assert seen[True] > 3_000 > 10 * seen[False]
    for suffix in ("svg", "pdf"):  # an image below the shapes
        larger, smaller = ((tmp_path / str(on) / f"phase_plane.{suffix}").stat().st_size for on in (True, False))
        assert larger > smaller + 50_000
    assert "<image" in (tmp_path / "True" / "phase_plane.svg").read_text(encoding="utf-8")


def _run(source: str, out: Path, formats: str) -> list[str]:
    asked = [sys.executable, str(MAIN), "run", source, "--out", str(out), "--formats", formats]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return sorted(path.name for path in out.iterdir())


@pytest.mark.kernel
def test_the_ensemble_and_the_map_are_written_where_they_are_drawn(tmp_path: Path) -> None:
    experiment, notes = presets.load_preset("pendulum")
    plain, drawn = tmp_path / "plain.toml", tmp_path / "drawn.toml"
    save(plain, experiment, notes)
    ensemble = replace(experiment.ensemble, on=True, count=50)
    save(drawn, replace(experiment, ensemble=ensemble), replace(notes, shown_layers=("basins",)))
    out = tmp_path / "out"
    names = _run(str(drawn), out, "csv,npz")
    data = [f"{name}.{suffix}" for name in ("ensemble", "map", "trajectories") for suffix in ("csv", "npz")]
    assert names == sorted([*data, "summary.json"])
    with np.load(out / "ensemble.npz", allow_pickle=False) as found:
        assert found["starts"].shape == (50, 2)
    with np.load(out / "map.npz", allow_pickle=False) as found:
        assert found["end"].shape == (600, 800)
    # what an earlier run wrote does not pass for this one's
    assert _run(str(plain), out, "csv,npz") == ["summary.json", "trajectories.csv", "trajectories.npz"]


def test_a_fractal_is_written_without_being_asked_for(tmp_path: Path) -> None:
    names = _run("newton_cubic", tmp_path / "out", "npz")
    assert names == ["iterations.npz", "map.npz", "summary.json"]


@pytest.mark.parametrize("formats", ["csv", "png,csv"])
def test_an_ensemble_that_cannot_begin_fails_the_run_in_words(tmp_path: Path, formats: str) -> None:
    file, out = tmp_path / "box.toml", tmp_path / "out"
    save(
        file,
        Experiment("x' = -x\nstart (1)", ensemble=Ensemble(on=True, count=10, box={"q": (1.0, 2.0)})),
        WindowNotes(),
    )
    asked = [sys.executable, str(MAIN), "run", str(file), "--out", str(out), "--formats", formats]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "the ensemble's box names 'q'" in done.stderr
    assert not json.loads((out / "summary.json").read_text())["success"]


def test_a_formula_is_run_as_it_is_typed(tmp_path: Path) -> None:
    assert _run("x' = -x", tmp_path / "out", "npz") == ["summary.json", "trajectories.npz"]
