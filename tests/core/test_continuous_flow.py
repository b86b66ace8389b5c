"""Flows of densities whose maps, determinants and densities are known exactly."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import core

DOUBLE = torch.float64
torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits
FINE = {"rtol": 1e-12, "atol": 1e-13, "method": "dop853"}
A = torch.tensor([[-0.3, 1.0], [-1.0, 0.1]], dtype=DOUBLE)
LINEAR = "z' = A z\nz in R^2\nA = [[-0.3, 1], [-1, 0.1]]"
FLOW = [[-0.46500932267946, 0.77324867464527], [-0.77324867464527, -0.15570985282135]]
"""expm(2 A)."""


def as_text() -> core.System:
    return core.parse(LINEAR)


def as_function() -> object:
    return lambda z: z @ A.T


def as_module() -> nn.Module:
    module = nn.Linear(2, 2, bias=False).to(DOUBLE)
    module.weight.data = A.clone()
    return module


def as_field() -> object:
    return core.field(lambda t, z: z @ A.T + 0.0 * t, 2)


class Network(nn.Module):
    """A field of n components that hangs on time."""

    def __init__(self, n: int, dtype: torch.dtype = DOUBLE) -> None:
        super().__init__()
        torch.manual_seed(n)
        self.net = nn.Sequential(nn.Linear(n + 1, 7), nn.Tanh(), nn.Linear(7, n)).to(dtype)

    def forward(self, t: Tensor, z: Tensor) -> Tensor:
        return self.net(torch.cat([z, t.expand(len(z), 1)], dim=1))


def points(rows: int, n: int, dtype: torch.dtype = DOUBLE) -> Tensor:
    return torch.randn(rows, n, generator=torch.Generator().manual_seed(5), dtype=DOUBLE).to(dtype)


@pytest.mark.parametrize("make", [as_text, as_function, as_module, as_field])
def test_a_linear_flow_is_the_matrix_exponential(make: object) -> None:
    flow = core.ContinuousFlow(make(), t=(0.0, 2.0), **FINE)
    z = points(5, 2)
    with torch.no_grad():
        end, change = flow(z)
    assert end.numpy() == pytest.approx((z @ torch.tensor(FLOW, dtype=DOUBLE).T).numpy(), abs=1e-10)
    assert change.numpy() == pytest.approx(-0.4, abs=1e-12)
    back, undone = flow.inverse(end)
    assert back.detach().numpy() == pytest.approx(z.numpy(), abs=1e-10)
    assert undone.detach().numpy() == pytest.approx(0.4, abs=1e-12)


@pytest.mark.parametrize("make", [as_text, as_function])
def test_a_normal_distribution_pushed_forward_has_the_known_density(make: object) -> None:
    """Of x = M z, z normal: N(0, M M^T), with log p(0) = -log 2 pi - log |det M|."""
    flow = core.ContinuousFlow(make(), 2, t=(2.0, 0.0), **FINE)  # data lie at 2, the base at 0
    assert float(flow.log_prob(torch.zeros(1, 2, dtype=DOUBLE))) == pytest.approx(-1.43787706640934, abs=1e-12)
    matrix = torch.tensor(FLOW, dtype=DOUBLE)
    exact = torch.distributions.MultivariateNormal(torch.zeros(2, dtype=DOUBLE), matrix @ matrix.T)
    x = 2.0 * points(6, 2)
    assert flow.log_prob(x).numpy() == pytest.approx(exact.log_prob(x).numpy(), abs=1e-10)
    sample = flow.sample(40_000, seed=1)
    error = (torch.cov(sample.T) - matrix @ matrix.T).abs().max()
    assert error < 4.0 * math.sqrt(2.0 / 40_000)  # four standard errors of a variance below 1


@pytest.mark.parametrize(
    ("text", "start", "end", "logarithm"),
    [
        ("z' = z*(1 - z)", 0.2, 0.404609675191690, 0.409210941759305),
        ("z' = -z^3", 2.0, 2.0 / 3.0, -3.29583686600433),
    ],
)
def test_flows_on_a_line_have_the_known_slope(text: str, start: float, end: float, logarithm: float) -> None:
    for z in (torch.tensor([[start]], dtype=DOUBLE), torch.tensor([start], dtype=DOUBLE)):
        flow = core.ContinuousFlow(core.parse(text), t=(0.0, 1.0), **FINE)
        there, change = flow(z)
        assert there.shape == z.shape
        assert change.shape == z.shape[:-1]
        assert float(there) == pytest.approx(end, abs=1e-12)
        assert float(change) == pytest.approx(logarithm, abs=1e-11)
        back, undone = flow.inverse(there)
        assert float(back) == pytest.approx(start, abs=1e-11)
        assert float(undone) == pytest.approx(-logarithm, abs=1e-10)


def test_a_network_of_many_components_has_the_determinant_of_its_map() -> None:
    for n in (1, 3, 10):
        flow = core.ContinuousFlow(Network(n), t=(0.2, 1.1), **FINE)
        z = points(3, n)
        with torch.no_grad():
            _, change = flow(z)
        plain = core.OdeLayer(Network(n), t=(0.2, 1.1), **FINE)
        for row in range(3):
            jacobian = torch.autograd.functional.jacobian(plain, z[row : row + 1]).reshape(n, n)
            assert float(change[row]) == pytest.approx(float(torch.linalg.slogdet(jacobian)[1]), abs=1e-9)


def test_the_density_of_a_line_has_mass_one() -> None:
    flow = core.ContinuousFlow(Network(1), t=(0.0, 1.0), rtol=1e-9)
    x = torch.linspace(-12.0, 12.0, 4001, dtype=DOUBLE)
    with torch.no_grad():
        density = flow.log_prob(x[:, None]).exp()
    assert float(torch.trapezoid(density, x)) == pytest.approx(1.0, abs=1e-7)


@pytest.mark.parametrize("gradient", ["discrete", "checkpointed"])
def test_gradcheck(gradient: str) -> None:
    network, z = Network(2), points(2, 2).requires_grad_()
    flow = core.ContinuousFlow(network, method="rk4", step=0.5, gradient=gradient)
    assert torch.autograd.gradcheck(lambda z, *_: flow.log_prob(z), (z, *network.parameters()), atol=1e-7)
    assert torch.autograd.gradcheck(lambda z, *_: flow.inverse(z), (z, *network.parameters()), atol=1e-7)


def test_learnt_tensors_of_a_text_are_parameters_and_learn() -> None:
    text = "z' = W tanh(V z + a*t)\nz in R^2\na = 1\nlearn W = normal(2, 8, seed 1)/4\nlearn V = normal(8, 2, seed 2)"
    flow = core.ContinuousFlow(core.parse(text + "\nflow normal(2)"), params={"a": 0.5}, method="rk4", step=0.25)
    assert set(dict(flow.named_parameters())) == {"field.W", "field.V"}
    assert set(flow.state_dict()) == {"field.W", "field.V"}
    assert flow.t == (0.0, 1.0)
    x = 0.3 * points(64, 2) + 1.0
    optimiser = torch.optim.Adam(flow.parameters(), lr=0.02)
    losses = []
    for _ in range(30):
        optimiser.zero_grad()
        loss = -flow.log_prob(x).mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.5
    assert flow.report.backward.products > 0


def test_parameters_of_a_text_are_given_by_name() -> None:
    flow = core.ContinuousFlow(core.parse("x' = -k*x\nk = 1\nt in [0, 3]"), params={"k": 0.5}, **FINE)
    _, change = flow(torch.ones(2, 1, dtype=DOUBLE))
    assert change.numpy() == pytest.approx(-1.5, abs=1e-12)
    with pytest.raises(TypeError, match="no parameter 'q'"):
        core.ContinuousFlow(core.parse("x' = -k*x\nk = 1"), params={"q": 0.5})


def test_shapes_and_precisions_are_those_of_the_points() -> None:
    for dtype in (torch.float32, DOUBLE):
        flow = core.ContinuousFlow(Network(2, dtype), t=(0.0, 0.7))
        z = points(6, 2, dtype)
        end, change = flow(z)
        together, all_changes = flow(z.reshape(2, 3, 2))
        assert end.dtype == change.dtype == flow.log_prob(z).dtype == dtype
        assert together.shape == (2, 3, 2)
        assert all_changes.shape == (2, 3)
        assert torch.equal(together.reshape(6, 2), end)
        alone, its_change = flow(z[2])
        assert alone.detach().numpy() == pytest.approx(end[2].detach().numpy(), rel=1e-6)
        assert float(its_change) == pytest.approx(float(change[2]), abs=1e-5)
        assert core.ContinuousFlow(Network(2, dtype), 2).sample(3).dtype == dtype
    single = core.ContinuousFlow(as_text(), t=(0.0, 2.0))(points(4, 2, torch.float32))[1]
    assert single.dtype == torch.float32
    assert single.numpy() == pytest.approx(-0.4, abs=1e-5)
    assert core.ContinuousFlow(as_text()).float().sample(2).dtype == torch.float32


def test_a_callable_that_knows_no_forward_mode_is_differentiated_backwards() -> None:
    class Cubed(torch.autograd.Function):
        @staticmethod
        def forward(context: object, z: Tensor) -> Tensor:
            context.save_for_backward(z)
            return -(z**3)

        @staticmethod
        def backward(context: object, v: Tensor) -> Tensor:
            return -3.0 * context.saved_tensors[0] ** 2 * v

    flow = core.ContinuousFlow(lambda z: Cubed.apply(z), 1, **FINE)
    z = torch.full((2, 1), 2.0, dtype=DOUBLE, requires_grad=True)
    end, change = flow(z)
    assert end.detach().numpy() == pytest.approx(2.0 / 3.0, abs=1e-12)
    assert change.detach().numpy() == pytest.approx(-3.29583686600433, abs=1e-11)
    (slope,) = torch.autograd.grad(change.sum(), z)
    assert slope.numpy() == pytest.approx(-6.0 * 2.0 / (1.0 + 2.0 * 4.0), abs=1e-9)  # log |dz/dx| = -3/2 log(1 + 2 x^2)


def test_samples_are_the_same_for_the_same_seed_and_a_copy_is_apart() -> None:
    flow = core.ContinuousFlow(Network(2), 2)
    first = flow.sample(5, seed=3)
    assert torch.equal(flow.sample(5, seed=3), first)
    assert not torch.equal(flow.sample(5, seed=4), first)
    other = copy.deepcopy(flow)
    with torch.no_grad():
        next(other.parameters()).mul_(2.0)
    assert not torch.equal(other.sample(5, seed=3), first)
    assert torch.equal(flow.sample(5, seed=3), first)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: core.ContinuousFlow(core.parse("z <- cos(z)")), "differential equation"),
        (lambda: core.ContinuousFlow(core.parse("minimise x^2 + y^2\nover x = 1, y = 1")), "differential equation"),
        (lambda: core.ContinuousFlow(core.parse("x' = -x + 0.3 dW")), "noise"),
        (lambda: core.ContinuousFlow(core.parse("x' = v\nv' = -1\nwhen x = 0 falling: v = -v")), "events"),
        (lambda: core.ContinuousFlow(core.parse("z' = i*z\nz in C")), "complex"),
        (lambda: core.ContinuousFlow(as_text(), 3), "2 components, and n is 3"),
        (lambda: core.ContinuousFlow(as_module(), params={"a": 1.0}), "no text"),
        (lambda: core.ContinuousFlow(as_text(), method="bdf"), "explicit Runge-Kutta"),
        (lambda: core.ContinuousFlow(as_text(), t=(1.0, 1.0)), "span"),
        (lambda: core.ContinuousFlow(as_text(), rtoll=1e-3), "rtol"),
        (lambda: core.ContinuousFlow(3), "callable"),
        (lambda: core.ContinuousFlow(as_text())(torch.zeros(4, 3)), "points of 2 numbers, and z has 3"),
        (lambda: core.ContinuousFlow(as_text())(torch.zeros(0, 2)), "at least one point"),
        (lambda: core.ContinuousFlow(as_text())(np.zeros((3, 2))), "a tensor z"),
        (lambda: core.ContinuousFlow(as_text())(torch.zeros(3, 2, dtype=torch.int64)), "floating-point"),
        (lambda: core.ContinuousFlow(as_module())(torch.zeros(3, 2)), "weights are torch.float64"),
        (lambda: core.ContinuousFlow(as_module()).sample(3), "give n"),
        (lambda: core.ContinuousFlow(as_text()).sample(0), "at least 1"),
        (lambda: core.ContinuousFlow(as_text()).sample(2.5), "whole number"),
        (lambda: core.ContinuousFlow(as_text()).sample(2, seed=-1), "seed"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(make: object, sentence: str) -> None:
    with pytest.raises((ValueError, TypeError), match=sentence):
        make()


def test_points_that_do_not_arrive_are_told_and_counted() -> None:
    flow = core.ContinuousFlow(core.parse("z' = z^2"), t=(0.0, 2.0))
    with pytest.warns(core.OdeWarning, match="1 of 2 trajectories did not come to t = 2"):
        _, change = flow(torch.tensor([[1.0], [-1.0]], dtype=DOUBLE))
    assert bool(change[0].isnan())
    assert float(change[1]) == pytest.approx(-2.0 * math.log(3.0), rel=1e-6)
    with pytest.raises(core.OdeError):
        core.ContinuousFlow(core.parse("z' = z^2"), t=(0.0, 2.0), failure="raise")(torch.ones(1, 1, dtype=DOUBLE))
