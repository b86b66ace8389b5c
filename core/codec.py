"""Experiments as files: one TOML format for saved experiments and presets, in an archive where there are tensors.

Everything is checked before it is believed: the size, the nesting, the format, the version, every key, type and
range. What is wrong is an `ExperimentFileError` with the key and a cure; nothing in a file is ever run.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w

from . import archive
from .atomic_file import write_atomically
from .experiment import Experiment
from .experiment_file_error import ExperimentFileError
from .fit_choice import FitChoice
from .migrations import VERSION, migrate
from .module_file import beside, placed
from .stored_tensor import StoredTensor
from .training_choice import Training
from .window_notes import WindowNotes

FORMAT = "implicit-explorer"
SUFFIX = ".toml"
LARGEST = 1_000_000
"""Bytes of the largest file that is read: fifty times the longest formula text."""
_DEEPEST = 8
_TENSORS, _MODULES = "tensors", "modules"
_RARE = {"fit": FitChoice(), "training": Training()}
"""Parts of an experiment that few have: written where they are not as they were at first."""

# The parser's time grows with the square of a key's parts, so long keys are refused before it runs.
_QUOTED = re.compile(r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*+"|\'[^\'\n]*+\'|#[^\n]*+', re.DOTALL)
_LONG_KEY = re.compile(r'(?<![\w"-])(?:[\w"-]++[ \t]*+\.[ \t]*+){8}')


def encode(experiment: Experiment, notes: WindowNotes = WindowNotes()) -> str:  # noqa: B008 - frozen
    """The file's text. `decode` of it gives equal values, and encoding those gives the same text again."""
    table = {
        "format": FORMAT,
        "version": VERSION,
        "experiment": {name: value for name, value in _plain(experiment).items() if _is_written(name, value)},
        "window": _plain(notes),
    }
    # block strings read well but cannot hold a carriage return
    return tomli_w.dumps(table, multiline_strings=not _holds_return(table))


def _is_written(name: str, value: Any) -> bool:
    """Tensors have a file of their own, and few experiments have Python files, fit or learn anything."""
    if name in _RARE:
        return bool(value != _plain(_RARE[name]))
    return name != _TENSORS and (name != _MODULES or bool(value))


def _holds_return(value: Any) -> bool:
    """Whether any text in it has a carriage return."""
    if isinstance(value, Mapping):
        return any(map(_holds_return, value.values()))
    return any(map(_holds_return, value)) if isinstance(value, list) else isinstance(value, str) and "\r" in value


def decode(text: str, tensors: Mapping[str, StoredTensor] | None = None) -> tuple[Experiment, WindowNotes]:
    """Read a file's text and tensors, migrating from an older version; raises ExperimentFileError."""
    from .experiment_schema import validated  # noqa: PLC0415 - pydantic takes 0.1 s, which no start should wait for

    table = _parse(text)
    _check_format(table)
    file = validated(migrate(table))
    if file.experiment.tensors:
        raise ExperimentFileError("is not an entry of an experiment file", f"experiment.{_TENSORS}", "remove it")
    return replace(file.experiment, tensors=tensors or {}), file.window


def load(path: str | os.PathLike[str]) -> tuple[Experiment, WindowNotes]:
    """Read the experiment file at `path`, with or without tensors; raises ExperimentFileError.

    Python files that it names are not opened; their paths, from the folder of `path` on, become absolute.
    """
    data, tensors = _read(path, archive.LARGEST), None
    if archive.is_archive(data):
        data, tensors = archive.unpack(data, LARGEST)
    experiment, notes = decode(_text_of(data, path), tensors)
    return with_modules_in(experiment, Path(path).parent), notes


def with_modules_in(experiment: Experiment, folder: Path) -> Experiment:
    """An experiment out of a file in `folder`, with absolute paths of the Python files that it names."""
    try:
        return replace(experiment, modules=placed(experiment.modules, folder)) if experiment.modules else experiment
    except ValueError as fault:  # beside a document on another computer
        raise ExperimentFileError(str(fault), f"experiment.{_MODULES}", "copy both to this computer") from None


