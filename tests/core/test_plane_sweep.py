"""Newton's step as a program, and the sweep of a plane against a plain loop, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from core.language import parse
from core.language.compile_python import compile_function
from core.language.emit_python import program_lines
from core.language.iteration_programs import damped_program, newton_program, picard_program
from core.plane_sweep import AT_REST, AWAY, NO_NUMBER, SPENT, Pixels, SweepStop, Swept, sweep

CUBE = "0 = x^3 - 3*x*y^2 - 1\n0 = 3*x^2*y - y^3\nsolve x = 1, y = 1"
MANDELBROT = "x <- x^2 - y^2 + a\ny <- 2*x*y + b\na = 0 in [-2, 1]\nb = 0 in [-1.5, 1.5]\nstart (0, 0)"


def plane(inputs: int, axes: tuple[int, int], half: float, columns: int, rows: int) -> Pixels:
    """A square about 0 with an odd number of pixels each way holds 0 itself."""
    across, along = np.zeros(inputs), np.zeros(inputs)
    across[axes[0]], along[axes[1]] = 2 * half / (columns - 1), 2 * half / (rows - 1)
    origin = np.zeros(inputs)
    origin[axes[0]] -= half
    origin[axes[1]] -= half
    return Pixels(origin, across, along, columns, rows)


def plain(program: object, size: int, pixels: Pixels, stop: SweepStop, row: int, column: int) -> tuple[list, int, int]:
    """One pixel in Python floats."""
    inputs = [
        float(o + column * c + row * r)
        for o, c, r in zip(pixels.origin, pixels.per_column, pixels.per_row, strict=True)
    ]
    states, parameters = [f"z{i}" for i in range(size)], [f"p{i}" for i in range(len(inputs) - size)]
    results = [f"r{i}" for i in range(size)]
    lines = program_lines(program, states, parameters, results, "safe")
    function = compile_function("plain", ["t", *states, *parameters], lines, results, "safe")
    z, p = inputs[:size], inputs[size:]
    for number in range(1, stop.iterations + 1):
        new = function(0.0, *z, *p)
        moved = sum((a - b) * (a - b) for a, b in zip(new, z, strict=True))
        length = sum(a * a for a in new)
        z = list(new)
        if length != length:
            return z, number, NO_NUMBER
        if length > stop.escape**2:
            return z, number, AWAY
        if moved <= stop.tolerance**2:
            return z, number, AT_REST
    return z, stop.iterations, SPENT


def whole(text: str, program: object, pixels: Pixels, stop: SweepStop) -> Swept:
    return sweep(program, parse(text).size, pixels, stop, range(pixels.rows), "python")


@pytest.mark.parametrize("method", [newton_program, picard_program])
def test_every_pixel_is_what_a_plain_loop_makes_of_it(method: object) -> None:
    program = method(parse(CUBE))
    pixels, stop = plane(2, (0, 1), 2.0, 23, 17), SweepStop(60, 1e-9, 1e6)
    found = whole(CUBE, program, pixels, stop)
    reasons = set()
    for row in range(pixels.rows):
        for column in range(pixels.columns):
            z, count, reason = plain(program, 2, pixels, stop, row, column)
            assert (count, reason) == (found.count[row, column], found.reason[row, column])
            assert np.array_equal(z, found.z[:, row, column], equal_nan=True)
            reasons.add(reason)
    assert len(reasons) > 1


def test_a_tile_is_a_part_of_the_whole() -> None:
    program, pixels, stop = newton_program(parse(CUBE)), plane(2, (0, 1), 2.0, 31, 29), SweepStop(40, 1e-9, 1e9)
    all_rows = whole(CUBE, program, pixels, stop)
    tile = sweep(program, 2, pixels, stop, range(7, 12), "python")
    for part, total in ((tile.z, all_rows.z[:, 7:12]), (tile.count, all_rows.count[7:12])):
        assert np.array_equal(part, total)


def test_newton_solves_at_once_what_is_linear_whatever_the_size() -> None:
    texts = [
        "x <- 0.5*x + 3",
        "x <- 2*x + y - 1\ny <- 3*x - y + 2",
        "x <- 2*x + y - z\ny <- 3*x - y + 2*z + 1\nz <- x + 4*y + 5*z - 3",
    ]
    for text in texts:
        system = parse(text)
        n = system.size
        pixels = Pixels(np.full(n, 0.3), np.eye(n)[0], np.zeros(n), 5, 1)
        found = whole(text, newton_program(system), pixels, SweepStop(1, 0.0, 1e9))
        slope = {1: [[0.5]], 2: [[2, 1], [3, -1]], 3: [[2, 1, -1], [3, -1, 2], [1, 4, 5]]}[n]
        shift = {1: [3.0], 2: [-1, 2], 3: [0, 1, -3]}[n]
        exact = np.linalg.solve(np.eye(n) - np.array(slope), np.array(shift))
        assert np.allclose(found.z[:, 0, :], exact[:, None], rtol=1e-13)


def test_newton_squares_the_distance_near_a_root() -> None:
    program = newton_program(parse(CUBE))
    errors = []
    for iterations in (1, 2, 3):
        pixels = Pixels(np.array([1.05, 0.02]), np.zeros(2), np.zeros(2), 1, 1)
        z = whole(CUBE, program, pixels, SweepStop(iterations, 0.0, 1e9)).z[:, 0, 0]
        errors.append(abs(complex(*z) - 1.0))
    # of z^3 - 1 the error e becomes e^2 + O(e^3)
    assert errors[1] / errors[0] ** 2 == pytest.approx(1.0, rel=0.01)
    assert errors[2] / errors[1] ** 2 == pytest.approx(1.0, rel=1e-4)


def test_newton_of_a_map_and_of_its_root_problem_is_the_same_step() -> None:
    a, b = parse("x <- cos(x)"), parse("0 = x - cos(x)\nsolve x = 1")
    pixels = Pixels(np.array([0.1]), np.array([0.2]), np.zeros(1), 9, 1)
    stop = SweepStop(5, 0.0, 1e9)
    first, second = (sweep(newton_program(s), 1, pixels, stop, range(1), "python").z for s in (a, b))
    assert np.allclose(first, second, rtol=1e-13)
    assert first[0, 0, 0] == pytest.approx(0.7390851332151607, abs=1e-13)


def test_damping_goes_a_fraction_of_the_way() -> None:
    program = damped_program(parse("x <- 4 - x"))
    pixels = Pixels(np.array([0.0, 0.25]), np.array([1.0, 0.0]), np.zeros(2), 4, 1)
    found = sweep(program, 1, pixels, SweepStop(1, 0.0, 1e9), range(1), "python")
    x = np.arange(4.0)
    assert np.array_equal(found.z[0, 0], x + 0.25 * (4 - 2 * x))


def test_too_many_components_for_cramers_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 3"):
        newton_program(parse("z in R^4\nz <- tanh(z)"))


def test_escapes_of_the_mandelbrot_set_are_counted_exactly() -> None:
    program, stop = picard_program(parse(MANDELBROT)), SweepStop(100, 0.0, 2.0)
    # c = 1: 1, 2, 5; c = -2: -2, 2, 2; c = -1: -1, 0, -1, ...
    known = {0.0: (1, AT_REST), -2.0: (3, AT_REST), -1.0: (100, SPENT), 1.0: (3, AWAY), 3.0: (1, AWAY)}
    for c, expected in known.items():
        pixels = Pixels(np.array([0.0, 0.0, c, 0.0]), np.zeros(4), np.zeros(4), 1, 1)
        found = sweep(program, 2, pixels, stop, range(1), "python")
        assert (found.count[0, 0], found.reason[0, 0]) == expected, c


def test_passing_by_the_cusp_of_the_mandelbrot_set_takes_pi_iterations() -> None:
    program, stop = picard_program(parse(MANDELBROT)), SweepStop(100_000, 0.0, 2.0)
    pixels = Pixels(np.array([0.0, 0.0, 0.25 + 1e-6, 0.0]), np.zeros(4), np.zeros(4), 1, 1)
    # n sqrt(c - 1/4) -> pi (D. Boll, 1991)
    assert sweep(program, 2, pixels, stop, range(1), "python").count[0, 0] * 1e-3 == pytest.approx(np.pi, rel=2e-3)


def test_what_is_no_number_is_told_from_what_escapes() -> None:
    stop = SweepStop(5, 1e-9, 1e6)
    cases = [("x <- sqrt(x - 5)", NO_NUMBER), ("x <- x^2 + 1e4", AWAY), ("x <- 1/x", AWAY), ("x <- x/x", NO_NUMBER)]
    for text, reason in cases:
        program = picard_program(parse(text))
        found = sweep(program, 1, Pixels(np.zeros(1), np.zeros(1), np.zeros(1), 1, 1), stop, range(1), "python")
        assert found.reason[0, 0] == reason, text


def test_another_path_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="python"):
        sweep(
            picard_program(parse("x <- cos(x)")),
            1,
            Pixels(np.zeros(1), np.zeros(1), np.zeros(1), 1, 1),
            SweepStop(1, 0.0, 1.0),
            range(1),
            "nowhere",
        )
