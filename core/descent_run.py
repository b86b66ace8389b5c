"""The part of a run that lets optimisers go downhill, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from . import catalogue
from .descent_loop import descend
from .frame import Frame, Progress
from .frame_maker import FrameMaker
from .objective import Objective
from .outcome import Outcome
from .probe import DescentProbe
from .run_context import RunContext

_PREVIEW_ITERATIONS = 600
"""During a drag; the rest of the way comes when the mouse rests."""


def descent_frames(maker: FrameMaker, context: RunContext) -> Iterator[Frame]:
    """Go downhill from every start, feed the probes, and yield what is due on the way."""
    probes: list[DescentProbe[Any]] = [probe for probe in maker.probes if isinstance(probe, DescentProbe)]
    system = context.field.system
    if system is None or not probes or not len(context.starts) or maker.should_stop():
        return
    maker.hold(probes)
    objective = Objective(system, context.experiment.values)
    for method in dict.fromkeys(context.experiment.descent.methods):
        yield from _descend(maker, probes, objective, context, method)
        if maker.should_stop():
            return


def _descend(
    maker: FrameMaker, probes: list[DescentProbe[Any]], objective: Objective, context: RunContext, method: str
) -> Iterator[Frame]:
    choice, count = context.experiment.descent, len(context.starts)
    optimiser = catalogue.descent(method, vars(choice))
    most = min(choice.iterations, _PREVIEW_ITERATIONS) if context.preview else choice.iterations
    budget = replace(context.experiment.budget, steps=most)
    loop = descend(objective, context.starts, optimiser, choice.tolerance, budget)
    for probe in probes:
        probe.open(method)
    spent, last = maker.evaluations, 0
    while not maker.should_stop():
        try:
            records = next(loop)
        except StopIteration as end:
            outcomes = end.value
            break
        last = int(records.iteration[-1])
        maker.evaluations = spent + last * count
        for probe in probes:
            probe.feed(records)
        frame = maker.due_frame()
        if frame is not None:
            arrived = count - int(records.active[-1].sum())
            share = max(last / most, arrived / count)
            what = f"iteration {last} of {optimiser.title}"
            yield replace(frame, progress=Progress(what, arrived, count, share, "starts"))
    else:
        loop.close()
        outcomes = (Outcome("cancelled", last, True),) * count
    for probe in probes:
        probe.end(outcomes)
