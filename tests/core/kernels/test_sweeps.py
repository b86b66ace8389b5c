"""The compiled sweep over a plane of pixels, and the march of many points along a flow."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core import catalogue
from core.kernels.marches import March
from core.kernels.sweeps import SweepCalls
from core.language import array_field
from core.language.iteration_programs import newton_program
from core.language.rates import rates_program

NEWTON = (
    "x <- x - a*((x^3 - 3*x*y^2 - 1)*(x^2 - y^2) + (3*x^2*y - y^3)*2*x*y)/(3*(x^2 + y^2)^2)\n"
    "y <- y - a*((3*x^2*y - y^3)*(x^2 - y^2) - (x^3 - 3*x*y^2 - 1)*2*x*y)/(3*(x^2 + y^2)^2)\n"
    "a = 1"
)
SQUARE = "x <- x^2 - y^2 + a\ny <- 2*x*y + b\na = 0\nb = 0"
DUFFING = "x' = v\nv' = x - x^3 - d*v + g*cos(t)\nd = 0.25\ng = 0.3"
REST, AWAY, NO_NUMBER, SPENT = 1, 2, 3, 0


def _plane(values: list[float], x: int, y: int, spans: tuple[float, float], size: int) -> tuple[np.ndarray, ...]:
    """Inputs of a grid of size x size pixels: values, but for x and y that run from minus to plus their span."""
    origin, across, up = np.array(values), np.zeros(len(values)), np.zeros(len(values))
    origin[[x, y]] = -spans[0], -spans[1]
    across[x], up[y] = 2 * spans[0] / (size - 1), 2 * spans[1] / (size - 1)
    return origin, across, up


def _reference(
    text: str, plane: tuple[np.ndarray, ...], size: int, iterations: int, tolerance: float, escape: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same sweep in numpy, pixel by pixel as the definition has it."""
    system = core.parse(text)
    row, column = np.mgrid[0:size, 0:size]
    inputs = plane[0] + column[..., None] * plane[1] + row[..., None] * plane[2]
    z, parameters = inputs[..., : system.size], tuple(np.moveaxis(inputs[..., system.size :], -1, 0))
    count, reason = np.zeros((size, size), dtype=int), np.zeros((size, size), dtype=int)
    field = array_field(system)
    with np.errstate(all="ignore"):
        for _ in range(iterations):
            active = reason == 0
            after = field(0.0, z, parameters)
            moved, length = ((after - z) ** 2).sum(-1), (after**2).sum(-1)
            z = np.where(active[..., None], after, z)
            count += active
            why = np.where(moved <= tolerance**2, REST, np.where(length > escape**2, AWAY, 0))
            reason = np.where(active, np.where(np.isnan(length), NO_NUMBER, why), reason)
    return np.moveaxis(z, -1, 0), count, reason


@pytest.mark.parametrize(
    ("text", "values", "axes", "spans", "escape"),
    [
        (NEWTON, [0.0, 0.0, 1.0], (0, 1), (2.0, 2.0), 1e6),
        (NEWTON, [0.0, 0.0, 0.7], (0, 1), (1.0, 1.5), float("inf")),
        (SQUARE, [0.0, 0.0, -0.4, 0.6], (0, 1), (1.6, 1.2), 4.0),
        (SQUARE, [0.0, 0.0, 0.0, 0.0], (2, 3), (2.0, 2.0), 2.0),
        (SQUARE, [0.0, 0.0, 0.0, 0.1], (0, 2), (2.0, 2.0), 2.0),
    ],
)
def test_every_pixel_is_that_of_the_plain_iteration(
    text: str, values: list[float], axes: tuple[int, int], spans: tuple[float, float], escape: float
) -> None:
    size, iterations, tolerance = 97, 60, 1e-7
    plane = _plane(values, *axes, spans, size)
    system = core.parse(text)
    calls = SweepCalls(rates_program(system), system.size, plane, tolerance, escape)
    z, count, reason = calls.run(size, range(size), iterations)
    expected_z, expected_count, expected_reason = _reference(text, plane, size, iterations, tolerance, escape)
    # on the border between two ends rounding decides
    same = (count == expected_count) & (reason == expected_reason)
    assert same.mean() > 0.995
    stopped = same & (reason != SPENT)
    assert stopped.mean() > 0.3
    assert z[:, stopped] == pytest.approx(expected_z[:, stopped], rel=1e-6, abs=1e-6)


