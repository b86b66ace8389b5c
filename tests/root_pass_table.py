"""What every root solver makes of the classical systems: `python tests/root_pass_table.py` writes the table anew.

Every solver of the catalogue runs from 1, 10 and 100 times the standard start of each system, in float64 and in
float32, for at most as many iterations as `core.solve` allows by itself. The criterion is absolute, for g itself must
vanish in 0 = g(z). A claimed success is checked in 40 digits at the very numbers that were returned. Beside each
start run nine that differ from it in the last digits: where one of them ends otherwise, so may another machine.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "core"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from classical_formulas import exact_norm
from classical_systems import CLASSICAL, FACTORS, Classical, distance

import core
from core.catalogue import root_solvers

TABLE = Path(__file__).resolve().parent / "reference" / "root_solver_table.md"
TOLERANCES = {"float64": 1e-8, "float32": 1e-4}
ITERATIONS = 200
ROUNDINGS = 8.0
"""A claim holds where F vanishes, to the tolerance, for numbers that differ from z by so many roundings: no solver that
computes F in that precision can tell them apart."""
_NUDGES = (0, 1, -1, 2, -2, 4, -4, 8, -8, 16)
_HEAD = """# What every root solver makes of the classical systems

Written by `python tests/root_pass_table.py`, which says how; `tests/core/test_root_pass_table.py` compares.
The columns are 1, 10 and 100 times the standard start in float64 and in float32. A number says that the solver
converged, |F| < {0:g} or {1:g}, and in which iteration; a word how it ended instead, within {2} iterations.
`~`: a start that differs in the last digits ends otherwise. After that come, of what converged, the largest |F| in
40 digits and the largest distance from the nearest known root (`classical_roots.json`; not every root is known).
Powell badly scaled has a tenth of the tolerance, for its |F| tends to 1e-4 on a curve that leads to infinity.
"""


@dataclass(frozen=True)
class Cell:
    """One run. residual, distance: NaN unless it converged. robust: whether starts beside it end alike."""

    ending: str
    iterations: int
    residual: float
    distance: float
    robust: bool
    false: bool

    def __str__(self) -> str:
        word = str(self.iterations) if self.ending == "converged" else self.ending
        return ("~" if not self.robust else "") + ("FALSE " if self.false else "") + word


def runs(solver: str, system: Classical, dtype: str) -> tuple[Cell, ...]:
    """One cell per start; a solver that refuses the system gives "refused" three times."""
    tolerance, epsilon = TOLERANCES[dtype] * system.share, float(np.finfo(dtype).eps)
    nudges = 4.0 * epsilon * np.array(_NUDGES)[:, None]
    starts = np.concatenate([start + nudges * np.maximum(abs(start), 1.0) for start in system.starts])
    budget = core.Budget(seconds=3600.0)
    try:
        root = core.solve(
            system.mapping,
            starts,
            solver,
            tol=tolerance,
            stop="absolute",
            dtype=dtype,
            iterations=ITERATIONS,
            budget=budget,
        )
    except (TypeError, ValueError):
        return (Cell("refused", 0, math.nan, math.nan, True, False),) * len(FACTORS)
    cells = []
    for first in range(0, len(starts), len(_NUDGES)):
        outcomes = root.outcome[first : first + len(_NUDGES)]
        robust = len({outcome.name for outcome in outcomes}) == 1
        claims = [first + place for place, outcome in enumerate(outcomes) if outcome.success]
        if not system.rooted:
            false = bool(claims)
        else:
            false = any(not is_root(system.name, root.z[claim], tolerance, epsilon) for claim in claims)
        converged = outcomes[0].success
        residual = exact_norm(system.name, root.z[first]) if converged else math.nan
        near = distance(system.name, root.z[first].astype(np.float64)) if converged else math.nan
        cells.append(Cell(outcomes[0].name, int(root.iterations[first]), residual, near, robust, false))
    return tuple(cells)


def is_root(name: str, point: np.ndarray, tolerance: float, epsilon: float) -> bool:
    """Whether |F| is below the tolerance, but for the rounding of z: |F'| |z| roundings, entry by entry."""
    if not np.isfinite(point).all():
        return False
    z = np.asarray(point, dtype=np.float64)[None]
    slope = np.eye(z.size) - CLASSICAL[name].mapping.jacobian()(z)[0]
    size = np.abs(z[0]) + np.abs(slope) @ np.abs(z[0])
    allowed = tolerance + ROUNDINGS * epsilon * max(1.0, float(np.linalg.norm(size)))
    return exact_norm(name, point) <= allowed


def solvers_of(system: Classical) -> list[str]:
    """The names of those that take it: solvers for one unknown only where there is one."""
    return [name for name, solver in root_solvers().items() if not solver.scalar or len(system.start) == 1]


def row(solver: str, system: Classical) -> tuple[list[Cell], list[str]]:
    """Six cells, and the columns of the solver's line."""
    halves = [runs(solver, system, dtype) for dtype in TOLERANCES]
    cells = [cell for half in halves for cell in half]
    extremes = [
        _short(max((getattr(cell, field) for cell in half if cell.ending == "converged"), default=math.nan))
        for half in halves
        for field in ("residual", "distance")
    ]
    return cells, [solver, *map(str, cells), *extremes]


def _short(number: float) -> str:
    return "" if math.isnan(number) else f"{number:.0e}"


def table() -> str:
    """The whole file."""
    parts, solved = [], {name: [0] * 6 for name in root_solvers()}
    possible = dict.fromkeys(root_solvers(), 0)
    columns = ["solver", *(f"{dtype} x{factor:g}" for dtype in TOLERANCES for factor in FACTORS)]
    columns += ["|F| 64", "distance 64", "|F| 32", "distance 32"]
    for system in CLASSICAL.values():
        lines = []
        for solver in solvers_of(system):
            print(f"{system.name}: {solver}", file=sys.stderr)
            cells, line = row(solver, system)
            lines.append(line)
            possible[solver] += system.rooted
            for place, cell in enumerate(cells):
                solved[solver][place] += cell.ending == "converged"
        parts.append(f"\n## {system.name}\n\n" + _aligned([columns, *lines]))
    counts = [[name, *(f"{count} of {possible[name]}" for count in solved[name])] for name in solved]
    head = _HEAD.format(*TOLERANCES.values(), ITERATIONS)
    return head + "\n## Solved\n\n" + _aligned([columns[:7], *counts]) + "".join(parts)


def _aligned(lines: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    rows.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(rows) + "\n"


def read(text: str) -> dict[tuple[str, str], list[str]]:
    """The six cells of each system and solver in a table's text."""
    cells, system = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            system = line[3:]
        elif line.startswith("| ") and system in CLASSICAL and not line.startswith("| solver "):
            solver, *columns = (column.strip() for column in line.strip("|").split("|"))
            cells[system, solver] = columns[:6]
    return cells


def ending(cell: str) -> str:
    """How the run of a cell ended."""
    return "converged" if cell.isdigit() else cell


if __name__ == "__main__":
    torch.set_num_threads(1)
    text = table()
    TABLE.write_text(text, encoding="utf-8")
    sys.exit("FALSE" in text)
