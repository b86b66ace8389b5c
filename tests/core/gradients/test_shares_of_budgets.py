"""What parts of one pass back share, and what each sample and product counts for itself."""

from __future__ import annotations

from itertools import count

import pytest
import torch
from trajectories import itself, run

import core
from core import remaining_budget
from core.adjoint_krylov import krylov_backward
from core.budget import Budget
from core.catalogue import gradient_methods
from core.gradient_method import SolvedLayer
from core.linear_answer import LinearAnswer
from core.remaining_budget import RemainingBudget
from core.vector_jacobian import Inputs


def clock(monkeypatch: pytest.MonkeyPatch, pace: float) -> None:
    """A clock that goes on by `pace` seconds whenever it is looked at."""
    times = count()
    monkeypatch.setattr(remaining_budget, "perf_counter", lambda: pace * next(times))


def test_what_is_left_grows_less(monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, 2.0)
    shared = RemainingBudget(Budget(evaluations=10, seconds=5.0))
    first = shared.left()
    assert (first.evaluations, first.seconds) == (10, 3.0)
    shared.spend(7)
    second = shared.left()
    assert (second.evaluations, second.seconds) == (3, 1.0)
    assert shared.late
    assert 0.0 < shared.left().seconds < 1e-6


@pytest.mark.parametrize("method", ["backsolve", "interpolating", "quadrature"])
def test_the_seconds_are_those_of_all_intervals_together(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """10 s a look at the clock: 60 s are over before the last of four intervals, if not in the one before."""
    problem = run("x' = -k*x\nk = 1\nstart (1)", ("k",), t=(0, 1), at=[0.25, 0.5, 0.75, 1.0])
    chosen = gradient_methods()[method]()
    assert chosen.backward(problem.solve, itself, problem.inputs).note == ""
    clock(monkeypatch, 10.0)
    assert "used up its time budget" in chosen.backward(problem.solve, itself, problem.inputs).note


def test_a_sample_is_held_against_its_own_rounding() -> None:
    """u = 1e8 may miss by 4.5e-5 |v|, and u = 1 + 1e-7 where 1 is right may not."""
    gains = torch.tensor([[1.0 - 1e-8], [0.0]], dtype=torch.float64)
    z = torch.ones(2, 1, dtype=torch.float64)

    def layer(z: torch.Tensor, _inputs: Inputs | None) -> torch.Tensor:
        return gains * z

    def search(_product: object, right: torch.Tensor, _tolerance: object, _wanted: object) -> tuple[LinearAnswer, int]:
        zero = torch.zeros_like(right[:, 0])
        return LinearAnswer(torch.tensor([[1e8], [1.0 + 1e-7]]).to(right), zero, zero, zero, zero > 0.0), 1

    found = krylov_backward(SolvedLayer(layer, z, z), torch.ones_like, {}, search, 1e-12, "none")
    assert "of 1 of 2 samples" in found.note


def test_a_steady_state_counts_the_products_of_what_uses_time() -> None:
    """2 for the Jacobian, 1 for the pullback, and 2 for df/dt."""
    text = "x' = k - x\ny' = x - y\nk = 1\nstart (1, 1)"
    options = {"t": (0, 30)}
    plain = core.gradient(core.parse(text), lambda z: z.sum(), "k", "steady_state", integrate=options)
    timed = core.gradient(
        core.parse(text.replace("k - x", "k - x + 0*t")), lambda z: z.sum(), "k", "steady_state", integrate=options
    )
    assert (plain.products, timed.products) == (3, 5)
