"""A case of a few microseconds, whose entrants say when they are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.benchmarking.benchmark import Case, Entrant, Prepared

TRUTH = 2.0


def answering(answer: float, name: str, calls: list[str], **more: Any) -> Callable[[], Prepared]:
    """Prepares a call that gives `answer` and notes `name` in `calls`."""

    def call() -> float:
        calls.append(name)
        return answer

    return lambda: Prepared(call, **more)


def case(*entrants: Entrant, **more: Any) -> Case:
    """How much is 1 + 1?"""
    options: dict[str, Any] = {"allowed": 0.1} | more
    return Case("1 + 1", entrants, lambda: TRUTH, lambda answer, true: abs(answer - true), **options)