def suffix_for(experiment: Experiment) -> str:
    """How the name of a file with `experiment` ends: text, unless it has tensors."""
    return archive.SUFFIX if experiment.tensors else SUFFIX


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a file of LARGEST bytes at most; raises ExperimentFileError."""
    return _text_of(_read(path, LARGEST), path)


def _read(path: str | os.PathLike[str], most: int) -> bytes:
    try:
        data = _first_bytes(path, most + 1)
    except (OSError, ValueError) as fault:  # ValueError: a name that no file can have
        raise ExperimentFileError(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}") from fault
    if data is None:
        raise ExperimentFileError(f"{path} is not a file", cure="choose an experiment file")
    if len(data) > most:
        raise ExperimentFileError(f"{path} is larger than an experiment file can be ({most:,} bytes)")
    return data


def _text_of(data: bytes, path: str | os.PathLike[str]) -> str:
    if len(data) > LARGEST:
        raise ExperimentFileError(f"{path} is larger than an experiment file can be ({LARGEST:,} bytes)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExperimentFileError(f"{path} is not UTF-8 text", cure="choose an experiment file") from None


def save(path: str | os.PathLike[str], experiment: Experiment, notes: WindowNotes = WindowNotes()) -> None:  # noqa: B008
    """Write the experiment to `path`, whole or not at all; raises OSError where the disk refuses, and
    ExperimentFileError for what could not be opened again.

    Python files that it names are written as the way to them from the folder of `path`.
    """
    text = encode(replace(experiment, modules=beside(experiment.modules, Path(path).parent)), notes)
    if not fits(text):
        raise ExperimentFileError(
            f"its text and tables are larger than the {LARGEST:,} bytes that a file is opened with",
            cure="shorten its text, or learn from a smaller table",
        )
    write_atomically(path, archive.pack(text, experiment.tensors) if experiment.tensors else text.encode("utf-8"))


def fits(text: str) -> bool:
    """Whether a file of this text can be opened."""
    return len(text.encode("utf-8", "replace")) <= LARGEST


def _first_bytes(path: str | os.PathLike[str], count: int) -> bytes | None:
    """The beginning of a regular file; None for anything else, since opening a pipe would wait for ever."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        return None
    with open(path, "rb") as file:
        return file.read(count)


def _plain(value: Any) -> Any:
    """Dataclasses and mappings as tables, tuples as lists; None, which TOML lacks, is left out."""
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) is not None
        }
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value


def _parse(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise ExperimentFileError(f"the text is longer than an experiment file can be ({LARGEST:,} characters)")
    if _LONG_KEY.search(_QUOTED.sub('""', text)):
        raise ExperimentFileError("a key has too many parts", cure="this is not an experiment file")
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise ExperimentFileError("the file is nested too deeply", cure="this is not an experiment file") from None
    except ValueError as fault:
        raise ExperimentFileError(
            f"this is not TOML: {fault}", cure="correct that place or choose another file"
        ) from None
    if _deeper_than(_DEEPEST, table):
        raise ExperimentFileError("the file is nested too deeply", cure="this is not an experiment file")
    return table


def _deeper_than(levels: int, table: object) -> bool:
    layer = [table]
    for _ in range(levels):
        layer = [
            entry
            for value in layer
            if isinstance(value, dict | list)
            for entry in (value.values() if isinstance(value, dict) else value)
        ]
    return bool(layer)


def _check_format(table: Mapping[str, Any]) -> None:
    if table.get("format") != FORMAT:
        raise ExperimentFileError(
            f"the file does not say format = {FORMAT!r}", "format", "choose a file that Implicit Explorer saved"
        )
    version = table.get("version")
    if type(version) is not int or version < 1:
        raise ExperimentFileError("must be a whole number from 1 on", "version")
    if version > VERSION:
        raise ExperimentFileError(
            f"the file has version {version}, and this program reads up to {VERSION}",
            "version",
            "update Implicit Explorer to open it",
        )
