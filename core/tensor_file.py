"""Tensors from files that other programs wrote: numpy arrays, tables of numbers, safetensors. Never pickles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .archive import LARGEST, MOST_TENSORS, tensors_of
from .experiment_file_error import ExperimentFileError
from .stored_tensor import StoredTensor

if TYPE_CHECKING:
    from collections.abc import Mapping

SUFFIXES = (".npy", ".csv", ".txt", ".safetensors")


def read_tensors(path: str | os.PathLike[str]) -> Mapping[str, StoredTensor]:
    """The tensors of a file by name: those of a safetensors file, or one called as the file is.

    A table has numbers separated by commas or blanks, and lines of comment behind "#". Raises ExperimentFileError.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise ExperimentFileError(f"{path.name} holds no tensors", cure=f"choose a file {', '.join(SUFFIXES)}")
    try:
        if not path.is_file():
            raise ExperimentFileError(f"{path} is not a file", cure="choose a file with numbers")
        if path.stat().st_size > LARGEST:
            raise ExperimentFileError(f"{path.name} is larger than {LARGEST:,} bytes", cure="store a part of it")
        if path.suffix.lower() == ".safetensors":
            return tensors_of(path.read_bytes())
        return {path.stem: StoredTensor.of(_array(path))}
    except OSError as fault:
        raise ExperimentFileError(f"{path} cannot be read: {fault.strerror or fault}") from fault
    except (ValueError, EOFError, MemoryError) as fault:
        raise ExperimentFileError(f"{path.name} cannot be stored: {fault}") from None


def with_tensors(tensors: Mapping[str, StoredTensor], added: Mapping[str, StoredTensor]) -> dict[str, StoredTensor]:
    """Both together, the added ones in place of those of the same name; raises ExperimentFileError for too many."""
    together = {**tensors, **added}
    if len(together) > MOST_TENSORS:
        raise ExperimentFileError(f"an experiment holds at most {MOST_TENSORS} tensors, not {len(together)}")
    return together


def _array(path: Path) -> np.ndarray:
    if path.suffix.lower() == ".npy":
        return np.asarray(np.load(path, allow_pickle=False))
    text = path.read_text(encoding="utf-8-sig")
    separator = "," if "," in text else None
    return np.loadtxt(text.splitlines(), delimiter=separator, comments="#")
