"""The interpolating and the Gauss adjoint: right where the backward state explodes, for inputs of any shape."""

from __future__ import annotations

from dataclasses import replace
from math import cos, exp, sin
from typing import Any

import numpy as np
import pytest
import torch
from trajectories import DECAY, DRIVEN, LORENZ, SPIRAL, STIFF, half_square, itself, run

import core
from core import catalogue
from core.budget import Budget
from core.formula_field import FormulaField
from core.gradient_method import Backward
from core.gradient_methods.interpolating import Interpolating
from core.gradient_methods.quadrature import Quadrature
from core.ode_path import choose_controller
from core.trajectory_problem import solved_run

both = pytest.mark.parametrize("method", ["interpolating", "quadrature"])
TIGHT = {"rtol": 1e-9, "atol": 1e-9}


def stiff_end(k: float) -> tuple[float, float]:
    """y(1) of y' = -k (y - cos t), y(0) = 2, and its derivative by k."""
    share, decay = k / (k * k + 1), exp(-k)
    slope = (1 - k * k) / (k * k + 1) ** 2
    end = k * share * cos(1) + share * sin(1) + (2 - k * share) * decay
    by_k = (share + k * slope) * (cos(1) - decay) + slope * sin(1) - (2 - k * share) * decay
    return end, by_k


@both
@pytest.mark.parametrize("k", [5.0, 50.0])
def test_a_stiff_decay_in_closed_form(method: str, k: float) -> None:
    end, by_k = stiff_end(k)
    options = {"t": (0, 1), **TIGHT}
    card = core.gradient(core.parse(STIFF), half_square, ("k", "start"), method, params={"k": k}, integrate=options)
    assert float(card.grads["k"]) == pytest.approx(end * by_k, rel=1e-7)
    assert float(card.grads["start"]) == pytest.approx(end * exp(-k), abs=1e-8)
    assert "backward" not in card.note


def lorenz_sensitivities() -> np.ndarray:
    """d (|z(2)|^2 / 2) / d (start, r) by the variational equations, written out."""
    lines = ["x' = 10*(y - x)", "y' = x*(28 - z) - y", "z' = x*y - 8/3*z"]
    for name, source in (("a", ""), ("b", ""), ("c", ""), ("r", " + x")):
        lines += [
            f"{name}x' = 10*({name}y - {name}x)",
            f"{name}y' = {name}x*(28 - z) - x*{name}z - {name}y{source}",
            f"{name}z' = {name}x*y + x*{name}y - 8/3*{name}z",
        ]
    unit = np.concatenate([np.ones(3), np.eye(3).reshape(-1), np.zeros(3)])
    end = core.integrate(core.parse("\n".join(lines)), unit, t=(0, 2), method="verner_8", rtol=1e-13, atol=1e-13).z[-1]
    return np.asarray(end[3:].reshape(4, 3) @ end[:3])


def test_lorenz_to_two_against_variational_equations() -> None:
    wanted = lorenz_sensitivities()
    options = {"t": (0, 2), "rtol": 1e-10, "atol": 1e-10}
    for method in ("interpolating", "quadrature"):
        card = core.gradient(core.parse(LORENZ), half_square, ("start", "r"), method, integrate=options)
        assert np.linalg.norm(card.flat() - wanted) < 1e-7 * np.linalg.norm(wanted)
    lost = core.gradient(core.parse(LORENZ), half_square, ("start", "r"), "backsolve", integrate=options)
    assert np.linalg.norm(lost.flat() - wanted) > 1e-3 * np.linalg.norm(wanted)


@both
@pytest.mark.parametrize("forward", [name for name in catalogue.tableaus() if name != "euler"])
def test_after_every_explicit_method(method: str, forward: str) -> None:
    adaptive = catalogue.tableau(forward).order > 3 and catalogue.tableau(forward).embedded is not None
    options = {"t": (0.8, -0.3), "method": forward, **({"rtol": 1e-7, "atol": 1e-9} if adaptive else {"step": 0.02})}
    card = core.gradient(core.parse(DRIVEN), half_square, ("k", "c", "start"), method, integrate=options)
    tight = {"t": (0.8, -0.3), "rtol": 1e-12, "atol": 1e-14}
    exact = core.gradient(core.parse(DRIVEN), half_square, ("k", "c", "start"), integrate=tight)
    assert card.flat() == pytest.approx(exact.flat(), rel=1e-6 if adaptive else 3e-4)


