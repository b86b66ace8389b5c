"""What helps the continuous adjoint that is solved back: checkpoints, and a norm without the integrals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from trajectories import LORENZ, SPIRAL, STIFF, half_square, itself, run

import core
from core.gradient_methods.backsolve import Backsolve


def test_the_gap_falls_with_every_checkpoint() -> None:
    """Between c of them the reversed flow grows by e^(k / (c + 1)) alone."""
    options = {"t": (0, 1), "rtol": 1e-9, "atol": 1e-9}
    cards = [
        core.gradient(
            core.parse(STIFF), half_square, "k", "backsolve", params={"k": 30.0}, integrate=options, checkpoints=count
        )
        for count in (0, 1, 3, 9)
    ]
    gaps = np.log([card.gap for card in cards])
    assert (np.diff(gaps) < np.array([-11.0, -5.0, -2.0])).all()
    assert gaps[0] - gaps[1] == pytest.approx(15.0, abs=4.0)
    assert "do not trust" in cards[0].note
    assert "do not trust" not in cards[3].note
    kept = [card.peak_bytes - cards[0].peak_bytes for card in cards[1:]]
    assert all(8 * count <= size < 8 * count + 100 for size, count in zip(kept, (1, 3, 9), strict=True))
    through = core.gradient(core.parse(STIFF), half_square, "k", params={"k": 30.0}, integrate=options)
    assert float(cards[3].grads["k"]) == pytest.approx(float(through.grads["k"]), rel=1e-5)


def test_each_checkpoint_is_kept_and_begins_anew() -> None:
    problem = run(SPIRAL, ("a",), [[2.0, 0.0], [1.0, 1.0]], t=(0, 1), at=[0.5, 0.9])
    none, some = (
        Backsolve(checkpoints=count).backward(problem.solve, itself, problem.inputs) for count in (0, 3)
    )  # at 0.25, and at 0.5 and 0.75, one of which is an output time
    assert some.held_bytes - none.held_bytes == 2 * 2 * 2 * 8
    back = some.solved_back[0]
    for t in (0.25, 0.75):
        (first, second) = np.flatnonzero(back.t == t)
        assert problem.solve.dense is not None
        assert back.z[second].tolist() == problem.solve.dense.at(np.array([t]))[0, 0].tolist()
        assert back.a[second].tolist() == back.a[first].tolist()


def test_the_seminorm_needs_fewer_evaluations_at_the_same_accuracy() -> None:
    names = ("s", "r", "b")
    tight = {"t": (0, 0.5), "rtol": 1e-8, "atol": 1e-12}
    exact = core.gradient(core.parse(LORENZ), half_square, names, integrate=tight).flat()
    errors, evaluations = [], []
    for norm in ("full", "seminorm"):
        options = {"t": (0, 0.5), "rtol": 1e-5, "atol": 1e-12}
        card = core.gradient(core.parse(LORENZ), half_square, names, "backsolve", integrate=options, norm=norm)
        errors.append(np.linalg.norm(card.flat() - exact))
        evaluations.append(card.backward_evaluations)
    assert evaluations[1] < 0.85 * evaluations[0]
    assert errors[1] < 1.1 * errors[0]


def test_the_integrals_of_the_seminorm_are_those_of_the_method() -> None:
    """With fixed steps nothing is steered, and both ways make the same numbers."""
    names = tuple(core.parse(LORENZ).defaults())
    for method in ("rk4", "dopri5", "euler"):
        problem = run(LORENZ, names, [[1.0, 1.0, 1.0], [2.0, 0.0, 9.0]], t=(0, 0.3), method=method, step=0.02)
        full, semi = (
            Backsolve(norm=norm).backward(problem.solve, itself, problem.inputs) for norm in ("full", "seminorm")
        )
        for name in (*names, "start"):
            assert semi.grads[name].numpy() == pytest.approx(full.grads[name].numpy(), rel=1e-12)


def test_of_the_seminorm_a_failed_way_back_has_no_gradient() -> None:
    card = core.gradient(
        core.parse(LORENZ), half_square, "r", "backsolve", integrate={"t": (0, 2)}, evaluations=200, norm="seminorm"
    )
    assert "evaluation budget" in card.note
    assert torch.isnan(card.grads["r"])
