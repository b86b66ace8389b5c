"""The script of a network trains it as the program does."""

import ast
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import core
from core import presets
from core.experiment import Experiment, GradientChoice
from core.language import parse
from core.scripting import python_script
from core.stored_tensor import StoredTensor
from core.training.session import TrainingSession
from core.training_choice import Training
from house_rules import rules

LEARNING = [name for name in presets.names() if presets.load_preset(name)[0].training.data]


def short(name, **changes):
    experiment, _ = presets.load_preset(name)
    few = {"points": 40, "test_points": 20, "batch": 10, "iterations": 3}
    return replace(experiment, training=replace(experiment.training, **few), **changes)


def script_of(experiment):
    return python_script(experiment, parse(experiment.text, experiment.tensors))


def printed_by(script, folder):
    path = folder / "train.py"
    path.write_text(script, encoding="utf-8")
    environment = {"PYTHONPATH": str(rules.ROOT), "OMP_NUM_THREADS": "1", "PATH": ""}
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, cwd=folder, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return [float(line.rpartition(" ")[2]) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", ["augmented_circles", "digits_equilibrium", "eight_gaussians_flow", "learnt_spiral"])
def test_it_prints_the_losses_of_the_program(name, tmp_path):
    experiment = short(name, seed=3)
    session = TrainingSession(experiment)
    while not session.over:
        session.advance()
    session.look(due=True)
    losses = session.state().curves.test_loss
    assert printed_by(script_of(experiment), tmp_path) == pytest.approx(losses.tolist(), rel=1e-6)


@pytest.mark.parametrize("name", LEARNING)
def test_every_preset_that_learns_has_one(name):
    script = script_of(short(name))
    ast.parse(script)
    assert "core.train(" in script


def test_it_begins_with_the_weights_of_the_text():
    experiment = short("concentric_circles")
    learnt = replace(experiment, tensors={"W2": StoredTensor.of(np.ones((32, 32), np.float32))})
    assert script_of(learnt) == script_of(experiment)


def test_a_table_of_ones_own_is_in_the_script(tmp_path):
    table = {"t": (0.0, 0.1, 0.4, 0.5, 1.0, 1.3), "x": (1.0, 0.9, 0.7, 0.6, 0.4, 0.3)}
    text = "x' = a x\nlearn a = 0*normal(1, seed 1)[1]\nt in [0, 4]\n"
    training = Training(data="table", table=table, table_source="own.csv", loss="squares", iterations=3, test_share=0.4)
    experiment = Experiment(text, gradient=GradientChoice(trajectory="discrete"), training=training)
    script = script_of(experiment)
    assert "'x': [1.0, 0.9, 0.7, 0.6, 0.4, 0.3]" in script
    losses = core.train(experiment).curves.test_loss
    assert printed_by(script, tmp_path) == pytest.approx(losses.tolist(), rel=1e-6)
