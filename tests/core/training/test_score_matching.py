"""Score matching, where the best score has a closed form: the data are normal, and so is what noise makes of them."""

from dataclasses import replace

import learning_networks as networks
import numpy as np
import pytest
import torch

from core import catalogue
from core.data_set import Points
from core.language import parse
from core.training.densities import density_of
from core.training.noising_process import NoisingProcess
from core.training.session import TrainingSession

Q, MEAN = 0.25, 0.7
TEXT = f"""# The score of N(m mean, m^2 q + 1 - m^2), times k
z' = -beta/2*(z + s)
z in R^2
flow normal(2)
s = -k*(z - m*{MEAN})/(m^2*{Q} + 1 - m^2)
m = exp(-(0.5 t + 2 t^2)/2)
beta = 0.5 + 4 t
learn k = 1
t in [0, 1]
"""
TURNED = """# Another variance along each of two axes that are turned
z' = -beta/2*(z + s)
z in R^2
flow normal(2)
s = R ((R^T (m*[0.7, -0.4] - z))/(m^2*[2.5, 0.1] + 1 - m^2))
R = [[0.8, -0.6], [0.6, 0.8]]
m = exp(-beta*t/2)
beta = 60
t in [0, 1]
"""


def process(text, **weights):
    """Of a text with these weights."""
    system = parse(text)
    given = {name: torch.tensor(value, dtype=torch.float64) for name, value in weights.items()}
    return NoisingProcess(system, replace(networks.score(), text=text), given)


FORM = "z' = -beta/2*(z + {factor}*s)\nz in R^2\nflow normal(2)\ns = W z - {rest}\nbeta = {beta}\n" + (
    "learn W = normal(2, 2, seed 1)\nt in [0, 1]"
)


def test_the_form_of_a_text_is_its_own_whatever_its_weights():
    still = [[0.0, 0.0], [0.0, 0.0]]
    process(FORM.format(factor=1, rest="z", beta="2 + t"), W=still)  # where s is -z, and z' is 0
    with pytest.raises(ValueError, match="probability flow"):
        process(FORM.format(factor=7, rest="0*z", beta="2 + t"), W=still)  # where s is 0


def test_a_rate_that_jumps_is_refused():
    process(FORM.format(factor=1, rest="z", beta="2 + sin(3 t)"), W=[[1.0, 0.0], [0.0, 1.0]])
    with pytest.raises(ValueError, match="beta must be smooth"):
        process(FORM.format(factor=1, rest="z", beta="if(t < 0.5, 0.2, 12)"), W=[[1.0, 0.0], [0.0, 1.0]])


def session(text=TEXT):
    """What learns the factor k, which should be 1."""
    experiment = networks.score()
    integration = replace(experiment.integration, method="dopri5", rtol=1e-10, atol=1e-10)
    return TrainingSession(replace(experiment, text=text, integration=integration))


def points(count, seed=1):
    """Data of this mean and variance q."""
    return Points(MEAN + Q**0.5 * np.random.default_rng(seed).standard_normal((count, 2)), None)


def slopes(made, draws):
    """The loss's derivatives by k."""
    losses = (made.learner.loss(points(500, draw), draw) for draw in range(draws))
    return [float(torch.autograd.grad(loss, made.weights["k"])[0]) for loss in losses]


def test_the_loss_is_least_at_the_score():
    made = session()
    found = slopes(made, 200)
    error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found)) < 4 * error
    with torch.no_grad():
        made.weights["k"] += 0.3
    assert np.mean(slopes(made, 20)) > 20 * error


def test_the_least_loss_is_the_part_of_the_noise_that_nobody_can_tell():
    losses = [float(session().learner.loss(points(4000, draw), draw).detach()) for draw in range(20)]
    t = (np.arange(20_000) + 0.5) / 20_000
    square = np.exp(-(0.5 * t + 2.0 * t**2))
    left = square * Q / (square * Q + 1.0 - square)  # Var(e | m x + sigma e), over t
    assert np.mean(losses) == pytest.approx(left.mean(), abs=4 * np.std(losses) / np.sqrt(20))


def test_equal_draws_are_equal_losses():
    made = session()
    one, other = (float(made.learner.loss(points(30), draw).detach()) for draw in (3, 4))
    assert one == float(made.learner.loss(points(30), 3).detach()) != other


def carried(beta):
    """The probability flow of the turned text with this beta, data of its density and the eigenvectors of it."""
    experiment = replace(networks.score(), text=TURNED.replace("beta = 60", f"beta = {beta}"))
    integration = replace(experiment.integration, method="dop853", rtol=1e-12, atol=1e-12)
    experiment = replace(experiment, integration=integration)
    turn, mean = np.array([[0.8, -0.6], [0.6, 0.8]]), np.array([0.7, -0.4])
    noise = np.random.default_rng(0).standard_normal((40, 2))
    x = mean + (noise * np.sqrt([2.5, 0.1])) @ turn.T
    return density_of(parse(experiment.text), experiment), x, noise, turn, mean


@pytest.mark.parametrize("beta", [1.0, 6.0])
def test_the_exact_score_carries_every_point_as_noise_carries_the_density(beta):
    density, x, noise, turn, mean = carried(beta)
    kept = np.exp(-beta / 2.0)
    ends = kept * mean + (noise * np.sqrt(kept**2 * np.array([2.5, 0.1]) + 1.0 - kept**2)) @ turn.T
    assert density.to_base(x, 2).states[:, -1] == pytest.approx(ends, abs=1e-9)


