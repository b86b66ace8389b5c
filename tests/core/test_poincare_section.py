"""Returns to a Poincare section against closed forms, Floquet multipliers and what a flow keeps."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from experiment_runs import preset

import core
from core import codec
from core.budget import Budget
from core.experiment import Experiment, Integration, Section
from core.experiment_file_error import ExperimentFileError
from core.readings import PoincareSection
from core.request import Request
from core.runner import frames

EXACT = Integration(method="dop853", rtol=1e-12, atol=1e-13, backward=False)
RIGHT = Section(True, ("x", "y"), (0.0, 0.0), (50.0, 0.0), "both ways", 2)


def section_of(experiment: Experiment) -> PoincareSection:
    """What the last frame of a run shows of the section."""
    *_, frame = frames(Request(experiment, frozenset({PoincareSection})))
    assert frame.error is None
    found = frame.get(PoincareSection)
    assert found is not None
    return found


def test_a_centre_returns_to_where_it_was_after_its_period() -> None:
    text = "x' = y\ny' = -x\nstart (1, 1), (0, 2)\nt in [0, 20]"
    found = section_of(Experiment(text, integration=EXACT, section=RIGHT))
    first, after = found.returns()
    assert len(first) > 8
    assert np.abs(found.t[after] - found.t[first] - 2 * math.pi).max() < 1e-11
    assert np.abs(found.s[found.owner == 0] - math.sqrt(2)).max() < 1e-10
    assert np.abs(found.s[found.owner == 1] - 2.0).max() < 1e-10
    assert np.abs(found.z[:, 1]).max() < 1e-11
    assert not found.to_left.any()  # seen to the right, a clockwise turn crosses to the right


def test_a_spiral_grows_by_its_multiplier_and_one_direction_counts() -> None:
    text = "x' = a*x - y\ny' = x + a*y\na = 0.05\nstart (0.3, 0)\nt in [0, 25]"
    both = Section(True, ("x", "y"), (-50.0, 0.0), (50.0, 0.0), "both ways", 1)
    experiment = Experiment(text, integration=EXACT, section=both)
    left, right = (
        section_of(replace(experiment, section=replace(both, direction=way))) for way in ("to the left", "to the right")
    )
    assert len(section_of(experiment)) == len(left) + len(right) == 7
    for found, half_turns in ((left, 2), (right, 1)):
        x = np.abs(found.z[:, 0])
        assert x[0] == pytest.approx(0.3 * math.exp(half_turns * math.pi * 0.05), abs=1e-10)
        assert x[1:] / x[:-1] == pytest.approx(math.exp(2 * math.pi * 0.05), abs=1e-10)
    assert left.to_left.all()


def test_van_der_pol_contracts_by_its_floquet_multiplier() -> None:
    mu = 0.1  # slow enough to be seen over several returns
    text = f"x' = y\ny' = {mu}*(1 - x^2)*y - x\nstart (2.001, 0), (1.999, 0)\nt in [0, 40]"
    found = section_of(Experiment(text, integration=EXACT, section=replace(RIGHT, spans=1)))
    cycle = core.limit_cycle(core.parse(text), (2.0, 0.0))
    assert cycle is not None
    one, other = found.s[found.owner == 0], found.s[found.owner == 1]
    distance = one[:5] - other[:5]
    assert distance[1:] / distance[:-1] == pytest.approx(cycle.multipliers[1].real, rel=2e-3)


def test_henon_heiles_keeps_its_energy_on_the_section() -> None:
    experiment = preset("henon_heiles")
    experiment = replace(experiment, section=Section(True, ("x", "y"), (0.0, -1.0), (0.0, 1.0), "both ways", 4))
    found = section_of(experiment)
    x, y, u, v = found.z.T
    energy = 0.5 * (u**2 + v**2 + x**2 + y**2) + x**2 * y - y**3 / 3
    assert np.abs(x).max() < 1e-12
    for owner in (0, 1):
        own = energy[found.owner == owner]
        assert len(own) > 100
        assert np.ptp(own) < 1e-6
    assert (found.to_left == (u < 0)).all()  # seen upwards


def test_lorenz_at_the_height_of_its_foci() -> None:
    line = Section(True, ("x", "z"), (-25.0, 27.0), (25.0, 27.0), "to the right", 2)
    found = section_of(replace(preset("lorenz"), section=line))
    assert len(found) > 50
    assert np.abs(found.z[:, 2] - 27.0).max() < 1e-9
    assert (found.z[:, 0] * found.z[:, 1] < 8 / 3 * 27.0).all()  # z falls there
    assert found.s == pytest.approx(found.z[:, 0] + 25.0, abs=1e-9)


def test_only_what_lies_between_the_ends_counts() -> None:
    text = "x' = y\ny' = -x\nstart (1, 0), (2, 0), (3, 0)\nt in [0, 20]"
    short = Section(True, ("x", "y"), (1.5, 0.0), (2.5, 0.0), "both ways", 1)
    found = section_of(Experiment(text, integration=EXACT, section=short))
    assert set(found.owner.tolist()) == {1}
    assert found.trajectories == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x' = y\ny' = -x + sin(t)\nstart (1, 0)", "a field that does not depend on time"),
        ("x' = -x\nz' = -z\nstart (1, 0)", "this system has no y"),
    ],
)
def test_where_there_can_be_none_a_sentence_says_why(text: str, sentence: str) -> None:
    *_, frame = frames(Request(Experiment(text, section=RIGHT), frozenset({PoincareSection})))
    assert sentence in frame.absent[PoincareSection]


def test_a_section_is_saved_and_a_bad_one_refused() -> None:
    experiment = Experiment("x' = y\ny' = -x", section=replace(RIGHT, direction="to the left", spans=7))
    text = codec.encode(experiment)
    assert codec.decode(text)[0] == experiment
    with pytest.raises(ExperimentFileError, match="must be one of to the left, to the right, both ways"):
        codec.decode(text.replace('"to the left"', '"up"'))
    with pytest.raises(ExperimentFileError, match="needs two finite ends that differ"):
        codec.decode(text.replace("50.0", "0.0"))


def test_what_is_not_followed_to_the_end_says_why() -> None:
    text = "x' = y\ny' = -x\nstart (1, 1), (0, 2)\nt in [0, 20]"
    whole = Experiment(text, integration=Integration(), section=RIGHT)
    assert [outcome.name for outcome in section_of(whole).outcomes] == ["success", "success"]
    short = section_of(replace(whole, section=replace(RIGHT, spans=500), budget=Budget(steps=20)))
    assert {outcome.name for outcome in short.outcomes} == {"max_steps"}
    assert 0 < len(short) < 100


def test_its_steps_are_controlled_as_the_experiment_says() -> None:
    text = "x' = y\ny' = (1 - x^2)*y - x\nstart (0.5, 0.5)\nt in [0, 20]"
    ends = [
        section_of(Experiment(text, integration=Integration(controller=name), section=RIGHT)).t[-1]
        for name in ("pi", "i")
    ]
    assert ends[0] == pytest.approx(ends[1], abs=1e-3)
    assert ends[0] != ends[1]


def test_without_a_trajectory_there_is_a_reason() -> None:
    experiment = Experiment("x' = y\ny' = -x\nt in [0, 20]", starts=(), section=RIGHT)
    *_, frame = frames(Request(experiment, frozenset({PoincareSection})))
    assert frame.get(PoincareSection) is None
    assert "no trajectory to follow" in frame.absent[PoincareSection]
