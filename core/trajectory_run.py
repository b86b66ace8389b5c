"""The part of a run that follows trajectories, forward and backward in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .chosen_controller import chosen_controller
from .event_functions import declared_events
from .event_refusal import has_events
from .event_run import EventRun
from .formula_field import FormulaField
from .frame import Frame, Progress
from .frame_maker import FrameMaker
from .noise_refusal import is_noisy
from .ode_path import Loop, Path, choose_path, open_loop
from .probe import StepsProbe
from .problem import InitialValue
from .run_context import RunContext
from .step_controller import StepController
from .tally import Tally

_PREVIEW_TOLERANCES = 1e-5, 1e-7
"""Loosest tolerances during a drag: the eye sees no difference, and the step count halves."""


def trajectory_frames(maker: FrameMaker, context: RunContext) -> Iterator[Frame]:
    """Integrate from every start, feed the probes, and yield what is due on the way."""
    probes = [probe for probe in maker.probes if isinstance(probe, StepsProbe)]
    if not probes or not len(context.starts):
        return
    maker.hold(probes)
    experiment = context.experiment
    where = experiment.path, experiment.device, experiment.dtype
    path = choose_path(context.field, len(context.starts), *where, context.tableau)
    maker.path = path
    if path == "torch":  # its import, and its first step, may take long
        yield maker.frame(curves=False)
    t0, t1 = context.span
    if has_events(context.field):  # what jumped cannot be followed back
        run = _with_events(context, path)
        for probe in probes:
            probe.watch(run.logs)
        yield from _follow(maker, probes, run.loop(), Tally(len(context.starts), t0, t1), forward=True)
        return
    backward = experiment.integration.backward and not is_noisy(context.field)  # its noise is Ito's forward in time
    directions = (True, False) if backward else (True,)
    for forward in directions:
        goal = t1 if forward else 2 * t0 - t1
        loop = _open(InitialValue(context.field, context.starts, (t0, goal)), context, path)
        yield from _follow(maker, probes, loop, Tally(len(context.starts), t0, goal), forward)
        if maker.should_stop():
            return


def _with_events(context: RunContext, path: Path) -> EventRun:
    """What follows the trajectories of a text with events."""
    experiment, field = context.experiment, context.field
    assert isinstance(field, FormulaField)
    back_end = path, experiment.device, experiment.dtype
    problem = InitialValue(field.between_events(), context.starts, context.span)
    watched = declared_events(field, experiment.device, experiment.dtype)
    return EventRun(problem, context.tableau, controller_of(context), experiment.budget, watched, back_end)


def controller_of(context: RunContext, loosest: tuple[float, float] = _PREVIEW_TOLERANCES) -> StepController:
    """How the steps of a run's trajectories are chosen: in a preview with tolerances of at least `loosest`."""
    choice = context.experiment.integration
    rtol, atol = choice.rtol, choice.atol
    if context.preview:
        rtol, atol = max(rtol, loosest[0]), max(atol, loosest[1])
    return chosen_controller(context.tableau, choice, (rtol, atol))


def _open(problem: InitialValue, context: RunContext, path: Path) -> Loop:
    experiment, controller = context.experiment, controller_of(context)
    return open_loop(problem, context.tableau, controller, experiment.budget, path, experiment.device, experiment.dtype)


def _follow(
    maker: FrameMaker, probes: list[StepsProbe[object]], loop: Loop, tally: Tally, forward: bool
) -> Iterator[Frame]:
    spent = maker.evaluations
    what = f"trajectories {'forward' if forward else 'backward'} in time"
    while not maker.should_stop():
        try:
            steps = next(loop)
        except StopIteration as end:
            outcomes = end.value
            break
        tally.feed(steps)
        maker.evaluations = spent + tally.evaluations
        for probe in probes:
            probe.feed(steps)
        frame = maker.due_frame()
        if frame is not None:
            yield replace(frame, progress=Progress(what, tally.arrived, tally.count, tally.share))
    else:
        loop.close()
        outcomes = tally.cancelled()
    for probe in probes:
        probe.end(outcomes, forward)