def test_the_likelihood_is_that_of_the_data():
    density, x, noise, _, _ = carried(60.0)
    exact = -0.5 * (noise**2).sum(axis=1) - np.log(2.0 * np.pi) - 0.5 * np.log(2.5 * 0.1)
    assert density.log_density(x) == pytest.approx(exact, abs=1e-8)
    assert density.there_and_back(x) == pytest.approx(x, abs=1e-8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("beta", "integral"),
    [
        ("3", lambda t: 3.0 * t),
        ("0.1 + 19.9 t", lambda t: 0.1 * t + 9.95 * t**2),
        ("t^9 + 5 t^4", lambda t: t**10 / 10.0 + t**5),
        ("2 + 2 cos(6 t)", lambda t: 2.0 * t + torch.sin(6.0 * t) / 3.0),
        ("speed*t", lambda t: 4.0 * t**2),
    ],
)
def test_what_is_kept_and_the_noise_follow_from_the_integral(beta, integral, dtype):
    text = TEXT.replace("beta = 0.5 + 4 t", f"beta = {beta}\nspeed = 8")
    experiment = replace(networks.score(), text=text)
    system = parse(text)
    weights = {"k": torch.nn.Parameter(torch.ones((), dtype=torch.float64))}
    t = torch.linspace(0.0, 1.0, 30, dtype=dtype)[:, None]
    kept, sigma = NoisingProcess(system, experiment, weights).spread(t)
    assert kept.dtype is sigma.dtype is dtype
    tolerance = 1e-12 if dtype is torch.float64 else 1e-6
    torch.testing.assert_close(kept, torch.exp(-0.5 * integral(t)), rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(kept**2 + sigma**2, torch.ones_like(t), rtol=tolerance, atol=tolerance)


def test_the_value_of_a_parameter_counts():
    text = TEXT.replace("beta = 0.5 + 4 t", "beta = 3")
    process = session(text).learner.process
    other = replace(networks.score(), text=text, values={"beta": 1.0})
    t = torch.ones((1, 1), dtype=torch.float64)
    assert float(process.spread(t)[0]) == pytest.approx(np.exp(-1.5))
    assert float(TrainingSession(other).learner.process.spread(t)[0]) == pytest.approx(np.exp(-0.5))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("s = -k", "q = -k", "learns a line s = ..., the score, and the text has none"),
        ("beta = 0.5 + 4 t", "speed = 2", "how fast noise comes in from beta = ..., and the text has none"),
        ("beta/2*(z + s)", "beta*(z + s)", r"write z' = -beta/2\*\(z \+ s\), z the state"),
        ("beta/2*(z + s)", "beta/2*(z - s)", "needs the probability flow of s"),
        ("beta = 0.5 + 4 t", "beta = 1 + z[1]^2", "beta must hang on t and parameters alone"),
        ("beta = 0.5 + 4 t", "beta = 1 + k^2", "beta must hang on t and parameters alone"),
        ("beta = 0.5 + 4 t", "beta = t - 0.1", "beta must be above 0"),
        ("beta = 0.5 + 4 t", "beta = 0*t", "beta must be above 0"),
        ("beta = 0.5 + 4 t", "beta = [1, 2]", "beta must be one number"),
    ],
)
def test_another_text_is_refused_with_a_sentence(before, after, words):
    text = TEXT.replace(before, after)
    if after.startswith("q"):
        text = text.replace("(z + s)", "(z + q)")
    if after.startswith("speed"):
        text = text.replace("beta/2", "1")
    with pytest.raises(ValueError, match=words):
        session(text)


def test_noise_comes_in_forward_in_time():
    with pytest.raises(ValueError, match="beta must be above 0 from the begin of the time span to its end"):
        TrainingSession(replace(networks.score(), span=(1.0, 0.0)))


def test_a_score_of_another_size_is_refused():
    with pytest.raises(ValueError, match="the score s needs 2 components, as many as the state"):
        session(TEXT.replace("s = -k*(z - m*0.7)", "s = -k*sum(z)"))


def test_the_dashed_line_is_the_loss_of_the_exact_score():
    made = TrainingSession(networks.score(test_points=500))
    assert made.target_name == "the exact score"
    data, learner = made._data, made.learner
    x, noise, t = learner.pairs(made._test, 0)
    kept, sigma = learner.process.spread(t)
    place = (kept * x + sigma * noise).detach().numpy()
    exact = torch.as_tensor(data.noised_score(place, kept[:, 0].numpy(), sigma[:, 0].numpy()))
    assert made.target == pytest.approx(float((sigma * exact + noise).square().mean()), rel=1e-12)
    worse = float((1.2 * sigma * exact + noise).square().mean())
    assert made.target < worse < float(learner.loss(made._test).detach())


def test_without_a_formula_for_the_score_there_is_no_line():
    assert np.isnan(TrainingSession(networks.score(data="checkerboard")).target)
    assert np.isnan(TrainingSession(networks.flow(loss="flow_matching")).target)
    assert catalogue.data_set("checkerboard").noised_score(np.zeros((1, 2)), np.ones(1), np.ones(1)) is None
