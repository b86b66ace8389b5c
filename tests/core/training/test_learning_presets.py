"""Every preset that learns reaches its number.

The flow of eight Gaussians is trained for a part of its length, and whole with `--whole-trainings`.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.formula_field import FormulaField
from core.presets import load_preset, names
from core.training.session import TrainingSession

pytestmark = pytest.mark.slow


@cache
def trained(name, iterations=None, **changes):
    """The session of a preset, at its end or after so many iterations of a training of the full length."""
    experiment, _ = load_preset(name)
    experiment = replace(experiment, training=replace(experiment.training, **changes))
    session = TrainingSession(experiment)
    while not session.over and session.iteration != iterations:
        session.advance()
    session.look()
    return session


def curves(name, iterations=None, **changes):
    """What was measured on the way."""
    return trained(name, iterations, **changes).state().curves


def loss_at(found, iteration):
    """The test loss at the last look up to this iteration."""
    return float(found.test_loss[np.searchsorted(found.tested, iteration, side="right") - 1])


def test_concentric_circles():
    plain, lifted = curves("concentric_circles"), curves("augmented_circles")
    twelve_epochs = 12 * 47
    assert 0.012 < loss_at(plain, twelve_epochs) < 0.035
    assert loss_at(lifted, twelve_epochs) < 0.008
    assert loss_at(lifted, 1128) < 0.0023
    assert plain.forward[:20].mean() < 23
    assert plain.forward[-20:].mean() > 30
    assert lifted.forward[-20:].mean() < plain.forward[-20:].mean() - 2
    assert lifted.accuracy[-1] == 1.0


@pytest.mark.parametrize(("loss", "floor"), [("squares", 1.0), ("huber", 0.5)])
def test_minus_x_on_a_line_stops_at_its_floor(loss, floor):
    session = trained("minus_x", loss=loss)
    found = session.state().curves
    assert session.target == pytest.approx(floor, abs=1e-12)
    assert found.loss.min() >= floor - 1e-6
    assert found.loss[-1] <= 1.001 * floor
    assert found.forward[-1] >= 2 * found.forward[0] - 4


def test_minus_x_in_a_plane_is_learnt():
    found = curves("augmented_minus_x", 100)
    assert found.loss[-1] < 1e-4
    assert found.forward[0] == 14
    assert found.forward[-1] <= 26


def test_minus_x_on_a_line_is_learnt_by_a_second_order_equation():
    session = trained("second_order_minus_x", 150)
    found = session.state().curves
    assert found.loss[-1] < 1e-3
    assert np.isnan(session.target)  # the floor of flows on a line is none of it
    assert found.forward[-1] <= 32
    up, down = session.learner.paths(np.array([[-1.0], [1.0]]), 101).states
    assert (up[0, 1], down[0, 1]) == (0.0, 0.0)
    assert (up[0, 0] - down[0, 0]) * (up[-1, 0] - down[-1, 0]) < 0  # they cross on the line, and not in the plane
    assert np.linalg.norm(up - down, axis=1).min() > 1.0


def test_eight_gaussians(request):
    whole = request.config.getoption("--whole-trainings")
    session = trained("eight_gaussians_flow", None if whole else 300)
    found, target = session.state().curves, session.target
    assert target == pytest.approx(2.831880406138, abs=4 * 0.0228)
    gap = found.test_loss[-1] - target
    assert gap < (0.02 if whole else 0.15)
    assert (found.test_loss > target - 0.005).all()


def test_flow_matching_finds_a_density_that_it_never_computes():
    session = trained("eight_gaussians_matching")
    x = session._test.x
    true = -float(session._data.log_density(x).mean())
    found = -float(session.learner.density.log_density(x).mean())
    assert true - 0.005 < found < true + 0.1


def test_score_matching_finds_the_score_and_so_the_density():
    session = trained("eight_gaussians_score")
    found, data, x = session.state().curves, session._data, session._test.x
    assert session.target == pytest.approx(0.3778, abs=1e-4)
    assert session.target < found.test_loss[-1] < session.target + 0.005
    gap = data.log_density(x).mean() - session.learner.density.log_density(x).mean()
    assert -0.005 < gap < 0.03
    process, noise = session.learner.process, torch.randn(x.shape, generator=torch.Generator().manual_seed(1))
    for time, bound in ((0.1, 0.03), (0.2, 0.01), (0.5, 0.003)):  # sigma = 0.32, 0.53 and 0.90
        t = torch.full((len(x), 1), time)
        kept, sigma = process.spread(t)
        place = kept * torch.as_tensor(x).float() + sigma * noise
        exact = data.noised_score(*(part.double().numpy() for part in (place, kept[:, 0], sigma[:, 0])))
        assert exact.var() > 0.6
        assert np.square(process.score(t, place).detach().numpy() - exact).mean() < bound


def test_a_residual_flow_learns_moons_and_has_an_inverse(request):
    whole = request.config.getoption("--whole-trainings")
    session = trained("moons_residual", None if whole else 300)
    density, x = session.learner.density, session._test.x
    gap = session._data.log_density(x).mean() - density.log_density(x).mean()
    assert session.target == pytest.approx(2.3867, abs=1e-4)
    assert 0.0 < gap < (0.07 if whole else 0.25)
    assert np.abs(density.there_and_back(x) - x).max() < 1e-11
    line = np.arange(-6.0, 6.0, 0.05) + 0.025
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    mass = sum(np.exp(density.log_density(part)).sum() for part in np.array_split(grid, 20)) * 0.05**2
    assert mass == pytest.approx(1.0, abs=1e-5)
    told = density.steps_told(grid[::20])
    assert (told.count, told.unsettled, told.folded) == (16, 0.0, 0.0)
    assert told.iterations < 120
    system = core.parse(session.experiment.text, session.stored())
    weights = {name: weight.detach() for name, weight in session.weights.items()}
    used = (core.language.torch_output(system, f"V{k}")(0.0, torch.zeros(1, 2).double(), weights)[0] for k in (1, 2, 3))
    stretches = np.prod([float(torch.linalg.svdvals(matrix)[0]) for matrix in used])
    assert stretches / 16.0 <= 2.45**3 / 16.0 < 1.0


def test_digits_are_read_and_iterations_grow():
    found = curves("digits_equilibrium")
    assert found.accuracy[-1] >= 0.95
    assert found.accuracy[-10:].mean() >= 0.95
    assert found.seconds[-1] < 300
    assert found.forward[100:].mean() > 1.1 * found.forward[:5].mean()
    assert found.spectral_radius[-1] > found.spectral_radius[0] + 0.1


def test_twelve_layers_with_the_same_weights_read_digits():
    found = curves("digits_tied")
    assert found.accuracy[-10:].mean() >= 0.95
    assert (found.forward == 13).all()
    assert (found.backward == 24).all()


def test_a_monotone_layer_tells_moons_apart_and_stays_monotone():
    session = trained("monotone_moons")
    found = session.state().curves
    assert found.accuracy[-10:].min() >= 0.97
    assert found.spectral_radius[-1] > 1.2  # Picard's method would not find it
    a, b = (session.weights[name].detach().double().numpy() for name in ("A", "B"))
    margin = core.parse(session.experiment.text, session.experiment.tensors).defaults()["m"]
    weight = (1.0 - margin) * np.eye(16) - a.T @ a + b - b.T
    symmetric = np.eye(16) - 0.5 * (weight + weight.T)
    assert np.linalg.eigvalsh(symmetric).min() >= margin - 1e-12
    session.learner.measured(session._test)
    assert session.learner.effort().failed == 0.0


@pytest.mark.parametrize("solver", ["picard", "newton"])
def test_fixed_points_of_a_learning_layer_take_ever_more_iterations(solver):
    experiment, _ = load_preset("digits_equilibrium")
    root = replace(experiment.root, solver=solver)
    session = TrainingSession(replace(experiment, root=root))
    for _ in range(80):
        session.advance()
    forward = session.state().curves.forward
    assert forward[-20:].mean() > (1.5 if solver == "picard" else 1.1) * forward[:5].mean()


def error_on_the_way(name, until):
    """The largest distance between the learnt equation's trajectory and the points of the preset up to a time."""
    session = trained(name)
    experiment = session.experiment
    system = core.parse(experiment.text, session.stored())
    data = experiment.fit.data
    times = np.array([t for t in data["t"] if t <= until])
    there = np.stack([data[f"z[{place}]"][: len(times)] for place in (1, 2)], axis=1)
    run = core.integrate(system, system.starts[0], t=(0.0, times[-1]), at=times)
    return float(np.abs(run.z - there).max())