def robertson(forward: str, method: str) -> Backward:
    """By a stiff forward run of two trajectories; the loss is the third component at t = 10."""
    system = core.parse("a' = -p*a + q*b*c\nb' = p*a - q*b*c - r*b^2\nc' = r*b^2\np = 0.04\nq = 1e4\nr = 3e7")
    field, chosen, starts = FormulaField(system), catalogue.integrator(forward), np.array([[1.0, 0, 0], [0.9, 0, 0.1]])
    found = core.integrate(field, starts, t=(0, 10), method=forward, rtol=1e-6, atol=1e-9)
    controller = choose_controller(chosen, 1e-6, 1e-9, None)
    solve = solved_run(field, found, (0.0, 10.0), None, chosen, controller, Budget(), "cpu", "float64")
    inputs = {name: torch.tensor(value, dtype=torch.float64) for name, value in system.defaults().items()}
    last = torch.tensor([[0.0, 0.0, 1.0]], dtype=torch.float64).expand(2, 3)
    return catalogue.gradient_methods()[method]().backward(solve, lambda _z: last, inputs)


@pytest.mark.parametrize(
    ("forward", "method"), [("radau5", "interpolating"), ("radau5", "quadrature"), ("bdf", "quadrature")]
)
def test_after_a_run_by_an_implicit_method(forward: str, method: str) -> None:
    """Robertson's reaction; the numbers are differences of runs by Radau's method at rtol 1e-11."""
    found = robertson(forward, method)
    assert float(found.grads["p"]) == pytest.approx(5.1674619, rel=1e-5)
    assert float(found.grads["q"]) == pytest.approx(-1.36495133e-5, rel=1e-5)
    assert float(found.grads["r"]) == pytest.approx(2.27506166e-9, rel=1e-5)
    assert found.evaluations < 2_000
    assert not found.note


@both
def test_a_forcing_that_the_adjoint_does_not_feel(method: str) -> None:
    """y' = k cos(100 t) has a constant adjoint, along which no step sees how fast df/dk changes."""
    options = {"t": (0, 1), "rtol": 1e-8, "atol": 1e-10}
    system = core.parse("y' = k*cos(100*t)\nk = 2\nstart (1)")
    card = core.gradient(system, lambda z: z.sum(), "k", method, integrate=options)
    assert float(card.grads["k"]) == pytest.approx(sin(100) / 100, rel=1e-6)


@pytest.mark.parametrize(("text", "start"), [(SPIRAL, [[2.0, 0.0], [0.5, 1.0]]), (DRIVEN, [[1.5], [-0.4]])])
def test_several_samples_at_several_times_against_differences(text: str, start: list[list[float]]) -> None:
    weights = torch.linspace(1.0, 2.0, 3, dtype=torch.float64)[:, None]
    options = {"t": (0, 0.4), "at": [0.0, 0.1, 0.3], "rtol": 1e-9, "atol": 1e-12}
    cards = core.compare_gradients(
        core.parse(text),
        lambda z: (weights * z * z).sum(),
        (next(iter(core.parse(text).defaults())), "start"),
        ("interpolating", "quadrature"),
        start=start,
        integrate=options,
    )
    assert all(card.relative_error < 1e-7 for card in cards)
    assert [card.method for card in cards[-2:]] == ["finite_differences", "complex_step"]


def network(dtype: torch.dtype) -> torch.nn.Sequential:
    torch.manual_seed(2)
    return torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2)).to(dtype)


