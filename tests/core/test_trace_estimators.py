"""Estimates of traces: unbiased, with the variance that theory gives, and with noise that stays on all the way."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import core
from core import catalogue
from core.field_derivatives import CallableDerivatives, FormulaDerivatives
from core.trace_estimators.gaussian import Gaussian
from core.trace_estimators.rademacher import Rademacher

DOUBLE = torch.float64
torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits
A = np.array([[1.0, 2.0], [3.0, 4.0]])
NOISY = ("gaussian", "rademacher")
FINE = {"rtol": 1e-11, "atol": 1e-12}


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


@pytest.mark.parametrize(("name", "variance"), [("exact", 0.0), ("rademacher", 25.0), ("gaussian", 59.0)])
def test_the_variance_is_that_of_the_formula(name: str, variance: float) -> None:
    """2 (|S|^2 - sum S_ii^2) = 2 (29.5 - 17), and 2 |S|^2."""
    estimator = catalogue.trace_estimator(name)
    assert estimator.variance(A) == pytest.approx(variance, rel=1e-14)
    found = estimator.estimates(A, 200_000, generator())
    mean, spread = found.mean(), found.var()
    assert mean == pytest.approx(5.0, abs=4.0 * math.sqrt(variance / len(found)) + 1e-12)
    fourth = ((found - mean) ** 4).mean()
    assert spread == pytest.approx(variance, abs=4.0 * math.sqrt(max(fourth - spread**2, 0.0) / len(found)) + 1e-3)


@pytest.mark.parametrize("kind", [Gaussian, Rademacher])
@pytest.mark.parametrize("n", [1, 5])
def test_more_vectors_make_less_noise(kind: type[Gaussian] | type[Rademacher], n: int) -> None:
    jacobian = np.random.default_rng(n).standard_normal((n, n))
    assert kind(probes=4).variance(jacobian) == pytest.approx(kind().variance(jacobian) / 4.0)
    found = kind(probes=4).estimates(jacobian, 100_000, generator())
    assert found.mean() == pytest.approx(np.trace(jacobian), abs=4.0 * found.std() / 300.0 + 1e-12)
    assert found.var() == pytest.approx(kind(probes=4).variance(jacobian), rel=0.05, abs=1e-12)


def test_signs_tell_a_diagonal_matrix_exactly() -> None:
    diagonal = np.diag([1.0, -2.0, 5.0])
    assert Rademacher().variance(diagonal) == 0.0
    assert Rademacher().estimates(diagonal, 50, generator()) == pytest.approx(4.0, abs=1e-14)
    assert Gaussian().estimates(diagonal, 50, generator()).std() > 1.0


class Network(nn.Module):
    def __init__(self, n: int) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.net = nn.Sequential(nn.Linear(n + 1, 9), nn.Tanh(), nn.Linear(9, n)).to(DOUBLE)

    def forward(self, t: Tensor, z: Tensor) -> Tensor:
        return self.net(torch.cat([z, t.expand(len(z), 1)], dim=1))


@pytest.mark.parametrize("name", NOISY)
def test_an_estimate_in_torch_is_a_product_with_the_jacobian(name: str) -> None:
    text = core.parse("z' = tanh(W z)*z[1] + t\nz in R^3\nW = normal(3, 3, seed 1)")
    fields = FormulaDerivatives(text, text.defaults(), {}), CallableDerivatives(core.field(Network(3), 3))
    t, z = torch.full((4,), 0.3, dtype=DOUBLE), torch.tensor(generator(1).standard_normal((4, 3)))
    noise = torch.tensor(generator(2).standard_normal((2, 4, 3)))
    for field in fields:
        rates, trace = catalogue.trace_estimator(name).rates_and_trace(field, t, z, noise)
        torch.testing.assert_close(rates, field.rates(t, z))
        for row in range(4):
            at = partial(field.rates, t[row : row + 1])
            jacobian = torch.autograd.functional.jacobian(at, z[row : row + 1]).reshape(3, 3)
            wanted = torch.einsum("ki,ij,kj->", noise[:, row], jacobian, noise[:, row]) / 2.0
            torch.testing.assert_close(trace[row], wanted)


def test_the_noise_of_a_point_stays_on_all_its_way() -> None:
    """z' = A z for 0.1: e^T A e is 0 or 10 with signs, so the logarithm is 0 or 1 and nothing between."""
    flow = core.ContinuousFlow(core.field(lambda z: z @ torch.tensor(A).T, 2), t=(0.0, 0.1), trace="rademacher", **FINE)
    _, change = flow(torch.ones(400, 2, dtype=DOUBLE))
    whole = change.round()
    assert change.numpy() == pytest.approx(whole.numpy(), abs=1e-10)
    assert set(whole.tolist()) == {0.0, 1.0}
    assert float(whole.mean()) == pytest.approx(0.5, abs=4.0 * 0.5 / 20.0)
    # with opposite numbers beside the diagonal S is diagonal, and signs make no noise
    flow = core.ContinuousFlow(
        core.parse("z' = A z\nz in R^2\nA = [[-0.3, 1], [-1, 0.1]]"), t=(0, 2), trace="rademacher"
    )
    assert flow(torch.ones(5, 2, dtype=DOUBLE))[1].numpy() == pytest.approx(-0.4, abs=1e-7)


