"""What was measured as plain values for a JSON file."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from typing import Any

from ..provenance import versions
from .benchmark import Benchmark, Case
from .comparison import Standing
from .verdict import goals, ratio

PEERS = ("scipy", "torchdiffeq", "torchode", "torchdeq", "jax", "diffrax", "jaxopt", "llvmlite", "pyqtgraph")


def machine() -> Mapping[str, Any]:
    """What the times hang on: the processor, the system, and every library's version."""
    return {"processor": _processor(), "system": platform.platform(), "versions": versions() | dict(_peers())}


def case_record(benchmark: Benchmark, case: Case, standings: Sequence[Standing]) -> dict[str, Any]:
    """One case: who took part, errors, times and ratios, goals; times in milliseconds of processor time."""
    return {
        "benchmark": benchmark.name,
        "case": case.name,
        "allowed_error": case.allowed,
        "entrants": [_entrant(standings[0], standing) for standing in standings],
        "goals": [{"goal": goal.sentence, "met": goal.met} for goal in goals(case, standings)],
    }


def _entrant(ours: Standing, standing: Standing) -> dict[str, Any]:
    return {
        "name": standing.name,
        "fault": standing.fault or None,
        "error": _finite(standing.error),
        "min_ms": standing.least,
        "median_ms": standing.middle,
        "first_call_more_ms": standing.first,
        "samples_ms": list(standing.samples),
        "times_ours": ratio(ours, standing),
        "path": standing.path or None,
        "slow_path": standing.slow or None,
        "note": standing.note or None,
    }


def _finite(number: float | None) -> float | None:
    """JSON has no other numbers."""
    return number if number is not None and isfinite(number) else None


def _peers() -> Iterable[tuple[str, str]]:
    for name in PEERS:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not installed"


def _processor() -> str:
    """The processor's name as the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor()
