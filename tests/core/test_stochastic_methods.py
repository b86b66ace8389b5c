"""Methods for noise: their strong orders along the same Brownian paths, their law, and what they are without noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import core
from core.array_library import NUMPY
from core.brownian_tree import brownian_path
from core.language import parse

PATHS = 200
ITO, STRATONOVICH = ("euler_maruyama", "milstein"), ("stochastic_heun",)
Exact = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
"""t (T,), W (B, T), 1 of Ito's equation or 0 of Stratonovich's -> x (B, T)."""


def wiener(times: np.ndarray, seed: int, count: int = PATHS) -> np.ndarray:
    """W (B, T) of the first component of every trajectory."""
    lanes, moments = np.repeat(np.arange(count), len(times)), np.tile(times, count)
    return brownian_path(NUMPY, seed, moments, lanes, 1).reshape(count, len(times))


def geometric(t: np.ndarray, w: np.ndarray, ito: float) -> np.ndarray:
    # x' = 1.5 x + x dW, x(0) = 1
    return np.exp((1.5 - 0.5 * ito) * t + w)


def forced(t: np.ndarray, w: np.ndarray, ito: float) -> np.ndarray:
    # x' = cos(t) x + s x dW: linear, and not autonomous
    return np.exp(np.sin(t) - 0.5 * ito * 0.64 * t + 0.8 * w)


def tangent(t: np.ndarray, w: np.ndarray, _ito: float) -> np.ndarray:
    # x = sinh(arsinh(0.5) + t + w): of Stratonovich's x' = sqrt(1 + x^2) + sqrt(1 + x^2) dW; Ito's has x/2 besides
    return np.sinh(np.arcsinh(0.5) + t + w)


CASES: dict[str, tuple[str, float, Exact]] = {
    "geometric": ("x' = 1.5 x + x dW", 1.0, geometric),
    "forced": ("x' = cos(t) x + 0.8 x dW", 1.0, forced),
    "nonlinear": ("x' = c x/2 + sqrt(1 + x^2) + sqrt(1 + x^2) dW\nc = 1", 0.5, tangent),
}


def strong_errors(name: str, method: str, sizes: list[int]) -> np.ndarray:
    """E |x(1) - exact(1)| along the same paths, for steps 1/N."""
    text, start, exact = CASES[name]
    system, ito = parse(text), float(method in ITO)
    params = {"c": ito} if name == "nonlinear" else None
    ends = exact(np.array([1.0]), wiener(np.array([1.0]), 5), ito)[:, 0]
    errors = []
    for size in sizes:
        run = core.integrate(
            system, np.full((PATHS, 1), start), (0.0, 1.0), method, step=1.0 / size, seed=5, params=params
        )
        errors.append(np.abs(run.z[:, size, 0] - ends).mean())
    return np.array(errors)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("method", "order"), [("euler_maruyama", 0.5), ("milstein", 1.0), ("stochastic_heun", 1.0)])
def test_strong_orders(name: str, method: str, order: float) -> None:
    sizes = [16, 32, 64, 128]
    errors = strong_errors(name, method, sizes)
    slope = -np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert slope == pytest.approx(order, abs=0.15)


def test_additive_noise_is_right_to_order_one_and_means_the_same_to_all() -> None:
    # dx = -x dt + 0.5 dW has x = e^-t x0 + 0.5 W - 0.5 int e^(s - t) W ds: here against much finer steps
    system, start = parse("x' = -x + 0.5 dW"), np.ones((PATHS, 1))
    fine = core.integrate(system, start, (0.0, 1.0), "stochastic_heun", step=1.0 / 512, seed=2).z[:, -1]
    errors = []
    for size in (16, 32, 64):
        runs = {name: core.integrate(system, start, (0.0, 1.0), name, step=1.0 / size, seed=2) for name in ITO}
        assert runs["milstein"].z.tobytes() == runs["euler_maruyama"].z.tobytes()  # dg/dz = 0
        errors.append(np.abs(runs["milstein"].z[:, -1] - fine).mean())
    assert np.log2(errors[0] / errors[2]) / 2.0 == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("method", ITO + STRATONOVICH)
def test_ornstein_and_uhlenbecks_mean_and_variance(method: str) -> None:
    # dx = -2 x dt + s dW: mean e^(-2 t) x0, variance s^2 (1 - e^(-4 t))/4, of which the steps miss a share of order h
    system, count, s = parse("x' = -2 x + s dW\ns = 0.7"), 3_000, 0.7
    start = np.full((count, 1), 1.5)
    run = core.integrate(system, start, (0.0, 1.0), method, step=0.02, seed=1, at=[0.2, 1.0])
    for place, t in enumerate((0.2, 1.0)):
        x, variance = run.z[:, place, 0], s**2 * (1.0 - np.exp(-4.0 * t)) / 4.0
        assert x.mean() == pytest.approx(1.5 * np.exp(-2.0 * t), abs=4.0 * (variance / count) ** 0.5 + 0.01)
        assert x.var() == pytest.approx(variance, rel=4.0 * (2.0 / count) ** 0.5 + 0.02)


def test_without_noise_they_are_euler_and_heun() -> None:
    noisy, plain = parse("x' = sin(t) - x^2 + 0 dW\ny' = x y"), parse("x' = sin(t) - x^2\ny' = x y")
    start = np.array([[1.0, 2.0], [0.3, -1.0]])
    for method, same in (("euler_maruyama", "euler"), ("milstein", "euler"), ("stochastic_heun", "heun_2")):
        for path in ("numpy", "torch"):
            run = core.integrate(noisy, start, (0.0, 2.0), method, step=0.1, seed=3, path=path)
            other = core.integrate(plain, start, (0.0, 2.0), same, step=0.1, path=path)
            assert run.t.tobytes() == other.t.tobytes()
            assert run.z == pytest.approx(other.z, rel=1e-14)


def test_paths_are_those_of_the_seed_the_trajectory_and_the_component() -> None:
    # x' = dW is the path itself, at the ends of any steps
    system, starts = parse("x' = dW\ny' = 2 t dW"), np.zeros((3, 2))
    runs = [core.integrate(system, starts, (0.5, 2.0), "euler_maruyama", step=h, seed=9) for h in (0.25, 0.1, 0.05)]
    for run in runs:
        path = wiener(run.t[0], 9, 3)
        assert run.z[:, :, 0] == pytest.approx(path - path[:, :1], abs=1e-12)
    alone = core.integrate(system, starts[:1], (0.5, 2.0), "euler_maruyama", step=0.1, seed=9)
    assert alone.z[0].tobytes() == runs[1].z[0].tobytes()
    tensors = core.integrate(system, starts, (0.5, 2.0), "euler_maruyama", step=0.1, seed=9, path="torch")
    assert tensors.z.tobytes() == runs[1].z.tobytes()
    single = core.integrate(system, starts, (0.5, 2.0), "euler_maruyama", step=0.1, seed=9, dtype="float32")
    assert single.z == pytest.approx(runs[1].z, abs=2e-5)
    other = core.integrate(system, starts, (0.5, 2.0), "euler_maruyama", step=0.1, seed=10)
    assert np.abs(other.z[:, -1] - runs[1].z[:, -1]).min() > 1e-3
    assert np.abs(np.corrcoef(np.diff(runs[2].z[0].T))[0, 1]) < 0.6  # each component has its own
    # spans of their own, and many enough that no step is looked ahead
    spans = (np.linspace(0.0, 1.0, 150), np.linspace(2.0, 3.0, 150))
    many = core.integrate(system, np.zeros((150, 2)), spans, "euler_maruyama", step=0.1, seed=9)
    mask = many.mask[149]
    path = brownian_path(NUMPY, 9, many.t[149][mask], np.full(mask.sum(), 149), 1)[:, 0]
    assert many.z[149, mask, 0] == pytest.approx(path - path[0], abs=1e-12)


def test_noise_that_hangs_on_time_and_on_a_component_without_noise() -> None:
    # x' = y dW with y = t: the sum of t_i dW_i; Milstein's extra term is 0 there, and its order 1 needs none
    system = parse("x' = y dW\ny' = 1")
    run = core.integrate(system, [0.0, 0.0], (0.0, 1.0), "milstein", step=0.125, seed=4)
    path = wiener(run.t, 4, 1)[0]
    assert run.z[-1, 0] == pytest.approx((run.t[:-1] * np.diff(path)).sum(), abs=1e-12)
    vector = parse("z' = -z + [0.1, 0.2] dW\nz in R^2")
    apart = parse("x' = -x + 0.1 dW\ny' = -y + 0.2 dW")
    both = [core.integrate(one, [1.0, 1.0], (0.0, 1.0), "milstein", step=0.1) for one in (vector, apart)]
    assert both[0].z.tobytes() == both[1].z.tobytes()


@pytest.mark.parametrize("method", ITO + STRATONOVICH)
def test_numpy_and_torch_take_the_same_steps(method: str) -> None:
    system = parse("x' = s x + x y dW\ny' = -y\nz' = cos(t) + sin(z) dW\ns = 1")
    arrays, tensors = (
        core.integrate(system, [[1.0, 1.0, 0.0], [2.0, 0.5, 3.0]], (0.0, 1.0), method, step=0.05, seed=1, path=path)
        for path in ("numpy", "torch")
    )
    assert tensors.z == pytest.approx(arrays.z, rel=1e-13)
    # the derivative by the formula and by autograd: Milstein's steps are others than Euler's
    other = core.integrate(system, [1.0, 1.0, 0.0], (0.0, 1.0), "euler_maruyama", step=0.05, seed=1)
    assert (np.abs(arrays.z[0, -1] - other.z[-1])[[0, 2]].max() > 1e-4) == (method != "euler_maruyama")


def test_a_path_that_leaves_the_numbers_says_so() -> None:
    run = core.integrate(parse("x' = x^3 + 0.1 dW"), [[3.0], [0.0]], (0.0, 2.0), "euler_maruyama", step=0.05)
    assert [outcome.name for outcome in run.outcome] == ["nonfinite_state", "success"]
    assert run.stats.accepted[1] == 40
