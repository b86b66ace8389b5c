"""The part of a run that lets root solvers iterate, the chosen one and then its rivals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from . import catalogue
from .found_points import found_points
from .frame import Frame, Progress
from .frame_maker import FrameMaker
from .outcome import Outcome
from .probe import IteratesProbe, SolutionProbe
from .probes.iterations import IterationsProbe
from .root_clock import timed
from .root_loop import iterate
from .root_path import RootPath, choose_root_path
from .root_problem import FixedPoint
from .run_context import RunContext
from .stop_rule import StopRule

_LARGEST_SHOWN = 32
"""Unknowns up to which a solver's inside is recorded: a matrix for every sample and iteration."""


def iteration_frames(maker: FrameMaker, context: RunContext) -> Iterator[Frame]:
    """Solve from every start, feed the probes, and yield what is due on the way."""
    probes: list[IteratesProbe[Any]] = [probe for probe in maker.probes if isinstance(probe, IteratesProbe)]
    solution_probes = [probe for probe in maker.probes if isinstance(probe, SolutionProbe)]
    if context.map is None or not len(context.samples) or not (probes or solution_probes):
        return
    maker.hold([*probes, *solution_probes])
    experiment, choice = context.experiment, context.experiment.root
    wished = "numpy" if experiment.path == "python" else experiment.path  # what Python floats are to a trajectory
    path = choose_root_path(context.map, wished, experiment.device, experiment.dtype)
    refused = catalogue.refusals(context.map)
    if choice.solver in refused:
        raise ValueError(refused[choice.solver])
    maker.path = path
    if path == "torch" and "torch" not in sys.modules:  # its import takes seconds
        yield maker.frame(curves=False)
    keeper = next((probe for probe in probes if isinstance(probe, IterationsProbe)), None)
    if keeper is None:
        keeper = IterationsProbe()
        keeper.begin(context)
        probes.append(keeper)
    problem = FixedPoint(context.map, context.samples, context.rows)
    stop = StopRule(choice.tolerance, choice.criterion, choice.whole_batch)
    for solver in dict.fromkeys((choice.solver, *(rival for rival in choice.rivals if rival not in refused))):
        yield from _iterate(maker, probes, problem, context, solver, path)
        if maker.should_stop():
            return
    if solution_probes:
        if "torch" not in sys.modules:
            yield maker.frame()
        runs = keeper.read().runs
        found = found_points(runs, problem, stop, path, experiment.device, experiment.dtype)
        for probe in solution_probes:
            probe.solved(found)


def _iterate(
    maker: FrameMaker,
    probes: list[IteratesProbe[Any]],
    problem: FixedPoint,
    context: RunContext,
    solver: str,
    path: RootPath,
) -> Iterator[Frame]:
    experiment, choice = context.experiment, context.experiment.root
    method = catalogue.chosen_solver(choice, solver)
    stop = StopRule(choice.tolerance, choice.criterion, choice.whole_batch)
    budget = replace(experiment.budget, steps=choice.iterations)
    details = problem.start.shape[1] <= _LARGEST_SHOWN and any(probe.wants_details for probe in probes)
    loop = timed(iterate(problem, method, stop, budget, path, experiment.device, experiment.dtype, details))
    for probe in probes:
        probe.open(solver)
    spent, count, last, running = maker.evaluations, len(problem.start), 0, len(problem.start)
    while not maker.should_stop():
        try:
            iterates = next(loop)
        except StopIteration as end:
            outcomes = end.value
            break
        maker.evaluations = spent + int(iterates.evaluations[-1].sum())
        last, running = int(iterates.iteration[-1]), int(iterates.active[-1].sum())
        for probe in probes:
            probe.feed(iterates)
        frame = maker.due_frame()
        if frame is not None:
            share = max(last / choice.iterations, 1.0 - running / count)
            what = f"iteration {last} of {method.title}"
            yield replace(frame, progress=Progress(what, count - running, count, share, "samples"))
    else:
        loop.close()
        outcomes = (Outcome("cancelled", last, True),) * count
    for probe in probes:
        probe.end(outcomes)
