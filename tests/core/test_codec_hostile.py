"""Damaged and hostile files: a load or an ExperimentFileError, quickly, and nothing else."""

from __future__ import annotations

import os
import random
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core.codec import decode, encode, load
from core.experiment import Experiment, SliderRange
from core.experiment_file_error import ExperimentFileError
from core.window_notes import WindowNotes

VALID = encode(
    Experiment(
        "# Pendel ω\ntheta' = omega\nomega' = -g*sin(theta)\ng = 9.81 in [0, 20]\n",
        values={"g": 3.7},
        ranges={"g": SliderRange(0.0, 30.0)},
        starts=((1.0, 0.0), (2.0, -0.5)),
        span=(0.0, 12.5),
        title='A "quoted" title \\ with signs',
    ),
    WindowNotes(axes=("theta", "omega"), view={"theta": (-3.0, 3.0)}),
).encode()


def _survives(data: bytes) -> None:
    """Whatever the bytes are, nothing but ExperimentFileError comes out."""
    with suppress(UnicodeDecodeError):
        text = data.decode()
        with suppress(ExperimentFileError):
            decode(text)


def test_every_truncation_is_refused() -> None:
    end = VALID.index(b"[window]")
    for length in range(len(VALID)):
        _survives(VALID[:length])
        if length < VALID.index(b"text = "):
            with pytest.raises(ExperimentFileError):
                decode(VALID[:length].decode())
    assert decode(VALID[:end].decode())[0] == decode(VALID.decode())[0]


def test_every_bit_may_flip() -> None:
    for place in range(len(VALID)):
        for bit in range(8):
            _survives(VALID[:place] + bytes([VALID[place] ^ (1 << bit)]) + VALID[place + 1 :])


def test_random_damage() -> None:
    draw = random.Random(20260101)
    for _ in range(500):
        data = bytearray(VALID)
        for _ in range(draw.randint(1, 20)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        _survives(bytes(data))


def test_lines_dropped_doubled_and_shuffled() -> None:
    lines = VALID.decode().splitlines(keepends=True)
    for index in range(len(lines)):
        _survives("".join(lines[:index] + lines[index + 1 :]).encode())
        _survives("".join(lines[: index + 1] + lines[index:]).encode())
    draw = random.Random(7)
    for _ in range(100):
        _survives("".join(draw.sample(lines, len(lines))).encode())


@pytest.mark.parametrize(
    "text",
    [
        "a." * 400_000 + "a = 1",
        '"a".' * 200_000 + "a = 1",
        "[" + "a." * 400_000 + "a]",
        "x = " + "[" * 900_000,
        "x = " + "{a = " * 150_000,
        "x = {" + "a." * 400_000 + "a = 1}",
        "[[" + "a" * 900_000,
        '"' * 900_000,
        "'" * 900_000,
        '"""' + "\\" * 900_000,
        "x = 1" + "0" * 900_000,
        "x = 0x" + "f" * 900_000,
        "x = 1e" + "9" * 900_000,
        "x = [" + "[]," * 300_000 + "]",
        "a" + " " * 900_000,
        "\x00" * 1000,
        "".join(f"k{index}.a.b.c.d.e = 1\n" for index in range(40_000)),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_bombs_are_refused_in_time(text: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(ExperimentFileError):
        decode(text)
    assert time.perf_counter() - begun < 5.0


@pytest.mark.parametrize(
    "words", ["one two " * 3000, "a.b.c.d.e.f.g.h.i.j.k.l.m", '"""\'\'\'"""', "x = 'a.b.c.d.e.f.g.h.i'"]
)
def test_texts_that_look_like_bombs_are_kept(words: str) -> None:
    experiment = Experiment(words, title=words)
    assert decode(encode(experiment))[0] == experiment


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04\x95pickle",
        "text".encode("utf-16"),
        b"\xff\xfe\x00",
        b"PK\x03\x04",
        b"{" * 100_000,
        b"--- !!python/object",
    ],
)
def test_foreign_files_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file.toml").write_bytes(data)
    with pytest.raises(ExperimentFileError):
        load(tmp_path / "file.toml")


def test_byte_order_mark_and_carriage_returns_are_read(tmp_path: Path) -> None:
    (tmp_path / "file.toml").write_bytes(b"\xef\xbb\xbf" + VALID.replace(b"\n", b"\r\n"))
    assert load(tmp_path / "file.toml") == decode(VALID.decode())


def test_a_huge_sparse_file_is_refused_at_once(tmp_path: Path) -> None:
    with open(tmp_path / "huge.toml", "wb") as file:
        file.truncate(20 * 2**30)
    begun = time.perf_counter()
    with pytest.raises(ExperimentFileError, match="larger than"):
        load(tmp_path / "huge.toml")
    assert time.perf_counter() - begun < 1.0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(ExperimentFileError, match="is not a file"):
            load(path)
    with pytest.raises(ExperimentFileError, match="No such file"):
        load(tmp_path / "absent.toml")
    with pytest.raises(ExperimentFileError, match="cannot be read"):
        load("nul\0name.toml")
