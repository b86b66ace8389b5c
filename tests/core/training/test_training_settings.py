"""How a training in a script is computed."""

import learning_networks as networks
import numpy as np
import pytest

import core
from core.experiment import Experiment
from core.language import parse
from core.stored_tensor import StoredTensor
from core.training_settings import with_solver

TEXT = networks.field_text(2, 8, more=networks.READOUT + "a = 1 in [0, 2]")
SHORT = {"data": "circles", "points": 60, "test_points": 20, "output": "y", "batch": 20, "iterations": 2}
LAYER = 'z <- tanh(0.5*W z + U x + b)\nz in R^3\nx = data "x" as batch\nlearn W = normal(3, 3, seed 1)/3\n' + (
    "learn U = normal(3, 2, seed 2)\nlearn b = 0*normal(3, seed 3)\ny = dot([1, 1, 1], z)"
)


def experiment_with(text=TEXT, tensors=None, **given):
    settings = dict.fromkeys(("integrate", "solve", "gradient", "gradient_options", "params"))
    return with_solver(Experiment(text, tensors=tensors or {}), parse(text, tensors), **(settings | given))


def test_the_solver_of_a_differential_equation_is_chosen():
    found = experiment_with(integrate={"t": (0, 2), "method": "rk4", "step": 0.25}, gradient="backsolve")
    assert found.span == (0.0, 2.0)
    assert (found.integration.method, found.integration.step, found.integration.fixed) == ("rk4", 0.25, True)
    assert found.gradient.trajectory == "backsolve"
    adaptive = experiment_with(integrate={"rtol": 1e-3, "controller": "i"})
    assert (adaptive.integration.rtol, adaptive.integration.controller) == (1e-3, "i")


def test_the_solver_counts():
    coarse, fine = (
        core.train(TEXT, integrate={"t": (0.0, 1.0), "method": "rk4", "step": step}, **SHORT) for step in (0.5, 0.25)
    )
    assert (coarse.curves.forward == 8).all()
    assert (fine.curves.forward == 16).all()
    assert coarse.curves.loss == pytest.approx(fine.curves.loss, rel=1e-3)
    assert (coarse.curves.loss != fine.curves.loss).all()


def test_parameters_of_the_text_have_values():
    still, moved = (core.train(TEXT.replace("z' = ", "z' = a*"), params={"a": a}, **SHORT) for a in (0.0, 1.0))
    assert (still.curves.loss != moved.curves.loss).all()
    assert still.weights["W1"] == pytest.approx(core.parse(TEXT).data[0].tensor.array())


def test_the_solver_of_a_layer_is_chosen():
    tensors = {"x": np.zeros((1, 2))}
    solve = {"method": "anderson", "memory": 4, "tol": 1e-6, "iterations": 40}
    trained = core.train(LAYER, tensors=tensors, solve=solve, gradient="unrolled", gradient_options={"k": 3}, **SHORT)
    root, gradient = trained.experiment.root, trained.experiment.gradient
    assert (root.solver, root.tolerance, root.iterations) == ("anderson", 1e-6, 40)
    assert dict(root.options["anderson"]) == {"memory": 4}
    assert (gradient.fixed_point, gradient.unrolled) == ("unrolled", 3)
    assert (trained.curves.backward == 3 + 3).all()  # three iterations once more, and back


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"solve": {"tol": 1e-3}}, ValueError, "solve= is for an implicit layer"),
        ({"integrate": {"methd": "rk4"}}, TypeError, "no option 'methd'; did you mean 'method'"),
        ({"integrate": {"method": "rk5"}}, ValueError, "rk5"),
        ({"integrate": {"rtol": 2.0}}, ValueError, "rtol"),
        ({"integrate": {"t": (1, 1)}}, ValueError, "span"),
        ({"integrate": {"t": ([0, 0], [1, 2])}}, ValueError, "t needs two numbers"),
        ({"integrate": {"controller": "pid9"}}, ValueError, "pid9"),
        ({"gradient": "discret"}, ValueError, "did you mean 'discrete'"),
        ({"gradient": "implicit"}, ValueError, "no gradient method 'implicit' of a trajectory"),
        ({"params": {"b": 1.0}}, TypeError, "the system has no parameter 'b'"),
        ({"params": {"a": float("nan")}}, ValueError, "a needs a finite number"),
    ],
)
def test_what_there_is_not_is_refused(given, kind, words):
    with pytest.raises(kind, match=words):
        experiment_with(**given)


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"integrate": {}}, ValueError, "integrate= is for a differential equation"),
        ({"solve": {"method": "anderson", "mm": 3}}, TypeError, "no option 'mm'"),
        ({"solve": {"tol": 5.0}}, ValueError, "tolerance"),
        ({"gradient_options": {"kk": 1}}, TypeError, "kk"),
    ],
)
def test_what_a_layer_does_not_have_is_refused(given, kind, words):
    with pytest.raises(kind, match=words):
        experiment_with(LAYER, {"x": StoredTensor.of(np.zeros((1, 2)))}, **given)
