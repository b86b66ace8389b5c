"""An ensemble without a window: its glow in pictures of every kind."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import one_after_another, program
from PIL import Image

from core import presets
from core.codec import save
from core.experiment import Ensemble, Experiment
from core.window_notes import WindowNotes
from explorer.theme import DARK

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
    commands = []
    for on in (False, True):
        source = tmp_path / f"{on}.toml"
        save(source, replace(experiment, ensemble=replace(experiment.ensemble, on=on, count=120)), notes)
        asked = ["--formats", "png,svg,pdf", "--theme", "dark", "--scale", "1"]
        commands.append(["run", str(source), "--out", str(tmp_path / str(on)), *asked])
    done = one_after_another(*commands)  # not in this process: pictures dress the whole program
    assert (done.status, done.errors) == ([0, 0], "")
    seen = {}
    for on in (False, True):
        with Image.open(tmp_path / str(on) / "phase_plane.png") as picture:
            seen[on] = bluish(np.asarray(picture.convert("RGB")).astype(int))
    assert seen[True] > 3_000 > 10 * seen[False]
    for suffix in ("svg", "pdf"):  # an image below the shapes
        larger, smaller = ((tmp_path / str(on) / f"phase_plane.{suffix}").stat().st_size for on in (True, False))
        assert larger > smaller + 50_000
    assert "<image" in (tmp_path / "True" / "phase_plane.svg").read_text(encoding="utf-8")


def _files(source: str, out: Path, formats: str) -> list[str]:
    """What a run writes."""
    done = program("run", source, "--out", str(out), "--formats", formats)
    assert (done.status, done.errors) == (0, "")
    return sorted(path.name for path in out.iterdir())


@pytest.mark.kernel
def test_the_ensemble_and_the_map_are_written_where_they_are_drawn(tmp_path: Path) -> None:
    # a well on either side, reached soon from everywhere
    plain = Experiment("x' = x - x^3\ny' = -y\nstart (0.5, 1)\nt in [0, 5]")
    drawn = replace(plain, ensemble=Ensemble(on=True, count=50))
    save(tmp_path / "plain.toml", plain, WindowNotes())
    save(tmp_path / "drawn.toml", drawn, WindowNotes(shown_layers=("basins",)))
    out = tmp_path / "out"
    names = _files(str(tmp_path / "drawn.toml"), out, "csv,npz")
    data = [f"{name}.{suffix}" for name in ("ensemble", "map", "trajectories") for suffix in ("csv", "npz")]
    assert names == sorted([*data, "summary.json"])
    with np.load(out / "ensemble.npz", allow_pickle=False) as found:
        assert found["starts"].shape == (50, 2)
    with np.load(out / "map.npz", allow_pickle=False) as found:
        assert found["end"].shape == (600, 800)
    # what an earlier run wrote does not pass for this one's
    left = _files(str(tmp_path / "plain.toml"), out, "csv,npz")
    assert left == ["summary.json", "trajectories.csv", "trajectories.npz"]


def test_a_fractal_is_written_without_being_asked_for(tmp_path: Path) -> None:
    names = _files("newton_cubic", tmp_path / "out", "npz")
    assert names == ["iterations.npz", "map.npz", "summary.json"]


@pytest.mark.parametrize("formats", ["csv", "png,csv"])
def test_an_ensemble_that_cannot_begin_fails_the_run_in_words(tmp_path: Path, formats: str) -> None:
    file, out = tmp_path / "box.toml", tmp_path / "out"
    save(
        file,
        Experiment("x' = -x\nstart (1)", ensemble=Ensemble(on=True, count=10, box={"q": (1.0, 2.0)})),
        WindowNotes(),
    )
    done = program("run", str(file), "--out", str(out), "--formats", formats)
    assert done.status == 1
    assert "the ensemble's box names 'q'" in done.errors
    assert not json.loads((out / "summary.json").read_text())["success"]


def test_a_formula_is_run_as_it_is_typed(tmp_path: Path) -> None:
    assert _files("x' = -x", tmp_path / "out", "npz") == ["summary.json", "trajectories.npz"]
