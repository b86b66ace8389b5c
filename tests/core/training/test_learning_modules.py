"""A person's own torch module that trains: as the text that it equals, to the bit, and never without leave."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import core
from core import codec
from core.experiment import Experiment, GradientChoice, RootFinding
from core.module_file import ModuleSource, read_module
from core.readings import TrainingProgress
from core.request import Request
from core.runner import frames
from core.scripting import python_script
from core.stored_tensor import StoredTensor
from core.training.session import TrainingSession
from core.training_choice import Training
from core.training_file import load_checkpoint, save_checkpoint
from core.training_state import TrainingTask

DRAWN = np.random.default_rng(5)
W, U, B = 0.2 * DRAWN.normal(size=(4, 4)), DRAWN.normal(size=(4, 2)), DRAWN.normal(size=4)
FILE = f"""
import torch

class Cell(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(torch.tensor({W.tolist()}, dtype=torch.float64))
        self.inner = torch.nn.Linear(2, 4, dtype=torch.float64)
        self.inner.weight = torch.nn.Parameter(torch.tensor({U.tolist()}, dtype=torch.float64))
        self.inner.bias = torch.nn.Parameter(torch.tensor({B.tolist()}, dtype=torch.float64))
        self.gain = torch.nn.Parameter(torch.tensor(1.0, dtype=torch.float64))

    def forward(self, z, x):
        return torch.tanh(self.gain * z @ self.W.T + self.inner(x))

def plain(z, x):
    return torch.tanh(z)
"""
READOUT = "y = V z\nlearn V = 0.5*normal(1, 4, seed 3)\n"
MODULE = f'z <- Cell(z, x)\nz in R^4\nlearn Cell = module "cell.py"\nx = data "x" as batch\n{READOUT}'
TEXT = (
    'z <- tanh(gain W z + U x + b)\nz in R^4\nx = data "x" as batch\n'
    f"{READOUT}learn W = 0*eye(4)\nlearn U = 0*normal(4, 2, seed 1)\nlearn b = 0*ones(4)\n"
    "learn gain = 0*normal(1, seed 1)[1]\n"
)
INPUT = StoredTensor.of(DRAWN.normal(size=(3, 2)))
NAMES = {"Cell.W": "W", "Cell.inner.weight": "U", "Cell.inner.bias": "b", "Cell.gain": "gain", "V": "V"}


@pytest.fixture
def source(tmp_path: Path) -> ModuleSource:
    (tmp_path / "cell.py").write_text(FILE)
    return read_module(tmp_path / "cell.py")


def experiment(text: str, source: ModuleSource | None = None, **settings) -> Experiment:
    own = {"data": "circles", "points": 60, "test_points": 30, "output": "y", "loss": "cross_entropy", "rate": 0.02}
    begins = {"W": W, "U": U, "b": B, "gain": np.array(1.0)} if source is None else {}
    return Experiment(
        text,
        root=RootFinding(solver="anderson", tolerance=1e-12),
        gradient=GradientChoice(fixed_point="implicit"),
        training=Training(**(own | {"batch": 20, "iterations": 12} | settings)),
        tensors={"x": INPUT, **{name: StoredTensor.of(value) for name, value in begins.items()}},
        modules={} if source is None else {"cell.py": source.file},
    )


def session(source: ModuleSource, state=None, **settings) -> TrainingSession:
    return TrainingSession(experiment(MODULE, source, **settings), state, {"cell.py": source})


def advanced(one: TrainingSession, iterations: int) -> TrainingSession:
    for _ in range(iterations):
        one.advance()
    return one


def test_a_module_learns_as_the_text_that_it_equals(source):
    module, text = advanced(session(source), 12), advanced(TrainingSession(experiment(TEXT)), 12)
    found, wanted = module.state(), text.state()
    np.testing.assert_allclose(found.curves.loss, wanted.curves.loss, rtol=1e-9)
    np.testing.assert_allclose(found.curves.test_loss, wanted.curves.test_loss, rtol=1e-9)
    np.testing.assert_allclose(found.curves.spectral_radius, wanted.curves.spectral_radius, rtol=1e-7)
    assert set(found.weights) == set(NAMES)
    for name, same in NAMES.items():
        np.testing.assert_allclose(found.weights[name].array(), wanted.weights[same].array(), rtol=1e-7, atol=1e-9)
    assert not np.allclose(found.weights["Cell.gain"].array(), 1.0, atol=1e-3)


def test_it_learns_in_single_precision_with_a_regularised_jacobian(source):
    chosen = experiment(MODULE, source, jacobian=0.1, warm_start=True, loss="huber")
    single = replace(chosen, dtype="float32", root=replace(chosen.root, tolerance=1e-5))
    one = advanced(TrainingSession(single, None, {"cell.py": source}), 12)
    assert one.weights["Cell.W"].dtype == core.deferred.deferred("torch").float32
    losses = one.state().curves.loss
    assert np.isfinite(losses).all()


def test_it_goes_on_from_a_checkpoint_to_the_bit(source, tmp_path):
    whole = advanced(session(source), 10).state()
    half = advanced(session(source), 4).state()
    save_checkpoint(tmp_path / "half.safetensors", half)
    rest = advanced(session(source, load_checkpoint(tmp_path / "half.safetensors")), 6).state()
    assert all(np.array_equal(rest.weights[name].array(), whole.weights[name].array()) for name in whole.weights)
    np.testing.assert_array_equal(rest.curves.loss, whole.curves.loss)
    np.testing.assert_array_equal(load_file(tmp_path / "half.safetensors")["Cell.W"], half.weights["Cell.W"].array())


def test_the_document_keeps_its_weights_and_pictures_are_of_them(source, tmp_path):
    one = advanced(session(source), 5)
    kept = replace(one.experiment, tensors={**one.experiment.tensors, **one.stored()})
    codec.save(tmp_path / "own.implicit", kept)
    again, _ = codec.load(tmp_path / "own.implicit")
    assert again.tensors == kept.tensors
    layer = core.module_layer.allowed_layer(again, core.parse(again.text, again.tensors), {"cell.py": source})
    z, x = np.full((3, 4), 0.3), INPUT.array()
    gain, w, u, b = (one.stored()[f"Cell.{name}"].array() for name in ("gain", "W", "inner.weight", "inner.bias"))
    np.testing.assert_allclose(layer.array(np.arange(3))(z), np.tanh(gain * z @ w.T + x @ u.T + b), atol=1e-14)
    scripted = core.layer_from_file(MODULE, source.path, trust=source.sha256, tensors=dict(again.tensors))
    np.testing.assert_array_equal(scripted.array(np.arange(3))(z), layer.array(np.arange(3))(z))
    assert "'Cell.inner.weight'" in python_script(again, core.parse(again.text, again.tensors))
    loaded = core.load(tmp_path / "own.implicit", trust=source.sha256)
    np.testing.assert_array_equal(loaded.array(np.arange(3))(z), layer.array(np.arange(3))(z))
    begun = session(source).stored()["Cell.W"].array()
    np.testing.assert_array_equal(begun, W)  # of a document without them, the file's own


def test_what_the_file_holds_does_not_learn(source):
    held = FILE.replace("        self.gain =", "        self.inner.requires_grad_(False)\n        self.gain =")
    Path(source.path).write_text(held)
    one = read_module(source.path)
    learnt = core.train(experiment(MODULE, one), trust=one.sha256, iterations=5)
    assert set(learnt.weights) == {"Cell.W", "Cell.gain", "V"}
    assert not np.allclose(learnt.weights["Cell.W"], W, atol=1e-3)
    z, x = np.full((1, 4), 0.3), INPUT.array()[:1]
    layer = core.module_layer.allowed_layer(learnt.experiment, learnt.system, {"cell.py": one})
    inner = x @ U.T + B
    wanted = np.tanh(learnt.weights["Cell.gain"] * z @ learnt.weights["Cell.W"].T + inner)
    np.testing.assert_allclose(layer.array(np.arange(1))(z), wanted, atol=1e-12)


def test_frames_hold_its_states(source):
    task = TrainingTask(7, iterations=3)
    request = Request(experiment(MODULE, source), frozenset(), training=task, modules={"cell.py": source})
    *_, last = frames(request)
    assert not last.error
    progress = last.get(TrainingProgress)
    assert (progress.serial, progress.state.iteration) == (7, 3)
    assert "Cell.inner.weight" in progress.state.weights


def test_nothing_runs_that_nobody_allowed(source, tmp_path):
    mark = tmp_path / "ran"
    (tmp_path / "cell.py").write_text(f"open({str(mark)!r}, 'w')\n{FILE}")
    other = read_module(tmp_path / "cell.py")
    request = Request(experiment(MODULE, other), frozenset(), training=TrainingTask(1, iterations=2))
    *_, last = frames(request)
    assert last.error == "cell.py has not run: nobody allowed this Python file on this computer"
    for trust in ((), source.sha256):
        with pytest.raises(ValueError, match="is a Python file, which runs with all your rights"):
            core.train(experiment(MODULE, other), trust=trust)
    assert not mark.exists()
    core.train(experiment(MODULE, other), trust=other.sha256, iterations=1)
    assert mark.exists()


def test_a_script_trains_and_asks_it(source):
    trained = core.train(experiment(MODULE, source), trust=source.sha256, iterations=40, batch=60)
    assert trained.curves.loss[-1] < trained.curves.loss[0]
    x = np.array([[0.1, 0.2], [1.2, 0.0]])
    answers = trained(x)
    weights = trained.weights
    z = np.zeros((2, 4))
    for _ in range(400):
        inner = x @ weights["Cell.inner.weight"].T + weights["Cell.inner.bias"]
        z = np.tanh(weights["Cell.gain"] * z @ weights["Cell.W"].T + inner)
    np.testing.assert_allclose(answers, z @ weights["V"].T, atol=1e-7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MODULE.replace("learn Cell", "Cell").replace("learn V = ", "V = "), "learn Cell = module"),
        (MODULE.replace('"cell.py"', '"cell.py:plain"'), "plain in cell.py has no parameters that could be learnt"),
    ],
)
def test_what_cannot_learn_is_told(source, text, words):
    with pytest.raises(ValueError, match=words):
        TrainingSession(experiment(text, source), None, {"cell.py": source})


def test_a_layer_without_a_batch_tells_how_to_get_one(source):
    two = MODULE.replace("Cell(z, x)", "Cell(z, x + w)") + 'w = data "x" as batch\n'
    alone = f"z <- tanh(W z)\nz in R^4\n{READOUT}learn W = 0.1*eye(4)\n"
    told = []
    for text in (alone, two):
        with pytest.raises(ValueError, match="has one line of batch data") as fault:
            TrainingSession(experiment(text, source), None, {"cell.py": source})
        told.append(str(fault.value))
    assert "Edit > Store tensors" in told[0]
    assert 'tensors={"x": ...} in a script: any rows, with as many columns as the data have components' in told[0]
    assert told[0].count(". ") == 1
    assert "Store" not in told[1]


def test_the_text_says_whether_a_file_learns():
    learns, rests = core.parse(MODULE, {"x": INPUT}), core.parse(MODULE.replace("learn Cell", "Cell"), {"x": INPUT})
    assert learns.module.learnt
    assert not rests.module.learnt
    assert (learns.learnt, learns.learns) == (("V",), True)
    assert [learns.is_learnt(name) for name in ("V", "Cell.W", "Cell", "x", "Other.W")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert not rests.is_learnt("Cell.W")
    assert learns.key != rests.key
    alone = core.parse('z <- Cell(z)\nlearn Cell = module "cell.py"\n')
    assert alone.learns
    with pytest.raises(ValueError, match="a Python module makes a layer with one unknown"):
        core.parse('z\' = Cell(z)\nlearn Cell = module "cell.py"\n')
