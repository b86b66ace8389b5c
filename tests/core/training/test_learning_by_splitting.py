"""A monotone layer whose weights are learnt, solved by splitting methods."""

from __future__ import annotations

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core.cells.monotone_cell import MonotoneCell
from core.language import parse
from core.presets import load_preset
from core.training.formula_network import CellNetwork
from core.training.learnt_weights import learnt_weights
from core.training.session import TrainingSession


def monotone(dtype="float64", **root):
    """The preset with few points."""
    experiment, _ = load_preset("monotone_moons")
    training = replace(experiment.training, points=60, test_points=40, batch=20)
    root = replace(experiment.root, **({"tolerance": 1e-11, "iterations": 3000} | root))
    return replace(experiment, dtype=dtype, training=training, root=root)


def cell_of(experiment):
    """The cell of a text and its weights."""
    system = parse(experiment.text, experiment.tensors)
    weights = learnt_weights(system, experiment)
    return CellNetwork(system, experiment.values, weights, "x"), weights


def reference(weights):
    """The same cell, written by hand."""
    given = (weights[name].detach() for name in ("A", "B", "U", "b"))
    return MonotoneCell.from_weights(*given, margin=0.5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_text_is_the_monotone_cell(dtype):
    cell, weights = cell_of(monotone(dtype))
    other = reference(weights)
    z, x = (torch.randn(7, n, generator=torch.Generator().manual_seed(n)).to(other.A) for n in (16, 2))
    room = 20 * torch.finfo(other.A.dtype).eps
    assert torch.allclose(cell(z, x), other(z, x), rtol=room, atol=room)
    assert torch.allclose(cell.preactivation(z, x), other.preactivation(z, x), rtol=room, atol=room)
    assert torch.equal(cell(z, x), torch.relu(cell.preactivation(z, x)))


def test_a_layer_of_another_form_has_none():
    cell, _ = cell_of(networks.equilibrium())
    assert cell.preactivation is None


@pytest.mark.parametrize("solver", ["peaceman_rachford", "forward_backward"])
def test_splitting_finds_the_fixed_points_and_their_gradient(solver):
    options = {"forward_backward": {"alpha": 0.05}} if solver == "forward_backward" else {}
    experiment = monotone(solver=solver, options=options)
    session = TrainingSession(experiment)
    batch = session._batch()
    loss = session.learner.loss(batch)
    loss.backward()
    assert session.learner.effort().failed == 0.0
    other = TrainingSession(monotone(solver="newton"))
    truth = other.learner.loss(batch)
    truth.backward()
    assert float(loss.detach()) == pytest.approx(float(truth.detach()), rel=1e-8)
    for name, weight in session.weights.items():
        expected = other.weights[name].grad
        assert float((weight.grad - expected).norm()) <= 1e-7 * (1.0 + float(expected.norm())), name


def test_a_layer_that_no_splitting_solves_is_refused_in_a_sentence():
    plain = networks.equilibrium()
    for solver in ("peaceman_rachford", "forward_backward"):
        session = TrainingSession(replace(plain, root=replace(plain.root, solver=solver)))
        with pytest.raises(ValueError, match="needs a layer z <- relu"):
            session.learner.loss(session._batch())


def test_every_start_leads_to_the_one_fixed_point():
    session = TrainingSession(monotone())
    for _ in range(15):
        session.advance()
    layer = session.learner._layer
    x = torch.as_tensor(session._test.x)
    ends = []
    for seed in range(3):
        start = 5.0 * torch.randn(len(x), 16, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        with torch.no_grad():
            ends.append(layer(x, start))
    assert float((ends[0] - ends[1]).abs().max()) < 1e-8
    assert float((ends[0] - ends[2]).abs().max()) < 1e-8
    assert np.isfinite(ends[0].numpy()).all()
