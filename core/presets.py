"""The experiments that come with the program: saved documents, read by the one loader of experiment files."""

from __future__ import annotations

from pathlib import Path

from . import archive, codec
from .experiment import Experiment
from .experiment_file_error import ExperimentFileError
from .nearest_name import suggestion
from .window_notes import WindowNotes

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "presets"
_SUFFIXES = (codec.SUFFIX, archive.SUFFIX)


def names() -> tuple[str, ...]:
    """The presets' names, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.iterdir() if path.suffix in _SUFFIXES))


def load_preset(name: str) -> tuple[Experiment, WindowNotes]:
    """Read the preset `name`; raises ExperimentFileError where there is none of this name."""
    known = names()
    if name not in known:  # also keeps a name such as "../x" from leaving the folder
        raise ExperimentFileError(f"there is no preset {name!r}{suggestion(name, known)}")
    return codec.load(next(path for suffix in _SUFFIXES if (path := FOLDER / f"{name}{suffix}").exists()))
