"""Experiments with tensors: what is stored comes back, and no stranger's file does harm."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core import archive, codec
from core.experiment import Experiment
from core.experiment_file_error import ExperimentFileError
from core.stored_tensor import StoredTensor
from core.window_notes import WindowNotes

TENSORS = st.dictionaries(
    st.text(min_size=1, max_size=8).filter(lambda name: name != "__metadata__"),
    st.sampled_from([np.float32, np.float64])
    .flatmap(
        lambda dtype: arrays(
            dtype,
            array_shapes(max_dims=3, max_side=4),
            elements=st.floats(-1e6, 1e6, width=np.dtype(dtype).itemsize * 8),
        )
    )
    .map(StoredTensor.of),
    min_size=1,
    max_size=3,
)


@given(TENSORS)
def test_what_is_packed_comes_back(tensors: dict[str, StoredTensor]) -> None:
    data = archive.pack("text", tensors)
    assert archive.unpack(data, 100) == (b"text", tensors)
    assert archive.pack("text", tensors) == data
    assert archive.is_archive(data)


LAYER = Experiment(
    'z <- tanh(W z + x)\nW = data "W"\nx = data "X" as batch',
    tensors={"W": StoredTensor.of(np.float32([[0.1, 0.2], [0.3, 0.4]])), "X": StoredTensor.of(np.ones((3, 2)))},
)


def test_an_experiment_with_tensors_is_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / f"layer{codec.suffix_for(LAYER)}"
    notes = WindowNotes(description="with weights")
    codec.save(path, LAYER, notes)
    assert codec.load(path) == (LAYER, notes)
    before = path.read_bytes()
    codec.save(path, *codec.load(path))
    assert path.read_bytes() == before
    assert sorted(zipfile.ZipFile(path).namelist()) == ["experiment.toml", "tensors.safetensors"]


def test_one_without_tensors_stays_a_text(tmp_path: Path) -> None:
    plain = Experiment("x' = y\ny' = -x")
    assert codec.suffix_for(plain) == ".toml"
    codec.save(tmp_path / "plain.toml", plain)
    assert (tmp_path / "plain.toml").read_text(encoding="utf-8") == codec.encode(plain)


def test_tensors_in_the_text_itself_are_refused() -> None:
    text = (
        codec.encode(Experiment("z <- z"))
        + '\n[experiment.tensors.W]\nshape = [1]\ndtype = "float64"\ndata = "12345678"\n'
    )
    with pytest.raises(ExperimentFileError):
        codec.decode(text)


def members(**files: bytes) -> bytes:
    """An archive with other members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return file.getvalue()


def header(entries: dict[str, object], numbers: bytes = b"") -> bytes:
    """A safetensors file with any header."""
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text + numbers


TEXT = codec.encode(LAYER).encode()
GOOD = archive.pack(codec.encode(LAYER), LAYER.tensors)
FLOAT = {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "tensors",
    [
        b"",
        b"\x80\x04K\x01.",
        struct.pack("<Q", 2**63) + b"{}",
        header({"W": FLOAT}),
        header({"W": {**FLOAT, "shape": [10**12]}}, bytes(8)),
        header({"W": FLOAT, "V": FLOAT}, bytes(8)),
        header({"W": {**FLOAT, "dtype": "I64"}}, bytes(8)),
        header({"W": FLOAT}, struct.pack("<d", float("nan"))),
        header({"W" * 65: FLOAT}, bytes(8)),
        header({"W": {**FLOAT, "shape": [0], "data_offsets": [0, 0]}}),
    ],
)
def test_tensors_of_strangers_are_refused_in_words(tensors: bytes) -> None:
    data = members(**{"experiment.toml": TEXT, "tensors.safetensors": tensors})
    with pytest.raises(ExperimentFileError) as caught:
        archive.unpack(data, codec.LARGEST)
    assert len(str(caught.value)) > 20


def test_archives_of_strangers_are_refused_in_words() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("experiment.toml", bytes(50_000_000))
        made.writestr("tensors.safetensors", b"")
    for data in (
        bomb.getvalue(),
        members(),
        members(**{"../experiment.toml": TEXT, "tensors.safetensors": b""}),
        members(**{"experiment.toml": TEXT}),
        members(**{"experiment.toml": bytes(2_000_000), "tensors.safetensors": b""}),
        members(**{f"{index}": b"" for index in range(20)}),
    ):
        with pytest.raises(ExperimentFileError):
            archive.unpack(data, codec.LARGEST)


def test_a_damaged_archive_is_never_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "damaged.implicit"
    chance = random.Random(1)
    cut = [GOOD[:length] for length in range(0, len(GOOD), 3)]
    flipped = []
    for _ in range(600):
        data = bytearray(GOOD)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        flipped.append(bytes(data))
    for data in (*cut, *flipped):
        path.write_bytes(data)
        try:
            experiment, _ = codec.load(path)
        except ExperimentFileError:
            continue
        assert isinstance(experiment, Experiment)
