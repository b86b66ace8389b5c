"""The method that a bare text is followed by: one that knows noise where there is some, with a step to see it by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.experiment import Experiment, Integration
from core.experiment_source import check_source, read_source
from core.fitting_method import experiment_of, fitting_method
from core.language import parse
from core.readings import Trajectories
from core.request import Request
from core.runner import frames
from core.scripting import python_script

NOISY = "x' = -x + 0.3 dW\nstart (1)\nt in [0, 1]"


def test_a_formula_with_noise_is_followed_and_scripted(tmp_path: Path) -> None:
    (tmp_path / "noisy.txt").write_text(NOISY)
    experiment, system = check_source(NOISY)
    assert read_source(str(tmp_path / "noisy.txt"))[0] == experiment
    *_, frame = frames(Request(experiment, frozenset({Trajectories})))
    assert frame.error is None
    curves = frame.readings[Trajectories]
    made: dict[str, Any] = {}
    exec(python_script(experiment, system), made)  # as the program prints it
    assert curves.z.tobytes() == made["run"].z[0].tobytes()


def test_without_noise_or_sense_a_text_is_taken_as_it_is() -> None:
    for text in ("x' = -x", "x <- cos(x)", "x' = y +"):
        assert experiment_of(text) == Experiment(text)


@pytest.mark.parametrize(
    ("span", "step", "fitting"),
    [
        ((0.0, 20.0), 0.05, 0.05),
        ((0.0, 1.0), 0.05, 0.01),
        ((2.0, 5.0), 0.05, 0.02),
        ((0.0, 0.07), 0.05, 0.0005),
        ((0.0, 1e-6), 0.05, 1e-6),
        ((0.0, 1.0), 0.1, 0.1),  # a person has chosen it
    ],
)
def test_a_step_that_nobody_chose_shows_the_noise_of_a_short_span(
    span: tuple[float, float], step: float, fitting: float
) -> None:
    before, after = parse("x' = -x"), parse(NOISY)
    found = fitting_method(Integration(step=step), before, after, span)
    assert found == Integration("euler_maruyama", step=fitting)


def test_no_noise_is_followed_by_the_method_before_or_by_the_default() -> None:
    before, after = parse(NOISY), parse("x' = -x")
    for last, method in (("radau5", "radau5"), ("milstein", "dopri5"), ("no such", "dopri5")):
        assert fitting_method(Integration("euler_maruyama"), before, after, (0.0, 1.0), last).method == method
