"""Python files of a person's own that a document names: where they are, and what was read of them. Nothing runs here.

A document keeps a `ModuleFile`, a place and a content; the file itself stays outside. A `ModuleSource` is what was read
once: the bytes that are hashed are those that are shown, and those that run if a person allows it.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath

from .experiment_file_error import ExperimentFileError

SUFFIX = ".py"
LARGEST = 200_000
"""Bytes of the largest file that is read: what a person shall read before it runs."""
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST = 4096
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What no line of text can show; a lone surrogate is a name that is no text at all."""


@dataclass(frozen=True)
class ModuleFile:
    """path: absolute, or relative to the document's folder with / between its parts. sha256: of the file's bytes, in
    hexadecimal.

    Raises ValueError for a path that is none of a local Python file, and for another hash.
    """

    path: str
    sha256: str

    def __post_init__(self) -> None:
        if not self.path.endswith(SUFFIX) or len(self.path) > _LONGEST or _CONTROL.search(self.path):
            raise ValueError(f"the path of a Python file ends with {SUFFIX}, which {self.path[:60]!r} does not")
        if self.path.startswith(("//", "\\\\")) or "://" in self.path:
            raise ValueError(f"a Python file lies on this computer, not at {self.path[:60]!r}")
        if _HASH.fullmatch(self.sha256) is None:
            raise ValueError(f"a SHA-256 has 64 hexadecimal digits, which {self.sha256[:70]!r} is not")


@dataclass(frozen=True)
class ModuleSource:
    """A Python file as it was read, once. path: absolute."""

    path: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """Of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def name(self) -> str:
        """The name of the file without its folder."""
        return Path(self.path).name

    @property
    def text(self) -> str:
        """The whole file, as a person reads it."""
        return self.data.decode("utf-8-sig")

    @property
    def file(self) -> ModuleFile:
        """How a document names it."""
        return ModuleFile(self.path, self.sha256)


def read_module(path: str | os.PathLike[str]) -> ModuleSource:
    """Read a Python file. Raises ExperimentFileError where it is none, or none that a person can read on a screen."""
    path = os.path.abspath(path)
    name = os.path.basename(path)
    if not name.endswith(SUFFIX):
        raise ExperimentFileError(f"{name} is no Python file", cure=f"choose one that ends with {SUFFIX}")
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for ever
            raise ExperimentFileError(f"{path} is not a file", cure="choose a Python file")
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as fault:
        if isinstance(fault, ExperimentFileError):
            raise
        raise ExperimentFileError(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}") from None
    if len(data) > LARGEST:
        cure = "move what is not the layer into a package, and import it"
        raise ExperimentFileError(f"{name} is larger than {LARGEST:,} bytes: nobody reads it before it runs", cure=cure)
    try:
        data.decode("utf-8")
        ModuleFile(path, "0" * 64)
    except UnicodeDecodeError:
        raise ExperimentFileError(f"{name} is not UTF-8 text", cure="save it as UTF-8") from None
    except ValueError as fault:
        raise ExperimentFileError(str(fault), cure="put it elsewhere") from None
    return ModuleSource(path, data)


def placed(modules: Mapping[str, ModuleFile], folder: str | os.PathLike[str]) -> dict[str, ModuleFile]:
    """The files of a document in `folder`, with absolute paths."""
    return {
        name: ModuleFile(os.path.abspath(os.path.join(folder, file.path)), file.sha256)
        for name, file in modules.items()
    }


def beside(modules: Mapping[str, ModuleFile], folder: str | os.PathLike[str]) -> dict[str, ModuleFile]:
    """The files of a document that is written into `folder`: by the way from there, where there is one."""
    folder = os.path.abspath(folder)
    return {name: ModuleFile(_way(file.path, folder), file.sha256) for name, file in modules.items()}


def unplaced(modules: Mapping[str, ModuleFile]) -> dict[str, ModuleFile]:
    """The files by their names alone, as beside a picture that goes to others: no folder of this computer."""
    return {name: ModuleFile(PureWindowsPath(file.path).name, file.sha256) for name, file in modules.items()}


def _way(path: str, folder: str | os.PathLike[str]) -> str:
    if not os.path.isabs(path):
        return path
    try:
        return PurePosixPath(*Path(os.path.relpath(path, folder)).parts).as_posix()
    except ValueError:  # another drive
        return path
