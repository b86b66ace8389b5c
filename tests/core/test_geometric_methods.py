"""Symplectic and reversible methods: orders, energies over long times, steps undone, and systems they refuse."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core import catalogue
from core.bound_field import field_in_numpy
from core.formula_field import FormulaField
from core.reversible_step import ReversibleMethod
from core.separation import momenta_of
from core.splitting_method import SplittingMethod

METHODS = catalogue.integrators()
SPLITTING = [name for name, method in METHODS.items() if isinstance(method, SplittingMethod)]
REVERSIBLE = [name for name, method in METHODS.items() if isinstance(method, ReversibleMethod)]
PENDULUM = "x' = v\nv' = -sin(x)"
OSCILLATOR = "x' = v\nv' = -x"
FORCED = "x' = v\nv' = -x + cos(2 t)"
"""From (1, 0): x = (4 cos t - cos 2t) / 3."""
SPIRAL = "x' = -0.1 x^3 - 2 y^3\ny' = 2 x^3 - 0.1 y^3"
SPIRAL_AT_1 = np.array([0.70926174325310324, -1.5041084578403843])


def _error(text: str, exact: np.ndarray, name: str, count: int, path: str) -> float:
    starts = [[1.0, 0.0], [1.0, 0.0]]
    run = core.integrate(core.parse(text), starts, (0.0, 2.0), name, step=2.0 / count, path=path)
    return float(np.abs(run.z[:, -1] - exact).max())


@pytest.mark.parametrize(
    ("text", "path"),
    [(OSCILLATOR, "numpy"), (FORCED, "numpy"), (PENDULUM, "numpy"), (FORCED, "torch")],
    ids=["linear", "non-autonomous", "nonlinear", "torch"],
)
@pytest.mark.parametrize("name", [*SPLITTING, *REVERSIBLE])
def test_the_order_is_the_declared_one(name: str, text: str, path: str) -> None:
    tight = core.integrate(core.parse(text), [1.0, 0.0], (0.0, 2.0), "dop853", rtol=1e-13, atol=1e-15).z[-1]
    order = METHODS[name].order
    counts = {1: (400, 800), 2: (200, 400), 4: (60, 120), 6: (30, 60)}[order]
    errors = [_error(text, tight, name, count, path) for count in counts]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.15)


@pytest.mark.parametrize("name", [*SPLITTING, *REVERSIBLE])
def test_the_solution_inside_a_step(name: str) -> None:
    """As exact as the method, to order 3."""
    errors, times = [], np.linspace(0.0, 2.0, 997)
    exact = np.stack([np.cos(times), -np.sin(times)], axis=1)
    for count in (80, 160):
        run = core.integrate(core.parse(OSCILLATOR), [1.0, 0.0], (0.0, 2.0), name, step=2.0 / count)
        errors.append(np.abs(run(times) - exact).max())
    assert np.log2(errors[0] / errors[1]) > min(METHODS[name].order, 3) - 0.2


@pytest.mark.parametrize(("step", "known"), [(0.1, 1.06e-3), (0.5, 0.02656)])
def test_the_leapfrog_keeps_the_energy_of_the_pendulum(step: float, known: float) -> None:
    run = core.integrate(core.parse(PENDULUM), [1.0, 0.0], (0.0, 1000.0), "verlet", step=step)
    energy = 0.5 * run.z[:, 1] ** 2 - np.cos(run.z[:, 0])
    assert np.abs(energy - energy[0]).max() == pytest.approx(known, rel=5e-3)


@pytest.mark.parametrize("name", SPLITTING)
def test_areas_stay(name: str) -> None:
    """The map of a step has the determinant 1, by central differences."""
    stepper = METHODS[name].stepper(field_in_numpy(FormulaField(core.parse(PENDULUM))), None)
    h, small = 0.3, 1e-6
    z = np.array([[0.7, 0.4]]) + small * np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    t = np.zeros(4)
    z1 = stepper.step(t, t + h, z, stepper.open(t, z, None)).z1
    columns = np.stack([z1[0] - z1[1], z1[2] - z1[3]], axis=1) / (2.0 * small)
    assert np.linalg.det(columns) == pytest.approx(1.0, abs=1e-9)


def test_reversible_heun_on_the_spiral() -> None:
    """Its errors at t = 1 by 100, 200, 400 and 800 steps are known."""
    errors = []
    for count in (100, 200, 400, 800):
        run = core.integrate(core.parse(SPIRAL), [2.0, 0.0], (0.0, 1.0), "reversible_heun", step=1.0 / count)
        errors.append(float(np.abs(run.z[-1] - SPIRAL_AT_1).max()))
    assert errors == pytest.approx([3.23e-3, 8.12e-4, 2.03e-4, 5.08e-5], rel=5e-3)


@pytest.mark.parametrize("name", REVERSIBLE)
def test_steps_are_undone_to_rounding(name: str) -> None:
    """The asynchronous leapfrog by the same step with -h; the Heun method so too, from the companion's side."""
    stepper = METHODS[name].stepper(field_in_numpy(FormulaField(core.parse(SPIRAL))), None)
    z, t, h = np.array([[2.0, 0.0]]), np.zeros(1), np.full(1, 0.01)
    memory = stepper.open(t, z, None)
    begun = memory[0].copy()
    for _ in range(100):
        made = stepper.step(t, h, z, memory)
        z, t, memory = made.z1, t + h, made.memory
    for _ in range(100):
        made = stepper.step(t, -h, z, memory)
        z, t, memory = made.z1, t - h, made.memory
    assert z == pytest.approx(np.array([[2.0, 0.0]]), abs=1e-13)
    assert memory[0] == pytest.approx(begun, abs=1e-12)