@pytest.mark.parametrize("name", NOISY)
def test_a_density_by_estimates_is_unbiased(name: str) -> None:
    network, z = Network(6), torch.zeros(4000, 6, dtype=DOUBLE)
    with torch.no_grad():
        exact = core.ContinuousFlow(network, method="rk4", step=0.25).log_prob(z[:1])
        found = core.ContinuousFlow(network, method="rk4", step=0.25, trace=name).log_prob(z)
    assert float(found.std()) > 1e-3
    assert float(found.mean()) == pytest.approx(float(exact), abs=4.0 * float(found.std()) / math.sqrt(4000))


@pytest.mark.parametrize("trace", [*NOISY, Rademacher(probes=3)])
def test_gradcheck(trace: object) -> None:
    network, z = Network(2), torch.tensor([[0.4, -0.2]], dtype=DOUBLE, requires_grad=True)

    def log_prob(z: Tensor, *_: Tensor) -> Tensor:
        return core.ContinuousFlow(network, method="rk4", step=0.5, trace=trace, seed=5).log_prob(z)

    assert torch.autograd.gradcheck(log_prob, (z, *network.parameters()), atol=1e-7, nondet_tol=1e-12)


def test_a_seed_draws_the_same_and_each_call_anew() -> None:
    z = torch.ones(3, 2, dtype=torch.float32)
    first, again, other = (core.ContinuousFlow(Network(2).float(), trace="gaussian", seed=seed) for seed in (1, 1, 2))
    changes = [flow(z)[1] for flow in (first, again, other)]
    assert changes[0].dtype == torch.float32
    assert torch.equal(changes[0], changes[1])
    assert not torch.equal(changes[0], changes[2])
    assert not torch.equal(first(z)[1], changes[0])


def test_points_go_the_same_way_as_with_the_exact_trace() -> None:
    z = torch.tensor(generator().standard_normal((5, 3)))
    ends = [core.ContinuousFlow(Network(3), trace=name, **FINE)(z)[0] for name in ("exact", *NOISY)]
    for end in ends[1:]:
        torch.testing.assert_close(end, ends[0], rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(
    ("trace", "sentence"), [("rademacer", "did you mean 'rademacher'"), (3, "name of a trace estimator")]
)
def test_another_trace_is_refused(trace: object, sentence: str) -> None:
    with pytest.raises((ValueError, TypeError), match=sentence):
        core.ContinuousFlow(Network(2), trace=trace)


def test_numbers_outside_their_range_are_refused() -> None:
    with pytest.raises(ValueError, match="probes must lie between 1 and 1000"):
        Rademacher(probes=0)
