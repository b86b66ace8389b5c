"""An experiment with tensors as one file: a ZIP of experiment.toml and tensors.safetensors, both stored as they are.

Nothing is extracted: the two members are read by their fixed names, up to their limits.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from .experiment_file_error import ExperimentFileError
from .stored_tensor import DTYPES, StoredTensor

SUFFIX = ".implicit"
LARGEST = 64_000_000
"""Bytes of the largest archive that is read."""
MOST_TENSORS = 64
LONGEST_NAME = 64
_TEXT, _TENSORS = "experiment.toml", "tensors.safetensors"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def is_archive(data: bytes) -> bool:
    """Whether a file begins as an archive does."""
    return data[:4] == b"PK\x03\x04"


def pack(text: str, tensors: Mapping[str, StoredTensor]) -> bytes:
    """The archive; equal contents give equal bytes. Raises ExperimentFileError for what `unpack` would refuse."""
    from safetensors.numpy import save  # noqa: PLC0415 - most experiments have no tensors, and every start waits for it

    _check_room(tensors)
    arrays = {name: _array_of(tensors[name]) for name in sorted(tensors)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_TEXT, _EPOCH), text.encode("utf-8"))
        archive.writestr(zipfile.ZipInfo(_TENSORS, _EPOCH), save(arrays))
    if len(file.getvalue()) > LARGEST:
        raise ExperimentFileError(f"its tensors are larger than the {LARGEST:,} bytes that a file is opened with")
    return file.getvalue()


def unpack(data: bytes, longest_text: int) -> tuple[bytes, dict[str, StoredTensor]]:
    """The bytes of the text, and the tensors by name; raises ExperimentFileError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text, tensors = _member(archive, _TEXT, longest_text), _member(archive, _TENSORS, LARGEST)
    except ExperimentFileError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as fault:
        raise ExperimentFileError(f"the archive is damaged: {fault}", cure="choose another file") from None
    return text, tensors_of(tensors)


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    if archive.namelist().count(name) != 1:
        found = "no" if name not in archive.namelist() else "more than one"
        raise ExperimentFileError(f"the archive holds {found} {name}", cure="this is not an experiment file")
    if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
        raise ExperimentFileError(f"{name} is compressed, which an experiment file never is")
    with archive.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise ExperimentFileError(f"{name} is larger than it can be ({most:,} bytes)")
    return data


def tensors_of(data: bytes) -> dict[str, StoredTensor]:
    """The tensors of a safetensors file by name; raises ExperimentFileError."""
    from safetensors import SafetensorError  # noqa: PLC0415 - as above
    from safetensors.numpy import load  # noqa: PLC0415 - as above

    try:
        arrays: Mapping[str, Any] = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError, MemoryError, OverflowError) as fault:
        raise ExperimentFileError(f"the tensors cannot be read: {fault}", cure="choose another file") from None
    _check_room(arrays)
    found = {}
    for name, array in arrays.items():
        if str(array.dtype) not in DTYPES:
            raise ExperimentFileError(f"the tensor {name!r} is not one of {', '.join(DTYPES)}")
        try:
            found[name] = StoredTensor.of(array)
        except ValueError as fault:
            raise ExperimentFileError(f"the tensor {name!r} cannot be used: {fault}") from None
    return found


def _check_room(names: Collection[str]) -> None:
    """Raises ExperimentFileError for more tensors than fit, and for names that are none."""
    if len(names) > MOST_TENSORS:
        raise ExperimentFileError(f"there are {len(names)} tensors, and at most {MOST_TENSORS} fit in an experiment")
    for name in names:
        if not 1 <= len(name) <= LONGEST_NAME:
            sentence = f"the tensor {name[:LONGEST_NAME]!r} needs a name of 1 to {LONGEST_NAME} letters"
            raise ExperimentFileError(sentence)


def _array_of(tensor: StoredTensor) -> np.ndarray:
    return np.frombuffer(tensor.data, dtype=np.dtype(tensor.dtype).newbyteorder("<")).reshape(tensor.shape)