@pytest.mark.parametrize("method", ["interpolating", "quadrature", "backsolve"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_weights_of_a_network(method: str, dtype: str) -> None:
    net = network(getattr(torch, dtype))
    names = (*dict(net.named_parameters()), "start")
    start = np.random.default_rng(1).normal(size=(5, 2))
    tolerance = {"rtol": 1e-9, "atol": 1e-11} if dtype == "float64" else {"rtol": 1e-5, "atol": 1e-6}
    options = {"t": (0, 1.5), "at": [0.4, 1.5], **tolerance}
    field = core.field(net, 2)
    card = core.gradient(field, half_square, names, method, start=start, dtype=dtype, integrate=options)
    through = core.gradient(field, half_square, names, start=start, dtype=dtype, integrate=options)
    assert card.grads["0.weight"].dtype == getattr(torch, dtype)
    assert card.grads["0.weight"].shape == (8, 2)
    error = np.linalg.norm(card.flat() - through.flat()) / np.linalg.norm(through.flat())
    assert error < (1e-8 if dtype == "float64" else 1e-5)


def test_parameters_do_not_steer_the_steps_of_the_gauss_adjoint() -> None:
    problem = run(SPIRAL, ("a", "b", "c", "d"), t=(0, 1), rtol=1e-7)
    alone = Quadrature().backward(problem.solve, itself, {})
    beside = Quadrature().backward(problem.solve, itself, problem.inputs)
    assert beside.solved_back[0].t.tolist() == alone.solved_back[0].t.tolist()
    assert torch.equal(beside.grads["start"], alone.grads["start"])
    assert beside.held_bytes > alone.held_bytes


def test_many_nodes_share_a_call() -> None:
    net = network(torch.float64)
    options = {"t": (0, 1.5), "rtol": 1e-9}
    start = np.random.default_rng(1).normal(size=(5, 2))
    calls = [
        core.gradient(core.field(net, 2), half_square, names, "quadrature", start=start, integrate=options)
        for names in ("start", tuple(dict(net.named_parameters())))
    ]
    assert calls[1].backward_evaluations == calls[0].backward_evaluations + 1


@both
@pytest.mark.parametrize("text", [SPIRAL, DRIVEN])
def test_the_formula_takes_the_steps_of_autograd(method: str, text: str) -> None:
    names = tuple(core.parse(text).defaults())
    start = [[2.0, 0.0], [0.5, 1.0], [-1.0, 0.3]] if text == SPIRAL else [[1.5], [-2.0], [0.4]]
    problem = run(text, names, start, t=(0, 0.3), rtol=1e-7)
    kind = catalogue.gradient_methods()[method]
    formula = kind().backward(problem.solve, itself, problem.inputs)
    autograd = kind().backward(replace(problem.solve, products=None), itself, problem.inputs)
    assert formula.evaluations == autograd.evaluations
    for name in (*names, "start"):
        assert formula.grads[name].numpy() == pytest.approx(autograd.grads[name].numpy(), rel=1e-9)


def test_a_trajectory_is_the_same_alone_and_in_a_batch() -> None:
    starts = [[2.0, 0.0], [0.5, 1.0], [-1.0, 0.3]]
    together = Interpolating().backward(*_asked(starts))
    for row, start in enumerate(starts):
        alone = Interpolating().backward(*_asked([start]))
        assert torch.equal(together.grads["start"][row], alone.grads["start"][0])
        assert together.solved_back[row].t.tolist() == alone.solved_back[0].t.tolist()


def _asked(starts: list[list[float]]) -> tuple[Any, Any, Any]:
    problem = run(SPIRAL, ("a",), starts, t=(0, 1), rtol=1e-7)
    return problem.solve, itself, problem.inputs


@both
def test_the_adjoint_jumps_and_its_trajectory_is_the_forward_one(method: str) -> None:
    problem = run(DRIVEN, ("k",), t=(0, 1), at=[0.5, 1.0])
    found = catalogue.gradient_methods()[method]().backward(problem.solve, torch.ones_like, problem.inputs)
    (back,) = found.solved_back
    (second,) = np.flatnonzero(back.t == 0.5)[1:]
    assert back.a[second, 0] - back.a[second - 1, 0] == pytest.approx(1.0)
    assert (np.diff(back.t) <= 0).all()
    assert problem.solve.dense is not None
    assert back.z == pytest.approx(problem.solve.dense.at(back.t)[0], rel=1e-12)


@both
def test_its_own_solve_may_stop_early(method: str) -> None:
    options = {"t": (0, 2), "rtol": 1e-3, "budget": Budget(evaluations=2_000)}
    card = core.gradient(core.parse(LORENZ), half_square, ("r", "start"), method, integrate=options, tightening=1e-6)
    assert "the backward solve used up its evaluation budget" in card.note
    assert card.backward_evaluations <= 2_001
    assert np.isnan(card.flat()).all()
    assert not card.exact


@both
def test_where_one_forward_run_does_not_arrive(method: str) -> None:
    system, options = core.parse("x' = k*x^2\nk = 1"), {"t": (0, 2)}
    card = core.gradient(system, lambda z: z.sum(), ("k", "start"), method, start=[[1.0], [0.1]], integrate=options)
    assert "the forward run" in card.note
    assert torch.isnan(card.grads["k"])
    assert torch.isnan(card.grads["start"][:, 0]).tolist() == [True, False]
    assert float(card.grads["start"][1]) == pytest.approx(1 / (1 - 0.2) ** 2, rel=1e-5)


@both
@pytest.mark.parametrize("text", [SPIRAL, LORENZ])
def test_the_taylor_remainder_falls_quadratically(method: str, text: str) -> None:
    names = tuple(core.parse(text).defaults())
    values = np.array(list(core.parse(text).defaults().values()))
    along = np.random.default_rng(0).normal(size=len(names))
    options = {"t": (0, 0.5), "rtol": 1e-11, "atol": 1e-13}

    def loss(h: float) -> float:
        params = dict(zip(names, values + h * along, strict=True))
        end = core.integrate(core.parse(text), core.parse(text).starts[0], params=params, **options).z[-1]
        return 0.5 * float(end @ end)

    slope = core.gradient(core.parse(text), half_square, names, method, integrate=options).flat() @ along
    left = [abs(loss(h) - loss(0.0) - h * slope) for h in (1e-2, 1e-3)]
    assert np.log10(left[0] / left[1]) == pytest.approx(2.0, abs=0.1)


def test_what_makes_no_sense_is_refused() -> None:
    problem = run(DECAY, ("k",), t=(0, 1))
    with pytest.raises(ValueError, match="the interpolating adjoint needs the accepted steps of the forward run"):
        Interpolating().backward(replace(problem.solve, dense=None), itself, problem.inputs)