def test_reversible_heun_leaves_what_decays() -> None:
    """For z' = lambda z with h lambda = -0.5 a step multiplies by up to 1.618 in size."""
    run = core.integrate(core.parse("x' = -x"), [1.0], (0.0, 30.0), "reversible_heun", step=0.5)
    late = np.abs(run.z[-20:, 0])
    assert (late[1:] / late[:-1])[-1] == pytest.approx((1.0 + 5.0**0.5) / 2.0, rel=1e-3)


@pytest.mark.parametrize("name", SPLITTING)
def test_what_is_no_pair_of_halves_is_refused(name: str) -> None:
    for text in ("x' = v\nv' = -x - 0.1 v", "x' = y\ny' = z\nz' = x", "x' = -x"):
        start = [1.0] * text.count("'")
        with pytest.raises(ValueError, match=r"moves positions and momenta in turn.*is not made of both"):
            core.integrate(core.parse(text), start, (0.0, 1.0), name, step=0.1)
    with pytest.raises(ValueError, match="positions and momenta"):
        core.integrate(core.field(lambda z: z, 2), [1.0, 0.0], (0.0, 1.0), name, step=0.1)


def test_halves_are_found_whatever_their_order() -> None:
    kepler = "x' = u\ny' = v\nu' = -x/(x^2 + y^2)^1.5\nv' = -y/(x^2 + y^2)^1.5"
    assert momenta_of(core.parse(kepler)).tolist() == [False, False, True, True]
    assert momenta_of(core.parse("v' = -x\nx' = v")).tolist() == [False, True]
    assert momenta_of(core.parse("x' = v\nv' = -x\nw' = cos(t)")).tolist() == [False, True, False]


def test_parts_must_make_a_whole_step() -> None:
    with pytest.raises(ValueError, match=r"method half: its drifts sum to 0.5, not 1"):
        SplittingMethod("half", "Half", "nobody", "", 1, ((1.0, 0.5),))


@pytest.mark.parametrize("name", REVERSIBLE)
def test_steps_that_follow_the_error(name: str) -> None:
    run = core.integrate(core.parse("x' = cos(t) x"), [1.0], (0.0, 3.0), name, rtol=1e-6, atol=1e-8)
    assert run.outcome.success
    assert run.z[-1, 0] == pytest.approx(np.exp(np.sin(3.0)), rel=1e-4)
