"""The fast path is asked for, and where it did not run the report says which did and why."""

from __future__ import annotations

import pytest

from core.benchmarking import own_path as module
from core.benchmarking.own_path import OwnPath, own_path
from core.language import parse
from core.vector_field import VectorField

DECAY = parse("x' = -x")


def without_kernel(_: VectorField, samples: int, path: str = "auto") -> str:
    """As `choose_path` without a compiler."""
    if path == "kernel":
        raise ValueError("there is no compiler")
    return "python" if samples == 1 else "torch"


def test_the_kernel_is_taken_where_it_is_accepted() -> None:
    pytest.importorskip("llvmlite")
    assert own_path(DECAY, 10_000) == OwnPath("kernel", "kernel")


@pytest.mark.parametrize(("samples", "runs"), [(1, "python"), (10_000, "torch")])
def test_else_what_runs_is_named(monkeypatch: pytest.MonkeyPatch, samples: int, runs: str) -> None:
    monkeypatch.setattr(module, "choose_path", without_kernel)
    path = own_path(DECAY, samples)
    assert (path.asked, path.runs) == ("auto", runs)
    assert path.slow == f"the fast path did not run, but {runs}: there is no compiler"
