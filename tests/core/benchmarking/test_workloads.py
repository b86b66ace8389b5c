"""The workloads are found, and what their answers are checked against is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core import benchmarks as package
from core.benchmarking.comparison import compare
from core.benchmarking.selection import benchmarks
from core.benchmarks import blow_up, first_frame, gradient, one_trajectory
from core.benchmarks.fixed_point import Layer
from core.outcome import Outcome

KNOWN = benchmarks(package)


def differences(function: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """A gradient by central differences."""
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(function(x + step) - function(x - step)) / (2 * h) for step in steps])


def test_every_file_is_a_benchmark_named_after_it() -> None:
    (folder,) = package.__path__
    assert set(KNOWN) == {file.stem for file in Path(folder).glob("*.py")} - {"__init__"}
    assert all(benchmark.title for benchmark in KNOWN.values())


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_cases_put_ours_first_and_name_everybody_once(name: str) -> None:
    for case in KNOWN[name].cases():
        names = [entrant.name for entrant in case.entrants]
        assert names[0].startswith("ours")
        assert len(set(names)) == len(names)


def test_lorenz_is_compared_early_and_must_stay_on_the_attractor() -> None:
    true = np.array([[[1.0, 2.0, 4.0], [0.0, 0.0, 20.0]]])
    assert one_trajectory.early_error(true + np.array([0.1, 0.0, 0.0]), true) == pytest.approx(0.1 / 4.0)
    lost = true.copy()
    lost[0, 1, 0] = np.nan
    assert one_trajectory.early_error(lost, true) == np.inf


def test_the_layer_and_its_gradient() -> None:
    layer = Layer.drawn(3)
    root = layer.root()
    np.testing.assert_allclose(np.tanh(layer.W @ root + layer.x), root, rtol=0, atol=1e-15)
    assert np.linalg.norm(layer.W, 2) == pytest.approx(0.9)
    by_W = differences(lambda W: float(replace(layer, W=W).root().sum()), layer.W)
    by_x = differences(lambda x: float(replace(layer, x=x).root().sum()), layer.x)
    np.testing.assert_allclose(layer.gradients(), [*by_W, *by_x], rtol=1e-7, atol=1e-8)


def test_the_network_and_its_gradients() -> None:
    network = gradient.Network.drawn(hidden=2, samples=2)

    def loss(changed: gradient.Network) -> float:
        return float(0.5 * (changed.ends() ** 2).sum())

    parts = [
        differences(lambda value, name=name: loss(replace(network, **{name: value})), getattr(network, name), 1e-4)
        for name in ("A", "a", "B", "b")
    ]
    np.testing.assert_allclose(network.by_weights(), np.concatenate(parts), rtol=1e-6, atol=1e-7)
    by_starts = differences(lambda starts: loss(replace(network, starts=starts)), network.starts, 1e-4)
    np.testing.assert_allclose(network.by_starts(), by_starts, rtol=1e-6, atol=1e-7)


def test_what_blows_up_must_be_flagged_singly() -> None:
    starts = np.array([0.0, 2.0, -2.0])
    true = blow_up.exact(starts)
    assert true[0] == pytest.approx(-np.tanh(blow_up.END))
    assert np.isnan(true[1])

    def error(*names: str, shift: float = 0.0) -> float:
        z = np.nan_to_num(true + shift)[:, None, None]
        run = SimpleNamespace(z=z, outcome=tuple(Outcome(name) for name in names))
        return blow_up.largest_wrong(blow_up.Followed(starts, run), None)

    assert error("success", "step_underflow", "success") == 0.0
    assert error("success", "step_underflow", "success", shift=0.5) == pytest.approx(0.5)
    assert error("success", "success", "success") == np.inf
    assert error("step_underflow", "step_underflow", "success") == np.inf


def test_the_first_frame_shows_the_solution() -> None:
    answered = first_frame.answer()
    assert first_frame.largest_error(answered, None) < 1e-3
    assert first_frame.largest_error(answered._replace(speed=answered.speed + 0.1), None) > 0.05
    assert first_frame.answer().speed != answered.speed


@pytest.mark.parametrize("name", ["fixed_point", "telemetry"])
def test_ours_is_right(name: str) -> None:
    case = next(iter(KNOWN[name].cases()))
    (standing,) = compare(replace(case, entrants=case.entrants[:1]), repeats=1)
    assert not standing.fault
    assert len(standing.samples) == 1
