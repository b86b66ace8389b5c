"""The fast path is asked for, and where it did not run the report says which did and why."""

from __future__ import annotations

from typing import Any

import pytest

from core.benchmarking import own_path as module
from core.benchmarking.own_path import OwnPath, own_path
from core.language import parse

DECAY = parse("x' = -x")


def refuses(*_: Any, path: str, **__: Any) -> None:
    assert path == "kernel"
    raise ValueError("there is no compiler")


def test_the_kernel_is_taken_where_it_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "integrate", lambda *_, **__: None)
    assert own_path(DECAY, (1.0,), 10_000) == OwnPath("kernel", "kernel")


@pytest.mark.parametrize(("samples", "runs"), [(1, "python"), (10_000, "torch")])
def test_else_what_runs_is_named(monkeypatch: pytest.MonkeyPatch, samples: int, runs: str) -> None:
    monkeypatch.setattr(module, "integrate", refuses)
    monkeypatch.setattr(module, "choose_path", lambda _, count: "python" if count == 1 else "torch")
    path = own_path(DECAY, (1.0,), samples)
    assert (path.asked, path.runs) == ("auto", runs)
    assert path.slow == f"the fast path did not run, but {runs}: there is no compiler"