def error_of_the_field(name, half):
    """|f - f_true| / |f_true| in the mean square along a half of the true trajectory."""
    session = trained(name)
    system = core.parse(session.experiment.text, session.stored())
    choice = session.experiment.training
    data = catalogue.data_set(choice.data, choice.data_options.get(choice.data, {}))
    states = data.sets(200, 200, 0)[half].x
    true = np.array([data.rate(state) for state in states])
    found = FormulaField(system).array()(0.0, states)
    return float(np.sqrt(((found - true) ** 2).sum() / (true**2).sum()))


def test_predators_and_prey_are_found_again():
    assert curves("learnt_predators").test_loss[-1] < 1e-5
    assert error_on_the_way("learnt_predators", 10.0) < 0.03
    assert error_on_the_way("learnt_predators", 20.0) < 0.2


def test_the_spiral_is_found_again():
    found = curves("learnt_spiral")
    assert found.loss[-20:].mean() < 1e-4
    assert found.test_loss[-1] < 5e-4
    # the points turn 8 radians in a unit of time, so that the slightest error of the speed adds up along the way
    assert error_on_the_way("learnt_spiral", 12.5) < 0.3
    assert error_on_the_way("learnt_spiral", 25.0) < 0.5
    assert error_of_the_field("learnt_spiral", 0) < 0.1
    assert error_of_the_field("learnt_spiral", 1) < 0.3


def test_every_preset_that_learns_is_here():
    learning = {name for name in names() if load_preset(name)[0].training.data}
    proved = {
        "concentric_circles",
        "augmented_circles",
        "minus_x",
        "augmented_minus_x",
        "second_order_minus_x",
        "eight_gaussians_flow",
        "eight_gaussians_matching",
        "eight_gaussians_score",
        "moons_residual",
        "digits_equilibrium",
        "digits_tied",
        "monotone_moons",
        "learnt_predators",
        "learnt_spiral",
    }
    assert learning == proved