def test_the_rows_of_a_tile_are_those_of_the_whole() -> None:
    plane = _plane([0.0, 0.0, 1.0], 0, 1, (2.0, 1.3), 61)
    calls = SweepCalls(rates_program(core.parse(NEWTON)), 2, plane, 1e-6)
    z, count, reason = calls.run(61, range(61), 40)
    some = calls.run(61, range(17, 30), 40)
    assert np.array_equal(some[0], z[:, 17:30])
    assert np.array_equal(some[1], count[17:30])
    assert np.array_equal(some[2], reason[17:30])


def test_newtons_method_ends_at_the_three_roots_of_unity() -> None:
    size = 128
    plane = _plane([0.0, 0.0, 1.0], 0, 1, (2.0, 2.0), size)
    for dtype, close in (("float64", 1e-12), ("float32", 1e-5)):
        calls = SweepCalls(rates_program(core.parse(NEWTON)), 2, plane, 1e-6, dtype=dtype)
        z, _, reason = calls.run(size, range(size), 80)
        assert (reason == REST).mean() > 0.999
        ends = (z[0] + 1j * z[1])[reason == REST]
        assert np.abs(ends**3 - 1.0).max() < 10 * close
        # the plane is its own mirror image: a root and its conjugate attract equally many pixels
        counts = [np.count_nonzero(np.abs(ends - np.exp(2j * np.pi * k / 3)) < 0.1) for k in range(3)]
        assert counts[1] == pytest.approx(counts[2], abs=0.002 * size**2)
        assert counts[0] > counts[1] > 0.2 * size**2


def test_a_stopped_sweep_returns() -> None:
    calls = SweepCalls(rates_program(core.parse(SQUARE)), 2, _plane([0.0, 0.0, 0.0, 0.0], 2, 3, (0.1, 0.1), 300), 0.0)
    calls.stop[0] = 1
    calls.run(300, range(300), 10**9)  # would take minutes


@pytest.mark.parametrize("method", ["rk4", "euler", "dopri5"])
def test_a_march_takes_the_steps_of_the_loop(method: str) -> None:
    system = core.parse(DUFFING)
    starts = np.random.default_rng(4).uniform(-1.5, 1.5, (101, 2))
    march = March(rates_program(system), (0.25, 0.3), catalogue.tableau(method), np.ascontiguousarray(starts.T))
    march.run(1.0 + 0.05 * np.arange(31))
    march.run(2.5 + 0.05 * np.arange(51))
    run = core.integrate(system, starts, (1.0, 5.0), method, step=0.05, at=[5.0], path="torch")
    ends = march.z.T
    assert ends == pytest.approx(run.z[:, 0], rel=1e-10, abs=1e-10)


def test_some_points_can_march_alone_and_a_blow_up_stays_with_its_point() -> None:
    system = core.parse("x' = x^2")
    start = np.array([[0.1, 0.2, 5.0, 0.3] * 40])
    march = March(rates_program(system), (), catalogue.tableau("rk4"), start)
    march.run(0.01 * np.arange(101), range(64))
    assert np.array_equal(march.z[0, 64:], start[0, 64:])
    good = start[0, :64] < 1.0
    assert march.z[0, :64][good] == pytest.approx(start[0, :64][good] / (1.0 - start[0, :64][good]), rel=1e-9)
    assert not np.isfinite(march.z[0, :64][~good]).any() or (np.abs(march.z[0, :64][~good]) > 1e6).all()


def test_how_a_plane_is_cut_changes_no_bit() -> None:
    program = newton_program(core.parse("0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 1, y = 1"))
    plane = np.array([-1.9, -1.7]), np.array([0.0437, 0.0]), np.array([0.0, 0.0393])
    calls = SweepCalls(program, 2, plane, 1e-9)
    whole = calls.run(90, range(90), 60)
    parts = [calls.run(90, rows, 60) for rows in (range(31), range(31, 32), range(32, 90))]
    for index, result in enumerate(whole):
        joined = np.concatenate([part[index] for part in parts], axis=-2)
        assert np.array_equal(result, joined, equal_nan=True)
