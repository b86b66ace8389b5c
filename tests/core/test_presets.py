"""Every preset opens, means what it says, and runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import presets
from core.codec import decode, encode
from core.experiment_file_error import ExperimentFileError
from core.language import parse
from core.readings import Equilibria, FixedPoints, Iterations, Trajectories, VelocityGrid
from core.request import Request, Viewport
from core.run_summary import run_summary
from core.runner import frames

PROMISED = {"linear", "spiral", "van_der_pol", "pendulum", "duffing", "lotka_volterra", "lorenz", "sir"}
PROMISED |= {"forced_van_der_pol"}
LAYERS = {
    "neuron",
    "cosine",
    "babylonian_root",
    "wallis_cubic",
    "cubic_root",
    "tutorial_layer",
    "tutorial_memory",
    "tutorial_stream_0",
    "tutorial_stream_1",
    "circle_and_hyperbola",
    "self_attention",
    "newton_cubic",
    "julia",
    "mon_deq",
    "hopfield",
    "normalised_residual",
    "residual_network",
    "spectral_norm",
    "anderson_ridge",
    "square_root",
    "newton_cycle",
    "digits_equilibrium",
    "digits_tied",
    "monotone_moons",
}
LANDSCAPES = {"rosenbrock", "narrow_valley", "two_wells"}
VECTOR_FIELDS = sorted(set(presets.names()) - LAYERS)


def test_the_promised_presets_are_there() -> None:
    assert set(presets.names()) >= PROMISED | LAYERS | LANDSCAPES
    assert list(presets.names()) == sorted(presets.names())


@pytest.mark.parametrize("name", presets.names())
def test_preset_is_complete(name: str) -> None:
    experiment, notes = presets.load_preset(name)
    system = parse(experiment.text, experiment.tensors)
    assert system.title
    assert 40 <= len(notes.description) <= 120
    assert system.starts or system.size > 6
    assert system.parameters or system.learnt
    assert set(system.components) <= set(system.view) or system.size > 6
    quantities = {*system.components, *(parameter.name for parameter in system.parameters)}
    assert notes.axes is None or set(notes.axes) <= quantities
    assert decode(encode(experiment, notes), experiment.tensors) == (experiment, notes)


@pytest.mark.parametrize("name", VECTOR_FIELDS)
def test_preset_runs_to_its_end(name: str) -> None:
    experiment, _ = presets.load_preset(name)
    system = parse(experiment.text)
    across, up = (system.components[0], system.components[1]) if system.size > 1 else ("t", system.components[0])
    viewport = Viewport(across, up, system.view[across], system.view[up])
    *_, last = frames(Request(experiment, frozenset({Trajectories, VelocityGrid, Equilibria}), viewport))
    assert last.error is None
    curves = last.get(Trajectories)
    assert curves is not None
    assert all(outcome.success for outcome in curves.forward)
    assert np.isfinite(curves.z).all()
    for index in range(len(curves)):
        assert curves.t[curves.curve(index)][-1] == pytest.approx(system.span[1])
        assert tuple(curves.starts[index]) == system.starts[index]


@pytest.mark.parametrize("name", sorted(LAYERS - {"newton_cycle", "digits_tied"}))  # which are about ones that are not
def test_the_samples_of_a_layer_are_solved(name: str) -> None:
    experiment, _ = presets.load_preset(name)
    *_, last = frames(Request(experiment, frozenset({Iterations})))
    summary = run_summary(experiment, parse(experiment.text, experiment.tensors), last)
    assert summary["success"], summary["reason"]


def test_a_julia_set_is_dust_where_both_fixed_points_repel() -> None:
    experiment, _ = presets.load_preset("julia")
    *_, last = frames(Request(replace(experiment, values={"q": 0.6}), frozenset({Iterations, FixedPoints})))
    c = -0.4 + 0.6j
    expected = [(1 - np.sqrt(1 - 4 * c)) / 2, (1 + np.sqrt(1 - 4 * c)) / 2]
    points = sorted(last.readings[FixedPoints].points, key=lambda point: point.radius)
    assert [complex(*point.point) for point in points] == pytest.approx(expected, abs=1e-12)
    assert [point.radius for point in points] == pytest.approx([1.0171262437646467, 2.8358731652573734], rel=1e-12)
    assert points[0].attracting is False
    (turns,) = last.readings[Iterations].runs
    assert {outcome.name for outcome in turns.outcomes} == {"diverged"}
    assert int(np.argmax(np.hypot(*turns.z[:, 0].T) > 2.0)) == 26  # from 0: c lies outside the Mandelbrot set


def test_the_spiral_is_the_cubic_one() -> None:
    # y' = (y^3) A with A = [[-.1, 2], [-2, -.1]] and row vectors, as in the literature on neural ODEs
    system = parse(presets.load_preset("spiral")[0].text)
    assert (system.starts, system.span) == (((2.0, 0.0),), (0.0, 25.0))
    experiment, _ = presets.load_preset("spiral")
    *_, last = frames(Request(experiment, frozenset({VelocityGrid}), Viewport("x", "y", (1.0, 2.0), (-1.0, 2.0))))
    grid = last.get(VelocityGrid)
    assert grid is not None
    x, y = np.meshgrid(grid.x, grid.y)
    expected = np.stack([x, y], axis=-1) ** 3 @ np.array([[-0.1, 2.0], [-2.0, -0.1]])
    np.testing.assert_allclose(np.stack([grid.u, grid.v], axis=-1), expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", ["van_der_pool", "../presets/spiral", "", "spiral.toml"])
def test_an_unknown_preset_is_refused(name: str) -> None:
    with pytest.raises(ExperimentFileError, match="there is no preset"):
        presets.load_preset(name)


def test_the_nearest_preset_is_named() -> None:
    with pytest.raises(ExperimentFileError, match="did you mean 'van_der_pol'"):
        presets.load_preset("van_der_pool")


def test_the_layer_of_the_tutorial_is_the_one_torch_draws() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    weights, inputs = torch.nn.Linear(50, 50, bias=False).weight, torch.randn(10, 50)
    experiment, _ = presets.load_preset("tutorial_layer")
    stored = {name: tensor.array() for name, tensor in experiment.tensors.items()}
    system = parse(experiment.text, experiment.tensors)
    assert (system.size, system.batch) == (50, 10)
    # a seed's numbers may change with torch; those of the preset stay, and are these while they agree
    if np.allclose(weights.detach().numpy(), stored["W"]):
        assert inputs.numpy() == pytest.approx(stored["X"])
    assert np.abs(stored["W"]).max() <= 50.0**-0.5
