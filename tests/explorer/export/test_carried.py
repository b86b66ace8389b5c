"""A picture carries its experiment, whatever stands in it, and nothing else is taken for one."""

from __future__ import annotations

import os
from pathlib import Path

import opened
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from core import codec
from core.codec import decode
from core.experiment import Experiment
from core.experiment_file_error import ExperimentFileError
from core.module_file import ModuleFile
from core.window_notes import WindowNotes
from explorer.export.caption import Caption
from explorer.export.carried import carried_text, experiment_text
from explorer.export.saving import save_picture
from explorer.theme import LIGHT
from explorer.views.phase_plane import PhasePlane

EXPERIMENTS = [
    Experiment("# A & B < C ]]> </metadata> --> π ″\nx' = y\ny' = -x  # \"q\" 'q' \\ \t\n", values={"mu": 2.5}),
    Experiment("x' = -x\r\n# \x07 bell, \U0001f600"),
]


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    view = PhasePlane()
    qtbot.addWidget(view)
    opened.drawn(view, 240, 200)
    return view


@pytest.mark.parametrize("ending", [".png", ".svg", ".PNG"])
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_what_goes_in_comes_out(plane: PhasePlane, tmp_path: Path, experiment: Experiment, ending: str) -> None:
    notes = WindowNotes(hidden_layers=("field",))
    caption = Caption("<title>", experiment.text, codec.encode(experiment, notes))
    save_picture(plane, tmp_path / f"a{ending}", LIGHT, caption=caption)
    assert codec.decode(experiment_text(tmp_path / f"a{ending}")) == (experiment, notes)


def test_other_programs_read_the_texts_of_a_png(plane: PhasePlane, tmp_path: Path) -> None:
    save_picture(plane, tmp_path / "a.png", LIGHT, caption=Caption("Plane of π", "x' = y", "format"))
    with Image.open(tmp_path / "a.png") as image:
        image.load()
        told = image.text
    assert (told["Title"], told["Description"], told["implicit-explorer"]) == ("Plane of π", "x' = y", "format")
    assert told["Software"].startswith("Implicit Explorer ")


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
@pytest.mark.parametrize(
    "content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"<metadata id='x'>y</metadata>"]
)
def test_what_is_no_such_picture_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExperimentFileError, match="carries no experiment"):
        experiment_text(tmp_path / name)


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_a_picture_cut_off_anywhere_is_refused_or_whole(plane: PhasePlane, tmp_path: Path, ending: str) -> None:
    text = codec.encode(EXPERIMENTS[0])
    save_picture(plane, tmp_path / f"a{ending}", LIGHT, caption=Caption(experiment=text))
    data = (tmp_path / f"a{ending}").read_bytes()
    found = set()
    for length in range(0, 3000, 97):
        (tmp_path / f"b{ending}").write_bytes(data[:length])
        try:
            found.add(experiment_text(tmp_path / f"b{ending}"))
        except ExperimentFileError:
            found.add("")
    assert found == {"", text}


@pytest.mark.parametrize("name", ["absent.svg", "absent.png", "pipe.svg", "pipe.png", "folder.png"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe.svg")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ExperimentFileError, match="is not a file"):
        experiment_text(tmp_path / name)


def test_a_picture_names_a_python_file_without_its_folder():
    modules = {"cell.py": ModuleFile("/home/someone/private/cell.py", "0" * 64)}
    text = carried_text(Experiment('z <- f(z)\nf = module "cell.py"\n', modules=modules), WindowNotes())
    assert "private" not in text
    assert decode(text)[0].modules == {"cell.py": ModuleFile("cell.py", "0" * 64)}
