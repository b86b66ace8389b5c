"""Everything that moves weights, against its formula."""

import numpy as np
import pytest
import torch

from core import catalogue
from core.training.optimiser_memory import remembered, take_up

HESSIAN = torch.diag(torch.tensor([1.0, 4.0, 9.0], dtype=torch.float64))


def run(name, rate, steps, options=None, begin=None, memory=b"", dtype=torch.float64):
    """The weights after `steps` on a quadratic loss, and the optimiser."""
    start = torch.ones(3, dtype=dtype) if begin is None else begin.clone()
    weight = torch.nn.Parameter(start)
    optimiser = catalogue.optimiser(name, options or {}).build((weight,), rate)
    if memory:
        assert take_up(optimiser, memory, name)

    def closure():
        optimiser.zero_grad()
        loss = 0.5 * weight @ HESSIAN.to(dtype) @ weight
        loss.backward()
        return loss

    for _ in range(steps):
        optimiser.step(closure)
    return weight.detach(), optimiser


def test_gradient_descent_is_a_power():
    weight, _ = run("sgd", 0.1, 5)
    assert torch.allclose(weight, (1.0 - 0.1 * HESSIAN.diagonal()) ** 5, rtol=1e-14)


def test_momentum_is_its_recursion():
    w, v = np.ones(3), np.zeros(3)
    for _ in range(6):
        v = 0.8 * v + HESSIAN.diagonal().numpy() * w
        w = w - 0.05 * v
    weight, _ = run("momentum", 0.05, 6, {"beta": 0.8})
    assert np.allclose(weight.numpy(), w, rtol=1e-13)


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_adam_is_its_recursion(name):
    w, m, v, rate, decay = np.ones(3), np.zeros(3), np.zeros(3), 0.05, 0.02
    for k in range(1, 7):
        g = HESSIAN.diagonal().numpy() * w + (decay * w if name == "adam" else 0.0)
        w = w * (1.0 - rate * decay) if name == "adamw" else w
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w = w - rate * (m / (1 - 0.9**k)) / (np.sqrt(v / (1 - 0.999**k)) + 1e-8)
    weight, _ = run(name, rate, 6, {"weight_decay": decay})
    assert np.allclose(weight.numpy(), w, rtol=1e-12)


def test_lbfgs_solves_a_quadratic_in_few_steps():
    weight, _ = run("lbfgs", 1.0, 20)
    assert float(weight.norm()) < 1e-9


def test_the_gradient_flow_has_order_four():
    exact = torch.exp(-HESSIAN.diagonal() * 0.8)
    errors = [float((run("gradient_flow", 0.8 / n, n)[0] - exact).norm()) for n in (16, 32, 64)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(4.0, abs=0.35)
    assert np.log2(errors[1] / errors[2]) == pytest.approx(4.0, abs=0.2)


@pytest.mark.parametrize("name", sorted(catalogue.optimisers()))
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_one_that_is_taken_up_goes_on_to_the_bit(name, dtype):
    whole, _ = run(name, 0.03, 9, dtype=dtype)
    half, optimiser = run(name, 0.03, 4, dtype=dtype)
    rest, _ = run(name, 0.03, 5, begin=half, memory=remembered(optimiser, name), dtype=dtype)
    assert torch.equal(whole, rest)


def test_memory_of_another_kind_is_not_taken_up():
    _, optimiser = run("adam", 0.01, 2)
    memory = remembered(optimiser, "adam float64")
    other = catalogue.optimiser("momentum", {}).build((torch.nn.Parameter(torch.ones(3)),), 0.01)
    assert not take_up(other, memory, "momentum float64")


def test_wrong_names_are_answered_with_the_nearest():
    with pytest.raises(ValueError, match="adamw"):
        catalogue.optimiser("adam_w", {})
    with pytest.raises(TypeError, match="beta1"):
        catalogue.optimiser("adam", {"beta_1": 0.5})
    with pytest.raises(ValueError, match=r"between 0 and 0\.999"):
        catalogue.optimiser("momentum", {"beta": 1.5})
