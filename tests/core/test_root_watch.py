"""What the watch concludes from residuals alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from root_problems import follow, formula

from core.budget import Budget
from core.callable_map import layer
from core.root_watch import ENDINGS, RootWatch
from core.stop_rule import StopRule

EPSILON = float(np.finfo(np.float64).eps)


def verdict(residuals: np.ndarray, sizes: float | np.ndarray = 1.0) -> tuple[str, int]:
    """The first ending other than running, and the index of its record; the measure is the residual."""
    watch = RootWatch(1e-300, EPSILON)
    for index, (residual, size) in enumerate(np.broadcast(residuals, sizes)):
        numbers = np.array([residual]), np.array([residual]), np.array([size])
        ending = ENDINGS[watch.judge(*numbers)[0]]
        if ending != "running":
            return ending, index
    return "running", len(residuals)


def zigzag(count: int) -> np.ndarray:
    return 1.0 + 0.5 * (-1.0) ** np.arange(count)


def test_going_up_and_down_without_an_end_is_stagnation() -> None:
    assert verdict(zigzag(400))[0] == "stagnated"
    assert verdict(np.full(400, 0.3))[0] == "stagnated"
    assert verdict(np.random.default_rng(0).uniform(0.1, 1.0, size=2000))[0] == "stagnated"


@pytest.mark.parametrize("rate", [0.995, 0.9995, 1.001, 1.01])
def test_an_oscillation_that_falls_or_grows_is_none(rate: float) -> None:
    assert verdict(1e-3 * zigzag(600) * rate ** np.arange(600))[0] == "running"


@pytest.mark.parametrize("width", [30.0, 300.0])
def test_a_smooth_hump_is_none(width: float) -> None:
    k = np.arange(3000)
    assert verdict(np.exp(-(((k - 1500.0) / width) ** 2)) + 1e-9 * 0.999**k)[0] == "running"


def test_the_floor_is_where_rounding_no_longer_falls() -> None:
    assert verdict(np.full(40, 3 * EPSILON)) == ("float_floor", 15)
    assert verdict(60 * EPSILON * 0.9 ** np.arange(40))[0] == "running"
    assert verdict(np.full(40, 3 * EPSILON), 1e-3)[0] == "running"
    falling = np.concatenate([0.5 ** np.arange(52), np.full(40, 0.5**52)])
    ending, index = verdict(falling)
    assert ending == "float_floor"
    assert 52 + 8 <= index <= 52 + 16


def test_one_long_jump_is_no_divergence_but_growth_three_times_in_a_row_is() -> None:
    assert verdict(np.array([1.0, 0.5, 1e7, 1e5, 10.0]))[0] == "running"
    assert verdict(np.array([1.0, 1e3, 1e5, 1e7])) == ("diverged", 3)
    assert verdict(np.array([1.0, 1e13]))[0] == "diverged"
    assert verdict(np.ones(4), np.array([1.0, 1e3, 1e5, 1e7])) == ("diverged", 3)
    assert verdict(np.array([1e-9, 1e-3, 0.1, 1.0]))[0] == "running"


def test_no_number_is_the_maps_fault_unless_the_sample_was_on_its_way_to_infinity() -> None:
    assert verdict(np.array([1.0, 2.0, np.nan])) == ("nonfinite_map", 2)
    assert verdict(np.array([1.0, 2.0, 5e4, np.inf])) == ("diverged", 3)
    assert verdict(np.array([np.nan])) == ("nonfinite_map", 0)


def test_a_sample_whose_map_failed_waits_at_its_last_good_point() -> None:
    seen: list[tuple[float, float]] = []

    def f(z: torch.Tensor) -> torch.Tensor:
        seen.append((float(z[0, 0]), float(z[1, 0])))
        return torch.where(z > 100.0, 0.9 * z + 100.0, torch.log(z - 1.0))

    kept = follow(layer(f, 1), [[3.0], [200.0]], "picard", StopRule(1e-3), path="torch", longest=1)
    assert [outcome.name for outcome in kept.outcomes] == ["nonfinite_map", "converged"]
    # log(3 - 1) = 0.69 has no further value: the second call finds that, and the start is the last good point
    assert [first for first, _ in seen] == [3.0, pytest.approx(np.log(2.0))] + [3.0] * (len(seen) - 2)
    assert len({second for _, second in seen}) == len(seen) > 10


@pytest.mark.parametrize("text", ["x <- 0.99*x", "x <- -0.99*x", "x <- tanh(0.99*x)", "x <- 0.98*sin(x)"])
def test_the_way_to_a_root_at_zero_is_no_stagnation(text: str) -> None:
    """The relative residual stays what it is, for both of its sides fall."""
    stop, start = StopRule(1e-6, "relative"), [[1.0]]
    kept = follow(formula(text), start, "picard", stop, budget=Budget(steps=20_000))
    assert kept.outcome.success
    assert abs(kept.z[-1, 0, 0]) < 1e-12
    short = follow(formula(text), start, "picard", stop, budget=Budget(steps=300))
    assert short.outcome.name == "max_iterations"


def test_a_step_that_is_short_by_chance_is_no_success_while_the_residual_stays() -> None:
    def end(residuals: list[float], criterion: str) -> str:
        watch = RootWatch(1e-6, EPSILON, criterion)
        endings = [
            ENDINGS[watch.judge(np.array([residual]), np.array([step]), np.ones(1))[0]]
            for residual, step in zip(residuals, [np.nan, 0.6, 0.3, 3e-7], strict=True)
        ]
        assert endings[:3] == ["running"] * 3
        return endings[3]

    assert end([0.6, 0.2, 0.5, 0.5], "step") == "running"
    assert end([0.6, 0.2, 0.5, 0.5], "absolute") == "converged"  # there the measure is the residual itself
    assert end([0.6, 0.2, 0.5, 0.05], "step") == "running"  # the step before was long, and brought no fall
    assert end([0.6, 0.2, 0.002, 5e-5], "step") == "converged"
    assert end([0.6, 0.2, 0.5, 5e-7], "step") == "converged"  # the residual itself is that small


def test_a_measure_is_known_no_better_than_the_point_is_rounded() -> None:
    def end(criterion: str, size: float) -> str:
        watch = RootWatch(1e-6, EPSILON, criterion)
        return ENDINGS[watch.judge(np.zeros(1), np.zeros(1), np.array([size]))[0]]

    assert [end(criterion, 0.9e-6 / EPSILON) for criterion in ("absolute", "step", "relative")] == ["converged"] * 3
    assert [end(criterion, 1.1e-6 / EPSILON) for criterion in ("absolute", "step")] == ["float_floor"] * 2
    assert end("relative", 1.1e-6 / EPSILON) == "converged"


def test_farther_with_every_record_is_no_success() -> None:
    def end(sizes: list[float], residual: float) -> str:
        watch = RootWatch(1e-6, EPSILON)
        for size in sizes[:-1]:
            assert watch.judge(np.full(1, 0.9), np.ones(1), np.array([size]))[0] == 0
        return ENDINGS[watch.judge(np.array([residual]), np.full(1, 1e-7), np.array(sizes[-1:]))[0]]

    assert end([1.0, 30.0, 101.0], 1e-4) == "running"
    assert end([1.0, 30.0, 99.0], 1e-4) == "converged"
    assert end([1.0, 101.0, 102.0], 1e-4) == "converged"
    assert end([1.0, 101.0, 102.0], 0.6) == "running"


@pytest.mark.parametrize("criterion", ["relative", "absolute", "step"])
def test_a_glance_says_what_single_looks_do(criterion: str) -> None:
    """Samples that converge at the floor of rounding, above it, stay there, go astray, and run away."""
    k = np.arange(24)[:, None]
    falls = np.concatenate([0.3**k, 0.5**k, np.full((24, 1), 3e-7), 0.9**k, 30.0**k], axis=1)
    sizes = np.concatenate([np.ones((24, 3)), np.minimum(3.0**k, 1e8), 30.0**k], axis=1)
    measure = falls.copy()
    measure[:, 2], measure[:, 3] = 1.0, np.where(k[:, 0] > 9, 1e-7, 1.0)
    one = RootWatch(1e-6, 1.2e-7, criterion)
    wanted = np.array([one.judge(*row) for row in zip(falls, measure, sizes, strict=True)])
    for sample in range(5):
        first = int((wanted[:, sample] != 0).argmax()) if wanted[:, sample].any() else 24
        active = np.arange(5) == sample
        several, place = RootWatch(1e-6, 1.2e-7, criterion), 0
        while place < first:
            count, ends = several.glance(falls[place:], measure[place:], sizes[place:], active)
            assert ends is None or ends[sample] >= count or place + ends[sample] == first
            if ends is not None and ends[sample] < count:
                break
            place += count
            if place < first:
                assert several.judge(falls[place], measure[place], sizes[place])[sample] == 0
                place += 1
        assert place <= first
