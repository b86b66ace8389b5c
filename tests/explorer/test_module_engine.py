"""What a Python file does to the engine's process, the window outlives; and the next request is answered."""

from __future__ import annotations

import time

import numpy as np
import pytest

from core.experiment import Experiment
from core.module_file import ModuleSource
from core.readings import Iterations
from core.request import Request
from explorer.engine_client import EngineClient

pytestmark = pytest.mark.process

TEXT = 'z <- f(z)\nf = module "cell.py"\n'
GOOD = "def f(z):\n    return 0.5*z + 1\n"


@pytest.fixture
def client(qapp):  # noqa: ARG001 - its events carry the frames
    client = EngineClient()
    yield client
    client.close()


def _submit(client, text: str, generation: int) -> None:
    source = ModuleSource("/nowhere/cell.py", text.encode())
    experiment = Experiment(TEXT, modules={"cell.py": source.file})
    wanted = frozenset({Iterations})
    client.submit(Request(experiment, wanted, generation=generation, modules={"cell.py": source}))


def _answer(client, qapp, generation: int, seconds: float = 60.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        qapp.processEvents()
        frame = client.take()
        if frame is not None and frame.generation == generation and frame.final:
            return frame
        time.sleep(0.001)
    raise TimeoutError


def _solution(frame) -> np.ndarray:
    assert frame.error is None, frame.error
    return frame.get(Iterations).runs[0].solution[0]


def _solves(client, qapp, generation: int) -> None:
    _submit(client, GOOD, generation)
    np.testing.assert_allclose(_solution(_answer(client, qapp, generation)), [2.0], atol=1e-7)


def test_it_runs_in_the_engine_and_one_that_never_ends_is_left_for_a_newer_request(client, qapp):
    _solves(client, qapp, 1)
    for generation, text in ((2, "while True:\n    pass\n"), (4, "def f(z):\n    while True:\n        pass\n")):
        _submit(client, text, generation)
        end = time.monotonic() + 1.0
        while time.monotonic() < end:  # it is in the loop by then
            qapp.processEvents()
            time.sleep(0.005)
        _solves(client, qapp, generation + 1)


ENDS = (
    ("import sys\nsys.exit(1)\n", "line 2: it asked the program to exit"),
    ("def f(z):\n    quit()\n", "line 2: it asked the program to exit"),
    ("import os\ndef f(z):\n    os._exit(3)\n", "stopped unexpectedly"),
    ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "stopped unexpectedly"),
)


def test_one_that_ends_its_process_is_told_and_the_next_is_solved(client, qapp):
    for generation, (text, words) in zip(range(1, 99, 2), ENDS, strict=False):
        _submit(client, text, generation)
        assert words in _answer(client, qapp, generation).error, text
        _solves(client, qapp, generation + 1)


def test_one_that_never_ends_ends_when_it_is_cancelled(client, qapp):
    _submit(client, "while True:\n    pass\n", 1)
    client.cancel()
    assert "did not end its run when asked" in _answer(client, qapp, 1).error
