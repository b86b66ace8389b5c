"""What was measured as a table for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .benchmark import Case
from .comparison import Standing
from .verdict import goals, ratio

_HEADS = ("", "off by", "min ms", "median ms", "first ms more", "times ours", "path")


def table(case: Case, standings: Sequence[Standing]) -> Iterator[str]:
    """The lines of one case: a row for everybody, remarks, and the goals."""
    rows = [_HEADS, *(_row(standings[0], standing) for standing in standings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    yield f"  {case.name}"
    for row, standing in zip(rows, (None, *standings), strict=True):
        if standing is not None and standing.fault:
            yield f"    {standing.name:<{widths[0]}}  {standing.fault}"
            continue
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield f"    {'  '.join(cells)}".rstrip()
    for standing in standings:
        if standing.note:
            yield f"    {standing.name}: {standing.note}"
    for slow in dict.fromkeys(standing.slow for standing in standings if standing.slow):
        yield f"    {slow}"
    for goal in goals(case, standings):
        yield f"    goal, {goal}"


def _row(ours: Standing, standing: Standing) -> tuple[str, ...]:
    if standing.fault:
        return (standing.name, *[""] * (len(_HEADS) - 1))
    times = (standing.least, standing.middle, standing.first)
    found = ratio(ours, standing)
    return (
        standing.name,
        "" if standing.error is None else f"{standing.error:.1e}",
        *("" if time is None else _milliseconds(time) for time in times),
        "" if found is None else f"{found:,.3g}" if found < 100 else f"{found:,.0f}",
        standing.path,
    )


def _milliseconds(time: float) -> str:
    return f"{time:,.0f}" if time >= 100 else f"{time:.3g}"
