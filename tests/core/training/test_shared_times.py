"""What hangs on the time alone is computed once where all samples share it, with the same numbers."""

from __future__ import annotations

import pytest
import torch

from core.divergence_field import DivergenceField
from core.field_derivatives import FormulaDerivatives
from core.language import parse
from core.presets import load_preset
from core.training.formula_network import FieldNetwork, moment
from core.training.learnt_weights import learnt_weights

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits


def test_a_time_is_shared_where_its_layout_says_so() -> None:
    assert moment(torch.full((3,), 0.5)).shape == (3,)
    assert moment(torch.tensor([0.5]).expand(3)).shape == ()
    assert moment(torch.zeros(0)).shape == (0,)


@pytest.mark.parametrize("flow", [False, True])
def test_shared_times_give_the_slopes_and_gradients_of_times_one_by_one(flow: bool) -> None:
    experiment, _ = load_preset("eight_gaussians_flow")
    system = parse(experiment.text)
    weights = {name: torch.nn.Parameter(weight.double()) for name, weight in learnt_weights(system, experiment).items()}
    carrying = DivergenceField(FormulaDerivatives(system, {}, weights))
    network = carrying if flow else FieldNetwork(system, {}, weights)
    z = torch.randn(7, 3 if flow else 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = []
    for t in (torch.full((7, 1), 0.3, dtype=torch.float64), torch.tensor([[0.3]], dtype=torch.float64).expand(7, 1)):
        slopes = network(t, z)
        found.append((slopes.detach(), *torch.autograd.grad(slopes.square().sum(), tuple(weights.values()))))
    for one, shared in zip(*found, strict=True):
        torch.testing.assert_close(one, shared, rtol=1e-12, atol=1e-13)
