"""What ends an ensemble before all of its trajectories have been followed."""

from __future__ import annotations

import itertools

import pytest

from core.budget import Budget
from core.experiment import Ensemble, Experiment
from core.readings import EnsembleRun
from core.request import Request, Viewport
from core.runner import frames

ROTATION = "x' = y\ny' = -x\nstart (1, 0)\nview x [-2, 2], y [-2, 2]\nt in [0, 6]"
PLANE = Viewport("x", "y", (-2.0, 2.0), (-2.0, 2.0), (80, 60))


def test_the_seconds_of_a_run_end_an_ensemble(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of all of it, not of every part."""
    monkeypatch.setattr("core.ensemble_picture._PART", 20_000)  # twenty trajectories at a time
    clock = itertools.count()
    monkeypatch.setattr("core.ensemble_picture.perf_counter", lambda: float(next(clock)))  # every look takes a second
    asked = Experiment(ROTATION, ensemble=Ensemble(on=True, count=1_000), budget=Budget(seconds=12.0))
    *_, frame = frames(Request(asked, frozenset({EnsembleRun}), PLANE))
    assert (frame.error, frame.final) == (None, True)
    found = frame.readings[EnsembleRun]
    assert 0 < len(found.ending) < found.count == 1_000
    assert found.left_out == 1_000 - len(found.ending)
    assert found.places.shape[1] == len(found.ending)
