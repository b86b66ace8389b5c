"""Tensors from files of other programs, and files that are none."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from core.archive import MOST_TENSORS
from core.experiment_file_error import ExperimentFileError
from core.stored_tensor import StoredTensor
from core.tensor_file import read_tensors, with_tensors

W = np.array([[1.5, -2.0], [0.25, 3.0]])


def test_arrays_tables_and_safetensors(tmp_path: Path) -> None:
    np.save(tmp_path / "W.npy", W.astype(np.float32))
    (tmp_path / "x.csv").write_text("# inputs\n1.5, -2\n0.25, 3\n", encoding="utf-8")
    (tmp_path / "y.txt").write_text("\ufeff1 2 3\n", encoding="utf-8")
    save_file({"a": W, "b": W[0].astype(np.float32)}, tmp_path / "all.safetensors")
    assert read_tensors(tmp_path / "W.npy") == {"W": StoredTensor.of(W.astype(np.float32))}
    assert read_tensors(tmp_path / "x.csv") == {"x": StoredTensor.of(W)}
    assert read_tensors(tmp_path / "y.txt")["y"].array().tolist() == [1.0, 2.0, 3.0]
    found = read_tensors(tmp_path / "all.safetensors")
    assert (found["a"].shape, found["b"].dtype) == ((2, 2), "float32")


def test_what_is_no_tensor_is_refused_in_words(tmp_path: Path) -> None:
    np.save(tmp_path / "object.npy", np.array([{}], dtype=object), allow_pickle=True)
    (tmp_path / "pickle.npy").write_bytes(pickle.dumps([1.0]))
    (tmp_path / "words.csv").write_text("a, b\nc, d\n", encoding="utf-8")
    (tmp_path / "nan.csv").write_text("nan, 1\n", encoding="utf-8")
    (tmp_path / "cut.npy").write_bytes(b"\x93NUMPY\x01\x00")
    claim = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"  # eight terabytes
    (tmp_path / "claim.npy").write_bytes(b"\x93NUMPY\x01\x00v\x00" + claim.ljust(117) + b"\n")
    (tmp_path / "weights.pt").write_bytes(b"PK")
    (tmp_path / "bad.safetensors").write_bytes(b"\xff" * 20)
    for name in ("object.npy", "pickle.npy", "words.csv", "nan.csv", "cut.npy", "claim.npy", "weights.pt"):
        with pytest.raises(ExperimentFileError) as caught:
            read_tensors(tmp_path / name)
        assert name.split(".")[0] in str(caught.value)
    for name in ("bad.safetensors", "absent.npy"):
        with pytest.raises(ExperimentFileError):
            read_tensors(tmp_path / name)


def test_an_experiment_holds_only_so_many() -> None:
    many = {f"t{index}": StoredTensor.of([1.0]) for index in range(MOST_TENSORS)}
    assert len(with_tensors(many, {"t0": StoredTensor.of([2.0])})) == MOST_TENSORS
    with pytest.raises(ExperimentFileError, match="at most"):
        with_tensors(many, {"more": StoredTensor.of([2.0])})
