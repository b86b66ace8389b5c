"""Gradients through events: closed forms of a bouncing ball, and differences of whole runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

import numpy as np
import pytest
import torch
from trajectories import half_square, slope

import core
from core.event_points import EventPoints

BALL = "h' = v\nv' = -g\nwhen h = 0 falling: v = -c*v\ng = 9.8\nc = 0.8\nstart (10, 0)"
HITS = "h = 0 falling"
TIGHT = {"rtol": 1e-11, "atol": 1e-13}
KICKED = (
    "x' = y\ny' = -k*x - 0.1*y + 0.3*cos(t)\nwhen x = 0.2*t - 0.5*k: y = y + a*t*x, x = x - 0.1*a\n"
    "k = 2\na = 0.4\nstart (1, 0.3)"
)
"""The condition and the change move with the time, the state and both parameters."""


def hits(_z: torch.Tensor, events: Mapping[str, EventPoints]) -> torch.Tensor:
    return events[HITS].t[0]


def test_when_a_ball_first_hits_the_ground() -> None:
    card = core.gradient(core.parse(BALL), hits, ("g", "c", "start"), integrate={"t": (0, 2), **TIGHT})
    assert card.exact
    assert card.value == pytest.approx(10 / 7)
    assert card.grads["start"].tolist() == pytest.approx([1 / 14, 1 / 9.8], rel=1e-9)
    assert float(card.grads["g"]) == pytest.approx(-10 / 7 / (2 * 9.8), rel=1e-9)
    assert float(card.grads["c"]) == 0.0


def test_where_a_ball_is_after_two_bounces_in_closed_form() -> None:
    def height(h: float, g: float, c: float, t: float = 4.5) -> float:
        first = sqrt(2 * h / g)
        speed = g * first
        second = first + 2 * c * speed / g
        rest = t - second
        return c * c * speed * rest - 0.5 * g * rest * rest

    card = core.gradient(core.parse(BALL), lambda z: z[0], ("start", "g", "c"), integrate={"t": (0, 4.5), **TIGHT})
    assert card.value == pytest.approx(height(10, 9.8, 0.8), rel=1e-10)
    assert float(card.grads["start"][0]) == pytest.approx(slope(lambda h: height(h, 9.8, 0.8), 10.0), rel=1e-8)
    assert float(card.grads["g"]) == pytest.approx(slope(lambda g: height(10, g, 0.8), 9.8), rel=1e-8)
    assert float(card.grads["c"]) == pytest.approx(slope(lambda c: height(10, 9.8, c), 0.8), rel=1e-8)


def differences(
    value: Callable[[core.Run], float], text: str, names: tuple[str, ...], start: list[float], **options: Any
) -> list[float]:
    """By the parameters and by every component of the start, from runs of `core.integrate`."""
    system = core.parse(text)
    defaults = system.defaults()

    def at(place: str | int, shifted: float) -> float:
        begin = [shifted if place == index else number for index, number in enumerate(start)]
        params = {**defaults, place: shifted} if isinstance(place, str) else defaults
        return value(core.integrate(system, begin, params=params, **options))

    places = [*((name, defaults[name]) for name in names), *enumerate(start)]
    return [slope(lambda x, place=place: at(place, x), here) for place, here in places]


@pytest.mark.parametrize("method", ["dopri5", "radau5"])
def test_conditions_and_changes_that_move_with_time_and_parameters(method: str) -> None:
    options = {"t": (0.0, 4.0), "method": method, "rtol": 1e-9, "atol": 1e-11}
    card = core.gradient(core.parse(KICKED), half_square, ("k", "a", "start"), integrate=options)
    run = core.integrate(core.parse(KICKED), [1.0, 0.3], **options)
    assert sum(map(len, run.events.values())) >= 2
    wanted = differences(lambda run: 0.5 * float((run.z[-1] ** 2).sum()), KICKED, ("k", "a"), [1.0, 0.3], **options)
    assert card.flat() == pytest.approx(wanted, rel=2e-6)


def test_states_between_events_and_the_points_where_they_were_met() -> None:
    at = [0.5, 2.0, 3.0, 4.0]
    options = {"t": (0.0, 4.2), **TIGHT}

    def loss(z: torch.Tensor, events: Mapping[str, EventPoints]) -> torch.Tensor:
        return half_square(z[1:]) + events[HITS].t.sum() + (events[HITS].z ** 2).sum()

    def value(run: core.Run) -> float:
        points = run.events[HITS]
        return float(0.5 * (run(np.array(at))[1:] ** 2).sum() + points.t.sum() + (points.z**2).sum())

    card = core.gradient(core.parse(BALL), loss, ("g", "c", "start"), integrate={**options, "at": at})
    wanted = differences(value, BALL, ("g", "c"), [10.0, 0.0], **options)
    assert card.flat() == pytest.approx(wanted, rel=1e-6)


def test_the_end_of_a_trajectory_that_an_event_ends_moves_with_it() -> None:
    system = core.parse("x' = v\nv' = -k*x\nk = 4\nstart (1, 0)")
    events = (core.Event("x", terminal=True, name="zero"), core.Event("x - 0.5", name="half"))

    def loss(z: torch.Tensor, met: Mapping[str, EventPoints]) -> torch.Tensor:
        return z[1] + 3.0 * met["zero"].t[0] + 5.0 * met["half"].t[0]

    card = core.gradient(system, loss, ("k", "start"), integrate={"t": (0, 9), "events": events, **TIGHT})
    # x = cos(w t), w = sqrt(k): v at the zero is -w, at t = pi / 2w; x = 1/2 at t = pi / 3w
    by_w = -1.0 - 3.0 * np.pi / 2 / 4 - 5.0 * np.pi / 3 / 4
    assert float(card.grads["k"]) == pytest.approx(by_w / (2 * 2), rel=1e-8)
    assert float(card.grads["start"][0]) == pytest.approx(-2.0 + 5.0 / (sqrt(3) / 2) * 0.5 / 2, rel=1e-8)


def test_several_starts_each_with_its_own_events() -> None:
    starts, options = [[10.0, 0.0], [5.0, 1.0], [60.0, 0.0]], {"t": (0.0, 3.0), **TIGHT}

    def loss(z: torch.Tensor, events: Mapping[str, EventPoints]) -> torch.Tensor:
        return half_square(z) + events[HITS].t.nansum()

    together = core.gradient(core.parse(BALL), loss, ("g", "start"), start=starts, integrate=options)
    alone = [core.gradient(core.parse(BALL), loss, ("g", "start"), start=start, integrate=options) for start in starts]
    assert together.grads["start"].numpy() == pytest.approx(
        np.stack([card.grads["start"].numpy() for card in alone]), rel=1e-9
    )
    assert float(together.grads["g"]) == pytest.approx(sum(float(card.grads["g"]) for card in alone), rel=1e-9)


def test_a_torch_field_with_callable_events() -> None:
    net = torch.nn.Linear(2, 2, bias=False).double()
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[-0.1, 2.0], [-2.0, -0.1]], dtype=torch.float64))
    event = core.Event(lambda t, z: z[:, 0] - 0.1 * t, change=lambda z: 0.9 * z, name="line")
    options = {"t": (0.0, 2.0), "events": event, **TIGHT}
    card = core.gradient(core.field(net, 2), half_square, ("weight", "start"), start=[1.0, 0.5], integrate=options)
    for row, column in ((0, 1), (1, 1)):

        def value(entry: float, row: int = row, column: int = column) -> float:
            moved = net.weight.detach().clone()
            moved[row, column] = entry
            field = core.field(lambda z: z @ moved.T, 2)
            run = core.integrate(field, [1.0, 0.5], **options)
            assert len(run.events["line"]) >= 1
            return 0.5 * float((run.z[-1] ** 2).sum())

        wanted = slope(value, float(net.weight[row, column]))
        assert float(card.grads["weight"][row, column]) == pytest.approx(wanted, rel=1e-6)


def test_what_cannot_be_differentiated_is_refused_in_words() -> None:
    ball = core.parse(BALL)
    with pytest.raises(ValueError, match='cannot go back through events: take the gradient "discrete"'):
        core.gradient(ball, half_square, "g", "backsolve", integrate={"t": (0, 2)})
    with pytest.raises(ValueError, match="a callable of numpy arrays has no derivative: write the condition as a"):
        core.gradient(
            core.parse("x' = -x\nstart (1)"),
            half_square,
            "start",
            integrate={"t": (0, 2), "events": core.Event(lambda _t, z: z[:, 0] - 0.5, terminal=True)},
        )
    twice = "x' = 1\ny' = -1\nwhen x = 1: y = 2\nwhen x = 1: y = 3\nstart (0, 0)"
    with pytest.raises(ValueError, match="two events happen at once"):
        core.gradient(core.parse(twice), half_square, "start", integrate={"t": (0, 2)})
    with pytest.raises(ValueError, match="there is no 'span' to differentiate by"):
        core.gradient(ball, half_square, "span", integrate={"t": (0, 2)})
