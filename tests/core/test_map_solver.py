"""The map of a root problem: by the chosen solver where it comes to a root, else by Newton's method, which is told."""

from __future__ import annotations

import numpy as np
import pytest
from plane_frames import CUBE, MANDELBROT, SQUARE, plane_map

from core.experiment import RootFinding
from core.readings import PlaneMap
from core.request import Viewport

VIEW = Viewport("x", "y", *SQUARE, (90, 90))
CIRCLE = "0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 1, y = 1"
GENTLE = "0 = x - 0.5*cos(y)\n0 = y - 0.5*sin(x)\nsolve x = 1, y = 1"


def by(solver: str, text: str = CUBE, view: Viewport = VIEW) -> PlaneMap:
    return plane_map(text, view, root=RootFinding(solver))


def same(one: PlaneMap, other: PlaneMap) -> bool:
    return np.array_equal(one.end, other.end) and np.array_equal(one.count, other.count)


@pytest.mark.parametrize(("text", "solver"), [(CUBE, "picard"), (CIRCLE, "picard"), (CIRCLE, "damped")])
def test_newton_stands_in_for_what_comes_to_no_root(text: str, solver: str) -> None:
    shown, newton = by(solver, text), by("newton", text)
    assert (shown.method, newton.instead_of) == ("Newton's method", "")
    assert shown.instead_of == {"picard": "Picard", "damped": "damped Picard"}[solver]
    assert same(shown, newton)
    assert len(shown.ends) == (3 if text is CUBE else 4)


@pytest.mark.parametrize(
    ("text", "solver", "method"), [(GENTLE, "picard", "the map"), (CUBE, "damped", "damped Picard")]
)
def test_a_solver_that_comes_to_a_root_keeps_its_map(text: str, solver: str, method: str) -> None:
    shown = by(solver, text)
    assert (shown.method, shown.instead_of, len(shown.ends)) == (method, "", 1)


def test_a_map_and_a_solver_with_a_memory_are_left_alone() -> None:
    assert by("anderson").instead_of == ""
    escape = by("picard", MANDELBROT, Viewport("a", "b", (-2.0, 1.0), (-1.5, 1.5), (60, 60)))
    assert (escape.method, escape.instead_of) == ("the map", "")


def test_newton_has_the_experiments_own_settings() -> None:
    few = plane_map(CUBE, VIEW, root=RootFinding("picard", iterations=2))
    assert (few.most, few.instead_of) == (2.0, "Picard")
    assert few.count.max() == 2.0
