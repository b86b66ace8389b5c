"""Every root solver on the classical systems: no false success, and the table in the repository is what they do."""

from __future__ import annotations

import numpy as np
import pytest
from classical_systems import CLASSICAL, Classical

from core.catalogue import root_solvers
from root_pass_table import TABLE, TOLERANCES, Cell, ending, is_root, read, row, runs, solvers_of

FROZEN = read(TABLE.read_text(encoding="utf-8"))
AGAIN = "run python tests/root_pass_table.py, and look at what changed"


def test_the_table_has_a_line_for_every_solver_that_takes_a_system() -> None:
    wanted = {(name, solver) for name, system in CLASSICAL.items() for solver in solvers_of(system)}
    assert set(FROZEN) == wanted, AGAIN


@pytest.mark.timeout(300)
@pytest.mark.parametrize("solver", root_solvers())
def test_no_success_is_false_and_every_run_ends_as_in_the_table(solver: str) -> None:
    """On every third system, for each solver others than for the next: all of them take minutes."""
    taken = [name for name, system in CLASSICAL.items() if solver in solvers_of(system)]
    for name in taken[list(root_solvers()).index(solver) % 3 :: 3]:
        system = CLASSICAL[name]
        cells, _ = row(solver, system)
        assert not any(cell.false for cell in cells), (name, cells)
        if not system.rooted:
            assert not any(cell.ending == "converged" for cell in cells), (name, cells)
        for cell, frozen in zip(cells, FROZEN[name, solver], strict=True):
            if cell.robust and not frozen.startswith("~"):
                assert cell.ending == ending(frozen), (name, solver, AGAIN)


@pytest.mark.skipif("auto" not in root_solvers(), reason="the catalogue has no solver of several stages yet")
@pytest.mark.parametrize("place", [0, 3])
def test_auto_solves_nearly_all_that_have_a_root_from_the_standard_start(place: int) -> None:
    rooted = [name for name, system in CLASSICAL.items() if system.rooted]
    unsolved = [name for name in rooted if ending(FROZEN[name, "auto"][place].lstrip("~")) != "converged"]
    assert len(unsolved) <= 0.1 * len(rooted), unsolved


def test_the_table_claims_nothing_false() -> None:
    assert "FALSE" not in TABLE.read_text(encoding="utf-8")
    assert not any(ending(cell.lstrip("~")) == "converged" for cell in FROZEN["no root", "newton"])


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_a_false_success_would_be_seen(dtype: str) -> None:
    tolerance, epsilon = TOLERANCES[dtype], float(np.finfo(dtype).eps)
    assert is_root("Rosenbrock", np.array([1.0, 1.0]), tolerance, epsilon)
    assert not is_root("Rosenbrock", np.array([1.0, 1.0 + tolerance]), tolerance, epsilon)
    assert not is_root("Rosenbrock", np.array([1.0, np.nan]), tolerance, epsilon)
    # a system without a root that a solver claims to have solved
    claimed = Classical("Rosenbrock", (-1.2, 1.0), CLASSICAL["Rosenbrock"].equations, rooted=False)
    assert [cell.false for cell in runs("newton", claimed, dtype)] == [True, True, True]
    assert str(Cell("converged", 7, 0.0, 0.0, False, True)) == "~FALSE 7"


def test_a_table_is_read_as_it_was_written() -> None:
    line = "| newton | 1 | ~2 | cycle | 4 | 5 | 6 | 7e-09 |"
    text = f"## Solved\n\n| newton | 1 of 2 |\n\n## Wood\n\n| solver | float64 x1 |\n|---|---|\n{line}\n"
    assert read(text) == {("Wood", "newton"): ["1", "~2", "cycle", "4", "5", "6"]}
