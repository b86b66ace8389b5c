"""What the fields of potentials and energies keep, and how built networks learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from block_networks import tensors_of

from core import catalogue
from core.blocks.activation import Activation
from core.blocks.attention import Attention
from core.blocks.concat_squash import ConcatSquash
from core.blocks.concat_time import ConcatTime
from core.blocks.convolution import Convolution
from core.blocks.formula import FormulaNode
from core.blocks.gradient_field import GradientField
from core.blocks.hamiltonian_field import HamiltonianField
from core.blocks.layer_norm import LayerNorm
from core.blocks.limited_linear import LimitedLinear
from core.blocks.linear import Linear
from core.blocks.residual import Residual
from core.integration import integrate
from core.language import array_invariant, invariants_of, parse, torch_divergence, torch_field
from core.network_block import RecipeError
from core.network_builder import recipe_experiment, recipe_for, recipe_text
from core.network_recipe import Recipe
from core.training.session import TrainingSession
from core.training_file import load_checkpoint, save_checkpoint

STATES = torch.tensor(np.random.default_rng(0).normal(size=(9, 4)))


def potential(tensors: dict[str, torch.Tensor], z: torch.Tensor) -> torch.Tensor:
    """w tanh(A z + b)."""
    return torch.tanh(z @ tensors["A1"].T + tensors["b1"]) @ tensors["w1"]


def slope(tensors: dict[str, torch.Tensor], z: torch.Tensor) -> torch.Tensor:
    z = z.clone().requires_grad_()
    return torch.autograd.grad(potential(tensors, z).sum(), z)[0]


def test_hamiltons_equations_are_those_of_the_energy_and_keep_every_volume() -> None:
    system = parse(recipe_text(Recipe((HamiltonianField(7),), added=2)))
    tensors = tensors_of(system)
    rates, trace = torch_divergence(system)(0.3, STATES, {**system.defaults(), **tensors})
    down = slope(tensors, STATES)
    torch.testing.assert_close(rates, torch.cat([down[:, 2:], -down[:, :2]], 1), rtol=1e-12, atol=1e-13)
    assert trace.abs().max() < 1e-14


def test_the_way_down_is_that_of_the_potential_and_nothing_turns() -> None:
    system = parse(recipe_text(Recipe((GradientField(7),), added=2)))
    tensors = tensors_of(system)
    params = {**system.defaults(), **tensors}
    found = torch_field(system)(0.3, STATES, params)
    torch.testing.assert_close(found, -slope(tensors, STATES), rtol=1e-12, atol=1e-13)
    jacobian = torch.func.jacrev(lambda z: torch_field(system)(0.3, z, params))(STATES[0])
    torch.testing.assert_close(jacobian, jacobian.T, rtol=1e-12, atol=1e-14)


def energies(text: str, method: str, step: float) -> np.ndarray:
    system = parse(text)
    (energy,) = invariants_of(system)
    run = integrate(system, [1.0, -0.4], (0.0, 20.0), method=method, step=step)
    return array_invariant(system, energy)(0.0, run.z, ())


def test_the_energy_drifts_as_little_as_a_symplectic_method_lets_it() -> None:
    text = recipe_text(Recipe((HamiltonianField(16),), seed=3))
    coarse, fine = (np.ptp(energies(text, "gauss2", step)) for step in (0.2, 0.1))
    assert coarse < 1e-5
    assert fine < coarse / 8 or fine < 1e-13
    down = energies(recipe_text(Recipe((GradientField(16),), seed=3)), "gauss2", 0.1)
    assert np.all(np.diff(down) < 1e-12)


@pytest.mark.parametrize("limit", [0.5, 3.0])
def test_a_limited_map_stretches_no_further(limit: float) -> None:
    blocks = LimitedLinear(8, limit), Activation("tanh"), LimitedLinear(2, limit)
    system = parse(recipe_text(Recipe(blocks, answers=0, added=1)))
    wild = {name: 5.0 * tensor for name, tensor in tensors_of(system).items()}
    last = float(min(1.0, 1.0 / torch.linalg.matrix_norm(wild["W3"])))
    wild["W3"] *= last  # the map back to the state has no limit of its own
    pairs = torch.tensor(np.random.default_rng(2).normal(size=(2, 200, 3)))
    ends = torch_field(system)(0.0, pairs, {**system.defaults(), **wild})
    ratio = (ends[0] - ends[1]).norm(dim=1) / (pairs[0] - pairs[1]).norm(dim=1)
    assert ratio.max() <= limit**2


LEARNERS = [
    ("circles", "ode", (Linear(16), Activation("tanh"), Linear(16), Activation("tanh"), Residual(2)), {"added": 1}),
    ("circles", "ode", (HamiltonianField(16),), {}),
    ("minus_x", "ode", (Linear(8), LayerNorm(), Activation("gelu")), {"added": 1}),
    ("spiral", "ode", (Linear(16), Activation("tanh")), {}),
    ("minus_x", "second_order", (Activation("tanh"),), {"size": 16}),
    ("circles", "second_order", (Activation("tanh"), ConcatTime(16), Activation("tanh")), {"size": 16, "added": 1}),
    ("digits", "equilibrium", (Activation("tanh"),), {"size": 24}),
    ("digits", "ode", (Convolution(4, "3 x 3"), Activation("tanh"), Convolution(1, "3 x 3")), {}),
    ("digits", "equilibrium", (Convolution(2, "5"), Activation("tanh"), Convolution(1, "3")), {"size": 24}),
    ("digits", "ode", (Attention(8), Residual(1)), {}),
    ("moons", "ode", (Linear(16), FormulaNode("sin(x)*x")), {}),
    ("circles", "equilibrium", (FormulaNode("x/(1 + abs(x))"),), {"size": 8}),
    ("digits", "equilibrium", (Attention(4), Activation("tanh")), {"size": 24}),
    ("minus_x", "equilibrium", (Activation("tanh"), LimitedLinear(8, 0.8)), {"size": 8}),
    ("eight_gaussians", "flow", (ConcatSquash(16), Activation("softplus")), {}),
]


@pytest.mark.parametrize(("data", "kind", "blocks", "sizes"), LEARNERS)
def test_what_is_built_learns(data: str, kind: str, blocks: tuple, sizes: dict) -> None:
    session = TrainingSession(recipe_experiment(recipe_for(data, kind, blocks, **sizes), data))
    before, _ = session.learner.measured(session._test)
    for _ in range(15 if data == "digits" else 60):
        session.advance()
    after, _ = session.learner.measured(session._test)
    assert after < before


def test_a_built_network_goes_on_from_a_checkpoint(tmp_path: Path) -> None:
    blocks = Convolution(2, "3 x 3"), FormulaNode("sin(x)*x"), Convolution(1, "3 x 3"), Attention(8)
    experiment = recipe_experiment(recipe_for("digits", "second_order", blocks, size=16), "digits")
    whole, first = TrainingSession(experiment), TrainingSession(experiment)
    for session, steps in ((whole, 3), (first, 2)):
        for _ in range(steps):
            session.advance()
    save_checkpoint(tmp_path / "here.safetensors", first.state())
    again = TrainingSession(experiment, load_checkpoint(tmp_path / "here.safetensors"))
    again.advance()
    assert again.iteration == 3
    for name, weight in whole.weights.items():
        assert torch.equal(weight, again.weights[name])


@pytest.mark.parametrize("name", list(catalogue.data_sets()))
def test_every_data_set_has_a_network_that_learns_it(name: str) -> None:
    kind = "flow" if catalogue.data_sets()[name].about == "density" else "ode"
    experiment = recipe_experiment(recipe_for(name, kind, (Linear(8), Activation("tanh"))), name)
    session = TrainingSession(experiment)
    session.advance()
    assert session.iteration == 1


def test_data_that_do_not_fit_are_told() -> None:
    with pytest.raises(RecipeError, match="not for a flow"):
        recipe_for("circles", "flow", ())
    for kind in ("equilibrium", "second_order"):
        with pytest.raises(RecipeError, match="choose a neural ODE"):
            recipe_for("spiral", kind, ())
    with pytest.raises(RecipeError, match="has 64 components, and the network takes 2"):
        recipe_experiment(Recipe(()), "digits")
    with pytest.raises(ValueError, match="circles"):
        recipe_for("circle", "ode", ())
