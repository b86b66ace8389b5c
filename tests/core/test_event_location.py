"""Crossings found between places in steps, and located on the dense output."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from core.catalogue import tableaus
from core.dense_output import AcceptedSteps
from core.event_functions import WatchedEvent
from core.event_location import FRESH_NODES, NODES, crossings, locate, values_at
from core.event_watch import NO_NUMBER, PILED_UP, EventWatch

DOPRI5 = tableaus()["dopri5"]


def _straight(begins: list[float], ends: list[float]) -> AcceptedSteps:
    """Steps of x' = 1 from x = t: whatever is asked of x is asked of t."""
    t0, t1 = np.array(begins), np.array(ends)
    stages = np.ones((len(t0), DOPRI5.stages, 1))
    return AcceptedSteps(np.arange(len(t0)), t0, t1, t0[:, None].copy(), t1[:, None].copy(), stages)


def _located(g: Callable[[np.ndarray], np.ndarray], steps: AcceptedSteps, direction: int = 0) -> np.ndarray:
    def condition(_t: np.ndarray, z: np.ndarray) -> np.ndarray:
        return g(z[:, 0])

    found = crossings(values_at(condition, DOPRI5, steps, NODES), NODES, direction)
    return locate(condition, DOPRI5, steps, found)


@pytest.mark.parametrize(
    ("g", "root"),
    [
        (lambda x: x - 1.0 / 3.0, 1.0 / 3.0),
        (lambda x: np.exp(20.0 * x) - np.exp(7.0), 0.35),
        (lambda x: (x - 0.7) ** 3, 0.7),
        (lambda x: np.sign(x - 0.3), 0.3),
        (lambda x: np.arctan(1e6 * (x - 0.123)), 0.123),
        (lambda x: 1e-300 * (x - 0.5001), 0.5001),
        (lambda x: x**9 - 0.5**9, 0.5),
    ],
)
@pytest.mark.parametrize("shift", [0.0, 1000.0, -1000.0])
@pytest.mark.parametrize("backward", [False, True])
def test_a_root_is_located_to_a_few_roundings(
    g: Callable[[np.ndarray], np.ndarray], root: float, shift: float, backward: bool
) -> None:
    ends = ([shift], [shift + 1.0])
    steps = _straight(*(reversed(ends) if backward else ends))
    (time,) = _located(lambda x: g(x - shift), steps)
    flat = 1e-5 if g(np.array(root + 1e-7)) < 1e-20 and g(np.array(root + 1e-7)) > 1e-200 else 0.0
    assert time == pytest.approx(root + shift, abs=4.0 * np.spacing(max(1.0, abs(shift) + 1.0)) + flat)


def test_many_roots_at_once_are_those_one_by_one() -> None:
    begins = np.linspace(0.0, 9.0, 10)
    steps = _straight(begins.tolist(), (begins + 1.0).tolist())

    def g(x: np.ndarray) -> np.ndarray:
        return np.sin(7.0 * x + 0.1)

    every = _located(g, steps)
    exact = (np.arange(1, 23) * math.pi - 0.1) / 7.0
    assert np.sort(every) == pytest.approx(exact[: len(every)], rel=1e-14)
    single = np.concatenate([_located(g, steps.take(np.array([row]))) for row in range(10)])
    assert np.array_equal(every, single)


def test_directions_and_exact_zeros_at_places() -> None:
    g = np.array([[-1.0, -1.0, 1.0, 2.0, 0.0, 3.0, -3.0, 0.0, 0.0]])
    assert crossings(g, NODES, 0).low.tolist() == NODES[[1, 3, 5, 6]].tolist()
    assert crossings(g, NODES, 1).low.tolist() == NODES[[1, 6]].tolist()
    assert crossings(g, NODES, -1).low.tolist() == NODES[[3, 5]].tolist()
    assert crossings(np.zeros((1, 9)), NODES, 0).row.size == 0
    assert crossings(np.full((1, 9), np.nan), NODES, 0).row.size == 0


def test_an_exact_zero_is_its_time() -> None:
    assert _located(lambda x: x - 0.25, _straight([0.0], [1.0])).tolist() == [0.25]
    assert _located(lambda x: x - 1.0, _straight([0.0], [1.0])).tolist() == [1.0]
    assert _located(lambda x: x, _straight([0.0], [1.0])).tolist() == []


def _watch(g: Callable[[np.ndarray], np.ndarray], count: int = 1) -> EventWatch:
    event = WatchedEvent("event", 0, False, lambda _t, z: g(z[:, 0]), None)
    return EventWatch([event], DOPRI5, count)


def test_a_sleeping_event_wakes_once_it_has_left_zero() -> None:
    watch = _watch(lambda x: x * (1e-6 - x))
    watch.band[0, 0] = 1e-16
    found = watch.look(_straight([0.0], [1.0]))
    assert found.t == pytest.approx([1e-6], rel=1e-9)
    assert np.isnan(watch.band).all()


def test_an_event_that_was_back_before_it_could_be_seen_is_told() -> None:
    watch = _watch(lambda x: -x)
    watch.band[0, 0], watch.barred[0, 0] = 1e-16, -1.0
    found = watch.look(_straight([0.0], [1.0]))
    assert found.event.tolist() == [PILED_UP]
    assert found.t.tolist() == [0.0]
    watch = _watch(lambda x: -x)
    watch.band[0, 0], watch.barred[0, 0] = 1e-16, 1.0
    assert watch.look(_straight([0.0], [1.0])).event.tolist() == []


def test_an_event_may_sleep_through_several_steps() -> None:
    watch = _watch(lambda x: np.maximum(x - 2.5, 0.0) - np.maximum(x - 3.0, 0.0) * 4.0)
    watch.band[0, 0] = 1e-12
    steps = _straight([0.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0])._replace(sample=np.zeros(4, dtype=np.int64))
    found = watch.look(steps)
    assert found.row.tolist() == [3]
    assert found.t == pytest.approx([3.0 + 0.5 / 3.0], rel=1e-14)


def test_a_condition_that_is_no_number_is_told_at_the_beginning_of_its_step() -> None:
    found = _watch(lambda x: np.where(x < 0.5, -1.0, np.nan), 2).look(_straight([0.0, 0.25], [0.25, 1.0]))
    assert found.event.tolist() == [NO_NUMBER]
    assert found.t.tolist() == [0.25]


def test_the_places_after_an_event_begin_at_it_and_end_with_the_step() -> None:
    assert FRESH_NODES[0] == 0.0
    assert FRESH_NODES[-1] == 1.0
    assert (np.diff(FRESH_NODES) > 0.0).all()
