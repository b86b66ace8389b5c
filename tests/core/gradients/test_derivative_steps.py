"""Derivatives of trajectories at rest, or nearly: their steps are not to be longer than these allow."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.analysis.adjoint_gap import adjoint_gap
from core.analysis.forward_run import ForwardRun
from core.derivative_steps import shortened
from core.formula_field import FormulaField

DECAY = "x' = -50*(x - a)\na = 1 in [0, 2]\nstart 1\nt in [0, 30]"
PENDULUM = "x' = y\ny' = -sin(x) - c*y\nc = 0.3 in [0, 1]\nstart (0, 0)"
VALLEY = "minimise (a - x)^2 + 100*(y - x^2)^2\nover x = 1, y = 1\na = 1 in [0, 2]"
EXACT = ("discrete", "checkpointed", "forward_sensitivity")
METHODS = ("dopri5", "tsit5", "dop853", "bogacki_shampine_3", "rodas5p", "radau5")


def total(z: torch.Tensor) -> torch.Tensor:
    return z.sum()


@pytest.mark.parametrize("off", [0.0, 1e-12, 1e-9, 1e-7, 1e-4])
@pytest.mark.parametrize("end", [1.0, 30.0])
@pytest.mark.parametrize("method", EXACT)
def test_a_start_at_rest_or_nearly_has_the_derivative_of_the_solution(method: str, off: float, end: float) -> None:
    # x(t) = a + (x0 - a) e^(-50 t)
    card = core.gradient(
        core.parse(DECAY), total, ("a", "start"), method, start=[1.0 + off], integrate={"t": (0.0, end)}
    )
    tolerance = 1e-5 if off < 1e-5 else 1e-1  # an error of 1e-6 in the state, beside a part of 1e-4
    assert float(card.grads["a"]) == pytest.approx(1.0, abs=tolerance)
    assert abs(float(card.grads["start"])) < tolerance
    assert card.exact


@pytest.mark.parametrize("method", METHODS)
def test_by_every_kind_of_steps(method: str) -> None:
    card = core.gradient(core.parse(DECAY), total, "a", start=[1.0], integrate={"t": (0.0, 30.0), "method": method})
    assert float(card.grads["a"]) == pytest.approx(1.0, abs=1e-4)


def test_a_hanging_pendulum_swings_in_its_derivative() -> None:
    # S' = A S with A = [[0, 1], [-1, -c]]: d (x + y) / d start = (1, 1) e^(30 A)
    matrix = torch.matrix_exp(30.0 * torch.tensor([[0.0, 1.0], [-1.0, -0.3]], dtype=torch.float64))
    card = core.gradient(core.parse(PENDULUM), total, "start", start=[0.0, 0.0], integrate={"t": (0.0, 30.0)})
    assert card.grads["start"].numpy() == pytest.approx(matrix.sum(dim=0).numpy(), rel=2e-2)


def test_a_minimum_is_left_as_the_equation_leaves_it() -> None:
    # the minimum is (a, a^2): J S = -df/da at rest, approached as e^(-0.4 t)
    card = core.gradient(core.parse(VALLEY), total, "a", start=[1.0, 1.0], integrate={"t": (0.0, 10.0)})
    wanted = core.gradient(
        core.parse(VALLEY), total, "a", "interpolating", start=[1.0, 1.0], integrate={"t": (0.0, 10.0), "rtol": 1e-9}
    )
    assert float(card.grads["a"]) == pytest.approx(float(wanted.grads["a"]), rel=1e-4)
    assert 2.5 < float(card.grads["a"]) < 3.0


def test_a_comparison_is_with_the_truth() -> None:
    methods = (*EXACT, "interpolating")
    compared = core.compare_gradients(core.parse(DECAY), total, "a", methods, start=[1.0], integrate={"t": (0.0, 1.0)})
    cards = {card.method: card for card in compared}
    assert float(cards["reference"].grads["a"]) == pytest.approx(1.0, abs=1e-9)
    for name in (*EXACT, "interpolating", "finite_differences", "complex_step"):
        assert cards[name].relative_error < 1e-6
    assert all(cards[name].exact for name in EXACT)


def test_a_layer_learns_at_rest() -> None:
    field = torch.nn.Linear(1, 1).double()
    with torch.no_grad():
        field.weight.fill_(-50.0)
        field.bias.fill_(50.0)
    layer = core.OdeLayer(field, 1, t=(0.0, 30.0))
    layer(torch.ones(4, 1, dtype=torch.float64)).mean().backward()
    assert float(field.bias.grad) == pytest.approx(1 / 50, rel=1e-6)
    assert float(field.weight.grad) == pytest.approx(50 / 2500, rel=1e-6)


def test_a_fit_leaves_a_start_at_rest() -> None:
    assert core.fit(core.parse(DECAY), "a", target=[1.5], start=[1.0]).values["a"] == pytest.approx(1.5, abs=1e-6)


def test_events_on_the_way_change_nothing_about_it() -> None:
    text = "x' = -50*(x - a)\ny' = 1\nwhen y = 2: y = 0\na = 1 in [0, 2]\nstart (1, 0)"
    card = core.gradient(core.parse(text), lambda z: z[0], "a", start=[1.0, 0.0], integrate={"t": (0.0, 5.0)})
    assert float(card.grads["a"]) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "start", "method"),
    [
        ("x' = y\ny' = -x", [1.0, 0.0], "dopri5"),
        ("x' = 3*(1 - x^2)*y - x\ny' = x", [2.0, 0.0], "dopri5"),
        ("x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z", [1.0, 1.0, 1.0], "dopri5"),
        ("x' = y\ny' = -30*(y - cos(x))", [0.0, 2.0], "dopri5"),
        ("x' = 1\ny' = 2*x", [0.0, 0.0], "dopri5"),
        ("x' = -0.04*x + 1e4*y*z\ny' = 0.04*x - 1e4*y*z - 3e7*y^2\nz' = 3e7*y^2", [1.0, 0.0, 0.0], "radau5"),
    ],
)
def test_runs_whose_error_sees_what_derivatives_see_keep_their_steps(
    text: str, start: list[float], method: str
) -> None:
    field = FormulaField(core.parse(text))
    run = core.integrate(field, start, t=(0.0, 10.0), method=method)
    assert run.dense is not None
    integrator = catalogue.integrator(method)
    steps = catalogue.adaptive_controller("pi")(rtol=1e-6, atol=1e-9)
    assert shortened(integrator, steps, run.dense, field.jacobian()) is steps


STIFF = "x' = -1e7*(x - a)\na = 1 in [0, 2]\nstart 1\nt in [0, 30]"


def test_where_short_enough_steps_would_be_too_many_it_is_said() -> None:
    reference, discrete = core.compare_gradients(core.parse(STIFF), total, "a", "discrete", start=[1.0])[:2]
    assert float(reference.grads["a"]) == pytest.approx(1.0, abs=1e-6)
    assert not discrete.exact
    assert "too long for derivatives" in discrete.note
    assert float(discrete.grads["a"]) != pytest.approx(1.0, abs=0.5)  # or there would be nothing to say
    stiff = core.gradient(core.parse(STIFF), total, "a", start=[1.0], integrate={"method": "radau5"})
    assert float(stiff.grads["a"]) == pytest.approx(1.0, abs=1e-6)
    assert stiff.exact


def test_a_layer_warns_of_it() -> None:
    field = torch.nn.Linear(1, 1).double()
    with torch.no_grad():
        field.weight.fill_(-1e7)
        field.bias.fill_(1e7)
    layer = core.OdeLayer(field, 1, t=(0.0, 30.0))
    with pytest.warns(core.OdeWarning, match="too long for derivatives"):
        layer(torch.ones(1, 1, dtype=torch.float64))


def test_the_window_does_not_trust_it() -> None:
    field = FormulaField(core.parse(STIFF))
    control = catalogue.adaptive_controller("pi")(rtol=1e-6, atol=1e-9)
    run = ForwardRun(field, catalogue.integrator("dopri5"), control, (0.0, 30.0), np.array([1.0]), core.Budget())
    gap = adjoint_gap(run, catalogue.gradient_methods()["discrete"](), "sum")
    assert not gap.trusted
    assert "too long for derivatives" in gap.note
    assert gap.reference[0] == pytest.approx(1.0, abs=1e-6)


def test_fixed_steps_are_what_was_asked_for() -> None:
    card = core.gradient(core.parse(DECAY), total, "a", start=[1.0], integrate={"t": (0.0, 1.0), "step": 0.1})
    factor = np.polyval([1 / 600, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1], -5.0)  # dopri5's, ten times over
    assert float(card.grads["a"]) == pytest.approx(1.0 - factor**10, rel=1e-9)
