"""The step and the multiplier of a cycle that an iteration ran into, against the map's own cycle."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from core.experiment import Experiment, RootFinding
from core.language import parse
from core.observed_cycle import observed_cycle
from core.readings import Iterations, SolverRun
from core.request import Request
from core.run_summary import run_summary
from core.runner import frames

LOGISTIC = "z <- r*z*(1 - z)\nr = 3.2\nstart (0.3)"


def iterated(text: str, iterations: int = 2000) -> SolverRun:
    experiment = Experiment(text, root=RootFinding(iterations=iterations))
    *_, frame = frames(Request(experiment, frozenset({Iterations})))
    return frame.readings[Iterations].runs[0]


def test_the_logistic_maps_cycle_of_two() -> None:
    found = observed_cycle(iterated(LOGISTIC), 0)
    assert found is not None
    assert found.period == 2
    assert found.step == pytest.approx(0.799455490467370 - 0.513044509532630, abs=1e-10)
    assert found.multiplier == pytest.approx(0.16, abs=1e-4)
    assert str(found) == "cycle of 2: step 0.28641098, multiplier 0.1600 a turn"


def test_a_cycle_that_attracts_slowly_is_extrapolated() -> None:
    # r = 3.4: the multiplier is 4 + 2 r - r^2 = -0.76, and the step sqrt((r + 1)(r - 3))/r
    found = observed_cycle(iterated(LOGISTIC.replace("3.2", "3.4")), 0)
    assert found is not None
    assert found.period == 2
    assert found.multiplier == pytest.approx(-0.76, abs=1e-4)
    assert found.step == pytest.approx(math.sqrt(4.4 * 0.4) / 3.4, abs=1e-9)


def test_a_cycle_that_was_there_at_once_has_no_multiplier() -> None:
    found = observed_cycle(iterated("z <- -z\nstart (2)"), 0)
    assert found is not None
    assert (found.period, found.step) == (2, 4.0)
    assert math.isnan(found.multiplier)
    assert str(found) == "cycle of 2: step 4"


def test_there_is_none_where_no_cycle_ended_the_run_or_points_are_missing() -> None:
    run = iterated(LOGISTIC)
    assert observed_cycle(iterated("z <- cos(z)\nstart (1)"), 0) is None
    every_second = replace(
        run, iteration=run.iteration[::2], z=run.z[::2], residual=run.residual[::2], measure=run.measure[::2],
        evaluations=run.evaluations[::2],
    )  # fmt: skip
    assert observed_cycle(every_second, 0) is None
    assert observed_cycle(replace(run, z=np.full_like(run.z, np.nan)), 0) is None


def test_the_summary_tells_of_it() -> None:
    experiment = Experiment(LOGISTIC, root=RootFinding(rivals=("newton",)))
    *_, frame = frames(Request(experiment, frozenset({Iterations})))
    picard, newton = run_summary(experiment, parse(LOGISTIC), frame)["samples"]
    assert picard["cycle"]["period"] == 2
    assert picard["cycle"]["multiplier"] == pytest.approx(0.16, abs=1e-4)
    assert "cycle" not in newton
