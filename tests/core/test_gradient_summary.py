"""The gradient that a run computed, in its summary."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.presets import load_preset
from core.readings import AdjointGap, GradientCosts, Iterations, LayerGradients, Trajectories
from core.request import Request
from core.run_summary import run_summary
from core.runner import frames

LAYER = "z <- a*z + b\na = 0.5 in [0, 1]\nb = 1 in [0, 2]\nstart z = 0"


def _of(experiment: Experiment, *wanted: type) -> tuple[dict[str, Any], Frame]:
    system = parse(experiment.text, experiment.tensors)
    frame = deque(frames(Request(experiment, frozenset(wanted))), maxlen=1).pop()
    return json.loads(json.dumps(run_summary(experiment, system, frame), allow_nan=False)), frame


def test_a_gradient_that_lies_is_in_the_summary_with_its_note() -> None:
    experiment, _ = load_preset("adjoint_lies")
    summary, frame = _of(experiment, Trajectories, AdjointGap)
    entry, gap = summary["gradient"], frame.get(AdjointGap)
    assert gap is not None
    assert (entry["method"], entry["title"], entry["trajectory"]) == ("backsolve", "continuous adjoint", 1)
    assert entry["values"] == dict(zip(gap.names, gap.chosen.gradient.tolist(), strict=True))
    assert (entry["loss"], entry["trusted"], entry["note"]) == (gap.loss, False, gap.note)
    assert entry["relative_error"] > 1.0
    assert "do not trust" in entry["note"]
    good, _ = _of(replace(experiment, gradient=replace(experiment.gradient, trajectory="discrete")), AdjointGap)
    assert good["gradient"]["trusted"] is True
    assert good["gradient"]["relative_error"] < 1e-6


@pytest.mark.parametrize("reading", [LayerGradients, GradientCosts])
def test_the_gradient_of_a_fixed_point_is_that_by_hand(reading: type) -> None:
    """z* = b / (1 - a) = 2: d/db = 1 / (1 - a) = 2 and d/da = b / (1 - a)^2 = 4, by one step 1 and 2."""
    experiment = Experiment(LAYER)
    experiment = replace(experiment, gradient=replace(experiment.gradient, loss="sum"))
    summary, _ = _of(experiment, Iterations, reading)
    entry = summary["gradient"]
    assert (entry["method"], entry["sample"], entry["trusted"], entry["note"]) == ("implicit", 1, True, "")
    assert entry["values"]["a"] == pytest.approx(4.0, rel=1e-6)
    assert entry["values"]["b"] == pytest.approx(2.0, rel=1e-6)
    assert entry["loss"] == pytest.approx(2.0, rel=1e-6)
    assert entry["relative_error"] < 1e-6
    free = replace(experiment, gradient=replace(experiment.gradient, fixed_point="jacobian_free"))
    entry = _of(free, Iterations, reading)[0]["gradient"]
    assert (entry["method"], entry["trusted"]) == ("jacobian_free", False)
    assert entry["values"]["b"] == pytest.approx(1.0, rel=1e-6)
    assert entry["relative_error"] == pytest.approx(0.5, rel=1e-6)


def test_no_gradient_computed_leaves_no_entry_and_no_number_is_null() -> None:
    experiment, _ = load_preset("adjoint_lies")
    summary, frame = _of(experiment, Trajectories, AdjointGap)
    assert "gradient" not in _of(experiment, Trajectories)[0]
    gap = frame.get(AdjointGap)
    assert gap is not None
    unknown = replace(gap, loss=np.nan, chosen=replace(gap.chosen, gradient=np.full(len(gap.names), np.inf)))
    broken = replace(frame, readings={**frame.readings, AdjointGap: unknown})
    entry = run_summary(experiment, parse(experiment.text), broken)["gradient"]
    assert entry["loss"] is None
    assert set(entry["values"].values()) == {None}
    assert summary["gradient"]["loss"] is not None
