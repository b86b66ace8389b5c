"""What maps of several solvers come to, in words and columns."""

from __future__ import annotations

import math

import numpy as np

from core.readings import RAN_AWAY, UNDECIDED, MapFigures, PlaneMap, SolverMaps

from ..view import Table

_FATES = {RAN_AWAY: "runs away", UNDECIDED: "undecided"}
NOWHERE = "none"


def percent(share: float) -> str:
    """Two digits where there are two: 29 %, 1.6 %, and never 0 or 100 % for what is not quite so."""
    value = 100.0 * share
    if value in (0.0, 100.0):
        return f"{value:.0f}%"
    if value < 0.095:
        return "<0.1%"
    if value > 99.9:
        return ">99.9%"
    return f"{value:.1f}%" if value < 9.95 or value > 99.0 else f"{value:.0f}%"


def iterations_texts(figures: MapFigures) -> tuple[str, ...]:
    """The mean of the starts that come to an end, in more and in fewer letters."""
    mean = f"{figures.iterations:.1f}"
    return () if math.isnan(figures.iterations) else (f"{mean} iterations", f"{mean} its")


def start_text(title: str, shown: PlaneMap, column: int, row: int) -> str:
    """What becomes of one start."""
    end, count = int(shown.end[row, column]), int(shown.count[row, column])
    after = f"after {count} iteration{'' if count == 1 else 's'}"
    return f"{title}: {_FATES[end]} {after}" if end in _FATES else f"{title} → {shown.names[end]} {after}"


def shares_text(shown: PlaneMap) -> str:
    """All shares, one behind the other."""
    figures = MapFigures.of(shown)
    pairs = zip((*shown.names, NOWHERE), (*figures.shares.tolist(), figures.failed), strict=True)
    return ", ".join(f"{name} {percent(share)}" for name, share in pairs)


def shares_table(maps: SolverMaps | None) -> Table:
    """Of every solver a row per end, and one for the starts that come to none: the share, and the mean iterations."""
    rows: list[tuple[str, str, float, float]] = []
    if maps is not None:
        for title, shown in zip(maps.titles, maps.maps, strict=True):
            if shown is None:
                continue
            figures = MapFigures.of(shown)
            for end, name in enumerate(shown.names):
                here = shown.count[shown.end == end]
                mean = float(here.mean(dtype=np.float64)) if here.size else math.nan
                rows.append((title, name, float(figures.shares[end]), mean))
            rows.append((title, NOWHERE, figures.failed, math.nan))
    if not rows:
        return Table({})
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Table(dict(zip(("solver", "end", "share", "iterations"), columns, strict=True)))
