"""The lines of a script that follows trajectories."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from .. import catalogue
from ..experiment import Integration
from .literals import dictionary, keywords, listed, one_a_line, point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..experiment import Experiment
    from ..language import System

_END = """
for number, (z, mask, outcome) in enumerate(zip(run.z, run.mask, run.outcome), start=1):
    print(f"trajectory {number} {outcome}", *(f"{value:.17g}" for value in z[mask][-1]), sep="\\n    ")"""


def trajectory_lines(experiment: Experiment, system: System, starts: Sequence[Sequence[float]]) -> list[str]:
    """`core.integrate` from every start, forward in time, and where each trajectory ended."""
    choice, budget = experiment.integration, experiment.budget
    begin, end = experiment.span or system.span
    step = catalogue.integrator(choice.method).given_step(choice.fixed, choice.step)
    accuracy: dict[str, float | str] = {}
    if step is not None:
        accuracy["step"] = step
    else:
        accuracy |= {"rtol": choice.rtol, "atol": choice.atol}
        if choice.controller != Integration.controller:
            accuracy["controller"] = choice.controller
    arguments = [
        "system",
        "starts",
        f"t={point((begin, end))}",
        f"method={choice.method!r}",
        *keywords(accuracy),
        *([f"params={dictionary(experiment.values)}"] if experiment.values else []),
        *([f"seed={experiment.seed}"] if system.noise else []),
        f"budget=core.Budget({', '.join(keywords(asdict(budget)))})",
        f"device={experiment.device!r}",
        f"dtype={experiment.dtype!r}",
        f"path={experiment.path!r}",
    ]
    return [
        f"starts = {listed([point(start) for start in starts])}",
        f"run = core.integrate({one_a_line(arguments)})",
        _END,
    ]
