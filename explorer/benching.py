"""The command `bench`: the workloads timed against other people's libraries, and drawing against plain pyqtgraph."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.benchmarking.one_thread import hold_to_one_thread
from core.nearest_name import suggestion

if TYPE_CHECKING:
    from core.benchmarking.benchmark import Benchmark

DONE, FAILED, BAD_USAGE = 0, 1, 2
DRAWING = "drawing"
"""The name of all drawing benchmarks together."""


def bench(options: argparse.Namespace) -> int:
    """Run the benchmarks named, or all of the engine's. Returns 0, 1 (an answer of ours is wrong) or 2 (bad usage)."""
    hold_to_one_thread()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # of what that platform lacks, for every window
    engine = _engine()
    if options.list:
        for benchmark in (*engine.values(), *_drawing().values()):
            print(f"{benchmark.name:<16} {benchmark.title}")
        return DONE
    drawing = {} if engine.keys() >= set(options.names) else _drawing()
    try:
        chosen = choose(options.names, engine, drawing)
    except ValueError as fault:
        return _refuse(str(fault))
    if options.json is not None and not options.json.absolute().parent.is_dir():
        return _refuse(f"{options.json} cannot be written: there is no folder {options.json.absolute().parent}")
    records, right = _measured(chosen, options.repeats)
    if options.json is not None:
        try:
            _write(options.json, records, options.repeats)
        except OSError as fault:
            print(f"writing {options.json} failed: {fault.strerror or fault}", file=sys.stderr)
            return FAILED
    return DONE if right else FAILED


def choose(
    names: Sequence[str], engine: Mapping[str, Benchmark], drawing: Mapping[str, Benchmark]
) -> tuple[Benchmark, ...]:
    """The benchmarks named, each once: all of the engine's without a name, all of drawing's for "drawing".

    Raises ValueError, with the nearest, for a name that there is not.
    """
    known = {**engine, **drawing}
    found: dict[str, Benchmark] = {} if names else dict(engine)
    for name in names:
        if name == DRAWING:
            found |= drawing
        elif name in known:
            found[name] = known[name]
        else:
            raise ValueError(f"there is no benchmark {name!r}{suggestion(name, (*known, DRAWING))}")
    return tuple(found.values())


def _engine() -> Mapping[str, Benchmark]:
    """The engine's benchmarks, by name."""
    from core import benchmarks as package  # noqa: PLC0415 - numpy reads its number of threads when it is imported
    from core.benchmarking.selection import benchmarks  # noqa: PLC0415 - as above

    return benchmarks(package)


def _drawing() -> Mapping[str, Benchmark]:
    """Those of drawing."""
    from core.benchmarking.selection import benchmarks  # noqa: PLC0415 - as above

    from . import benchmarks as package  # noqa: PLC0415 - as above, and its files bring Qt

    return benchmarks(package)


def _measured(chosen: Sequence[Benchmark], repeats: int) -> tuple[list[dict[str, Any]], bool]:
    """What was measured, printed as it comes, and whether every answer of ours that could be checked was right."""
    from core.benchmarking.comparison import compare, missing  # noqa: PLC0415 - as above
    from core.benchmarking.record import case_record  # noqa: PLC0415 - as above
    from core.benchmarking.report import table  # noqa: PLC0415 - as above

    records, right = [], True
    print(f"processor time of one thread, {repeats} repeats in turn; times ours: shortest against our shortest")
    for benchmark in chosen:
        print(f"\n{benchmark.name}: {benchmark.title}", flush=True)
        for case in benchmark.cases():
            standings = compare(case, repeats)
            print("\n".join(table(case, standings)), flush=True)
            records.append(case_record(benchmark, case, standings))
            right = right and (not standings[0].fault or bool(missing(case.needs)))
    return records, right


def _write(path: Any, records: Sequence[Mapping[str, Any]], repeats: int) -> None:
    from core.atomic_file import write_atomically  # noqa: PLC0415 - as above
    from core.benchmarking.record import machine  # noqa: PLC0415 - as above

    whole = {"unit": "milliseconds of processor time", "repeats": repeats, **machine(), "cases": list(records)}
    write_atomically(path, (json.dumps(whole, indent=2, allow_nan=False) + "\n").encode("utf-8"))


def _refuse(sentence: str) -> int:
    """As `commands.refuse`, whose module brings numpy."""
    print(" ".join(sentence.split()), file=sys.stderr)
    return BAD_USAGE
