"""Python files that documents name: where they are, what was read of them, and that nothing runs unasked."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from own_cells import CELLS, cells_in

import core
from core import codec
from core.experiment import Experiment
from core.experiment_file_error import ExperimentFileError
from core.experiment_source import read_source
from core.language import parse
from core.module_file import LARGEST, ModuleFile, read_module, unplaced
from core.own_module import own_module
from core.problem_key import problem_key
from core.readings import Iterations
from core.request import Request
from core.runner import frames
from core.trusted_modules import trusted_modules

TEXT = 'z <- affine(z)\nz in R^2\naffine = module "cells.py"\na = 0.5 in [0, 1]\n'
ZERO = "0" * 64


def _experiment(folder: Path) -> Experiment:
    return Experiment(TEXT, modules={"cells.py": cells_in(folder).file})


def test_the_bytes_that_are_hashed_are_those_that_run(tmp_path: Path) -> None:
    source = cells_in(tmp_path, "def f(z):\n    return 0.5*z\n")
    (tmp_path / "cells.py").write_text("raise SystemExit\n")  # after it was read
    assert source.sha256 == hashlib.sha256(source.data).hexdigest()
    assert source.text == "def f(z):\n    return 0.5*z\n"
    assert own_module(source, "f").function(4.0) == 2.0


def test_a_line_that_declares_another_encoding_changes_nothing(tmp_path: Path) -> None:
    text = "# -*- coding: utf-7 -*-\nvalue = 1\n# +AAo-value = 2\ndef f(z):\n    return value\n"
    assert own_module(cells_in(tmp_path, text), "f").function(0) == 1


def test_a_document_says_the_way_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "cells").mkdir()
    experiment = _experiment(tmp_path / "cells")
    path = tmp_path / "documents" / "layer.toml"
    codec.save(path, experiment)
    written = path.read_text(encoding="utf-8")
    assert 'path = "../cells/cells.py"' in written
    assert "def affine" not in written
    assert str(tmp_path) not in written
    assert codec.load(path)[0] == experiment
    codec.save(path, codec.load(path)[0])
    assert path.read_text(encoding="utf-8") == written


def test_what_goes_to_others_says_no_folder() -> None:
    named = {"cells.py": ModuleFile("/home/someone/cells.py", ZERO), "b.py": ModuleFile("C:\\Users\\me\\b.py", ZERO)}
    assert {name: file.path for name, file in unplaced(named).items()} == {"cells.py": "cells.py", "b.py": "b.py"}


def test_reading_a_document_opens_and_runs_no_python_file(tmp_path: Path) -> None:
    (tmp_path / "cells.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n" + CELLS)
    experiment = Experiment(TEXT, modules={"cells.py": read_module(tmp_path / "cells.py").file})
    codec.save(tmp_path / "layer.toml", experiment)
    opened: list[str] = []
    listening = [True]

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if listening[0] and event == "open" and str(arguments[0]).endswith("cells.py"):
            opened.append(str(arguments[0]))

    sys.addaudithook(listen)
    experiment, _ = read_source(str(tmp_path / "layer.toml"))
    system = parse(experiment.text, experiment.tensors)
    (frame,) = (frame for frame in frames(Request(experiment, frozenset({Iterations}))) if frame.final)
    listening[0] = False
    assert system.module is not None
    assert frame.error is not None
    assert "cells.py has not run" in frame.error
    assert opened == []
    assert not (tmp_path / "ran").exists()


def test_a_script_runs_what_it_trusts(tmp_path: Path) -> None:
    experiment = replace(_experiment(tmp_path), values={"a": 0.25}, starts=((1.0, 2.0),))
    codec.save(tmp_path / "layer.toml", experiment)
    digest = experiment.modules["cells.py"].sha256
    layer = core.load(tmp_path / "layer.toml", trust=digest)
    root = core.solve(layer, tol=1e-14)
    np.testing.assert_allclose(root.z, [4 / 3, 4 / 3], atol=1e-12)
    np.testing.assert_array_equal(root.history.z[0], [1.0, 2.0])
    with pytest.raises(ExperimentFileError, match=f'read it, then say core.load.*trust="{digest}"'):
        core.load(tmp_path / "layer.toml")


def test_another_content_needs_trust_anew(tmp_path: Path) -> None:
    experiment = _experiment(tmp_path)
    digest = experiment.modules["cells.py"].sha256
    cells_in(tmp_path, CELLS + "\n")
    system = parse(experiment.text)
    with pytest.raises(ExperimentFileError, match="its content is another than when the experiment was saved") as fault:
        trusted_modules(experiment, system, [digest], "--trust {}")
    other = fault.value.cure.split()[-1]
    taken, sources = trusted_modules(experiment, system, [other.upper()], "--trust {}")
    assert taken.modules["cells.py"].sha256 == other == sources["cells.py"].sha256


def test_a_formula_has_nothing_to_trust() -> None:
    experiment = Experiment("z <- cos(z)")
    assert trusted_modules(experiment, parse(experiment.text), [], "") == (experiment, {})


def test_roots_of_another_content_are_others(tmp_path: Path) -> None:
    experiment = _experiment(tmp_path)
    other = replace(experiment, modules={"cells.py": replace(experiment.modules["cells.py"], sha256=ZERO)})
    assert problem_key(experiment) != problem_key(other)


def test_folders_may_have_names_in_any_script(tmp_path: Path) -> None:
    folder = tmp_path / "日本語\u3000ü %#'é"
    folder.mkdir()
    experiment = _experiment(folder)
    codec.save(folder / "a.toml", experiment)
    assert codec.load(folder / "a.toml")[0] == experiment


def test_a_file_with_a_name_that_no_line_shows_is_refused(tmp_path: Path) -> None:
    try:
        (tmp_path / "a\nb.py").write_text("")
    except OSError:
        pytest.skip("no file has such a name here")
    with pytest.raises(ExperimentFileError, match="put it elsewhere"):
        read_module(tmp_path / "a\nb.py")


@pytest.mark.parametrize(
    ("path", "digest", "words"),
    [
        ("cell.pyc", ZERO, "ends with .py"),
        ("/etc/passwd", ZERO, "ends with .py"),
        ("//host/share/cell.py", ZERO, "lies on this computer"),
        ("\\\\host\\share\\cell.py", ZERO, "lies on this computer"),
        ("https://host/cell.py", ZERO, "lies on this computer"),
        ("a\0b.py", ZERO, "ends with .py"),
        ("cell.py", "abc", "64 hexadecimal digits"),
        ("cell.py", ZERO[:-1] + "G", "64 hexadecimal digits"),
    ],
)
def test_a_document_cannot_name_anything_else(path: str, digest: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ModuleFile(path, digest)


def test_a_bad_entry_of_a_document_is_told_at_its_place() -> None:
    text = (
        'format = "implicit-explorer"\nversion = 1\n[experiment]\ntext = "z <- cos(z)"\n'
        '[experiment.modules."cell.py"]\npath = "cell.py"\nsha256 = "short"\n'
    )
    with pytest.raises(ExperimentFileError, match=r"experiment.modules.cell.py: a SHA-256 has 64"):
        codec.decode(text)


def test_what_cannot_be_read_before_it_runs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_bytes(b"#" * (LARGEST + 1))
    (tmp_path / "latin.py").write_bytes("# é".encode("latin-1"))
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "words.txt").write_text("words")
    for name, words in (
        ("long.py", "larger than"),
        ("latin.py", "not UTF-8"),
        ("folder.py", "not a file"),
        ("words.txt", "no Python file"),
        ("nowhere.py", "cannot be read"),
    ):
        with pytest.raises(ExperimentFileError, match=words):
            read_module(tmp_path / name)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.py")
        with pytest.raises(ExperimentFileError, match="not a file"):
            read_module(tmp_path / "pipe.py")


def test_weights_that_are_drawn_are_the_same_in_every_process(tmp_path: Path) -> None:
    text = "import random, numpy, torch\na = (random.random(), numpy.random.rand(), float(torch.rand(())))\n"
    before = np.random.get_state()[1].copy()
    drawn = [
        own_module(cells_in(tmp_path, f"{text}def f{k}(z):\n    return a\n"), f"f{k}", 3).function(0) for k in "ab"
    ]
    assert drawn[0] == drawn[1]
    assert own_module(cells_in(tmp_path, f"{text}def f(z):\n    return a\n"), "f", 4).function(0) != drawn[0]
    assert (np.random.get_state()[1] == before).all()


def test_a_trust_in_another_content_says_so(tmp_path: Path) -> None:
    experiment = _experiment(tmp_path)
    with pytest.raises(ExperimentFileError, match="what you trust has another SHA-256"):
        trusted_modules(experiment, parse(TEXT), [ZERO], "--trust {}")
