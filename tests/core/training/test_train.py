"""Training from a script."""

import learning_networks as networks
import numpy as np
import pytest

import core
from core import presets
from core.training.session import TrainingSession
from core.training_file import load_checkpoint

TEXT = networks.field_text(2, 8, more=networks.READOUT)
SETTINGS = {"data": "circles", "points": 200, "test_points": 50, "output": "y", "rate": 0.02, "batch": 50}


def test_a_text_is_trained_and_answers():
    trained = core.train(TEXT, iterations=60, **SETTINGS)
    assert trained.curves.loss[-1] < 0.7 * trained.curves.loss[0]
    assert trained.accuracy == trained.curves.accuracy[-1] > 0.6
    assert trained.weights["W1"].shape == (8, 2)
    assert trained([[0.0, 0.0], [1.2, 0.0]]).shape == (2, 1)
    run = core.integrate(trained.system, [(0.3, 0.1)], t=(0.0, 1.0))
    read = trained.weights["V"] @ run.z[0, -1] + trained.weights["c"]
    assert trained([[0.3, 0.1]])[0] == pytest.approx(read, abs=1e-6)


def test_points_of_another_size_are_refused():
    trained = core.train(TEXT, iterations=1, **SETTINGS)
    assert trained((0.3, 0.1)).shape == (1, 1)
    with pytest.raises(ValueError, match="takes points of 2 numbers, and these have 3"):
        trained([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="takes points of 2 numbers, and these have 1"):
        trained([[1.0]])
    with pytest.raises(ValueError, match=r"takes points of 2 numbers, not an array of shape \(1, 4, 2\)"):
        trained(np.zeros((1, 4, 2)))


def test_it_goes_on_from_a_state_and_from_a_checkpoint(tmp_path):
    whole = core.train(TEXT, iterations=8, **SETTINGS)
    half = core.train(TEXT, iterations=8, watch=lambda number, _: number < 5, **SETTINGS)
    assert half.state.iteration == 5
    half.save(tmp_path / "half.safetensors")
    for state in (half.state, load_checkpoint(tmp_path / "half.safetensors")):
        rest = core.train(TEXT, iterations=8, state=state, **SETTINGS)
        assert all(np.array_equal(rest.weights[name], whole.weights[name]) for name in whole.weights)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEXT.replace("8", "9"), r"W1 has the shape \(8, 2\) there, and \(9, 2\) in the text"),
        (networks.field_text(2, 8), "it holds V, which the text does not learn"),
        (TEXT.replace("z in R^2", "z in R^2\nlearn a = 0*normal(2, seed 7)").replace("+ b2", "+ b2 + a"), "holds no a"),
        (TEXT.replace("z'", "x'").replace("z in", "x in").replace(" z ", " x "), "its data or its loss are others"),
    ],
)
def test_a_state_of_another_network_is_refused(text, words):
    state = core.train(TEXT, iterations=1, **SETTINGS).state
    output = "y" if "y = " in text else ""
    with pytest.raises(ValueError, match=f"the state is of another training: .*{words}"):
        core.train(text, iterations=2, state=state, **(SETTINGS | {"output": output}))


def test_watching_hears_every_loss():
    heard = []
    trained = core.train(TEXT, iterations=4, watch=lambda number, loss: heard.append((number, loss)), **SETTINGS)
    assert heard == list(zip(range(1, 5), trained.curves.loss, strict=True))


def test_a_preset_is_trained_as_the_window_does():
    trained = core.train("minus_x", iterations=5)
    session = TrainingSession(presets.load_preset("minus_x")[0])
    for _ in range(5):
        session.advance()
    assert all(np.array_equal(trained.weights[name], tensor.array()) for name, tensor in session.stored().items())
    assert trained.target == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("settings", "fault", "words"),
    [
        ({"dta": "circles"}, TypeError, "data"),
        ({"data": "circels"}, ValueError, "circles"),
        ({}, ValueError, "nothing is learnt"),
        ({"data": "circles", "optimiser": "adm"}, ValueError, "adam"),
        ({"data": "circles", "loss": "mse"}, ValueError, "squares"),
        ({"iterations": -3}, ValueError, "iterations must lie between 1 and 1e"),
        ({"batch": 0}, ValueError, "batch must lie between 1 and 100000; 0 does not"),
        ({"batch": -5}, ValueError, "batch must lie between"),
        ({"batch": 2.5}, TypeError, "batch must be a whole number, not 2.5"),
        ({"rate": 100}, ValueError, "rate must lie between 1e-05 and 10; 100 does not"),
        ({"rate": 0}, ValueError, "rate must lie between"),
        ({"rate": float("nan")}, ValueError, "nan does not"),
        ({"rate": "fast"}, TypeError, "rate must be a number, not 'fast'"),
        ({"noise": -1}, ValueError, "noise must lie between 0 and 1"),
        ({"kinetic": -5}, ValueError, "kinetic must lie between 0 and 10"),
        ({"warm_start": "no"}, TypeError, "warm_start must be True or False, not 'no'"),
        ({"output": 3}, TypeError, "output must be a text, not 3"),
        ({"dtype": "float16"}, ValueError, "dtype must be one of float64, float32, not 'float16'"),
        ({"device": "gpu"}, ValueError, "device must be one of cpu, cuda, not 'gpu'"),
        ({"seed": -1}, ValueError, "seed must lie between 0"),
        ({"options": "adam"}, TypeError, "options must be a mapping"),
        ({"options": {"adam": 3}}, TypeError, "options must give those of 'adam' by name, not 3"),
        ({"options": {"adm": {}}}, ValueError, "adam"),
        ({"data_options": {"circles": {"wobble": 1}}}, TypeError, "no option 'wobble'"),
    ],
)
def test_what_does_not_fit_is_told(settings, fault, words):
    with pytest.raises(fault, match=words):
        core.train(TEXT, **({"iterations": 2} | settings))


def test_whole_numbers_may_be_written_with_a_point():
    assert core.train(TEXT, iterations=2.0, **(SETTINGS | {"batch": 50.0})).state.iteration == 2
