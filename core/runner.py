"""From a request to a stream of frames: the one place that builds a run and decides when a frame is due."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from . import catalogue
from .experiment import starting_points
from .formula_field import FormulaField
from .frame import Frame, Progress
from .language import FormulaError, parse
from .ode_path import Loop, Path, choose_controller, choose_path, open_loop
from .outcome import Outcome
from .probe import Probe
from .problem import InitialValue
from .request import Request
from .run_context import RunContext
from .tally import Tally

_FRAME_SECONDS = 1.0 / 60.0
"""A run shorter than a picture lasts shows field and curves at once, never one of them with the other's last value."""
_PATIENCE_SECONDS = 0.15
"""Partial curves are shown only in a run that takes longer than this: in a shorter one they would only flicker."""
_PREVIEW_RTOL, _PREVIEW_ATOL = 1e-5, 1e-7
"""Loosest tolerances during a drag: the eye sees no difference, and the step count halves."""


def frames(request: Request, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Frame]:
    """Compute what `request` wants; every frame is a snapshot, the last one is `final`.

    Nothing a person can type raises: a text that does not parse, a value out of its domain or a lack of memory
    travels as a frame with `error` and the last readings. `should_stop` is asked every few milliseconds; the run
    then ends with a final frame whose unfinished trajectories are "cancelled".
    """
    run = _Run(request, should_stop)
    try:
        yield from run.frames()
    except (FormulaError, ValueError, TypeError) as fault:
        yield run.failure(str(fault))
    except MemoryError:
        yield run.failure(f"the run {Outcome('out_of_memory')}")
    except Exception as fault:  # the window must hear of it, whatever it is
        yield run.failure(f"the run failed: {type(fault).__name__}: {fault}")


def make_context(request: Request) -> RunContext:
    """Bind the experiment: parse its text, bind values, resolve starts and span, find the method.

    Raises FormulaError for the text, ValueError or TypeError for anything else, always with a sentence.
    """
    experiment = request.experiment
    system = parse(experiment.text, experiment.tensors)
    return RunContext(
        experiment=experiment,
        field=FormulaField(system, experiment.values),
        starts=np.array(starting_points(experiment, system), dtype=np.float64).reshape(-1, system.size),
        span=experiment.span or system.span,
        tableau=catalogue.tableau(experiment.integration.method),
        viewport=request.viewport,
        quality=request.quality,
        every_step=request.every_step,
    )


class _Run:
    """One request under way: its probes and what they have read."""

    def __init__(self, request: Request, should_stop: Callable[[], bool]) -> None:
        self._request = request
        self._should_stop = should_stop
        self._begun = time.perf_counter()
        self._last_frame = self._begun
        self._probes: list[Probe[object]] = []
        self._evaluations = 0
        self._path = ""

    def frames(self) -> Iterator[Frame]:
        """Everything, in the order in which it can be shown: first what hangs on the field alone."""
        context = make_context(self._request)
        known = catalogue.probes()
        wanted = [known[reading]() for reading in self._request.wanted]
        for probe in sorted(wanted, key=lambda probe: (probe.follows_steps, probe.title)):
            probe.begin(context)
            self._probes.append(probe)
            if self._should_stop():
                yield self._frame(final=True)
                return
        if any(probe.follows_steps for probe in self._probes) and len(context.starts):
            yield from self._integrate(context)
        yield self._frame(final=True)

    def failure(self, sentence: str) -> Frame:
        """The last frame of a run that failed as a whole, with the readings so far."""
        return replace(self._frame(final=True), error=sentence, traceback=traceback.format_exc())

    def _integrate(self, context: RunContext) -> Iterator[Frame]:
        experiment = context.experiment
        path = choose_path(context.field, len(context.starts), experiment.path, experiment.device, experiment.dtype)
        self._path = path
        if path == "torch":  # its import, and its first step, may take long
            yield self._frame(curves=False)
        t0, t1 = context.span
        directions = (True, False) if experiment.integration.backward else (True,)
        for forward in directions:
            goal = t1 if forward else 2 * t0 - t1
            loop = self._open(InitialValue(context.field, context.starts, (t0, goal)), context, path)
            yield from self._follow(loop, Tally(len(context.starts), t0, goal), forward)
            if self._should_stop():
                return

    def _open(self, problem: InitialValue, context: RunContext, path: Path) -> Loop:
        experiment, choice = context.experiment, context.experiment.integration
        rtol, atol = choice.rtol, choice.atol
        if context.preview:
            rtol, atol = max(rtol, _PREVIEW_RTOL), max(atol, _PREVIEW_ATOL)
        step = choice.step if choice.fixed or context.tableau.embedded is None else None
        controller = choose_controller(context.tableau, rtol, atol, step)
        device, dtype = experiment.device, experiment.dtype
        return open_loop(problem, context.tableau, controller, experiment.budget, path, device, dtype)

    def _follow(self, loop: Loop, tally: Tally, forward: bool) -> Iterator[Frame]:
        spent = self._evaluations
        what = f"trajectories {'forward' if forward else 'backward'} in time"
        while not self._should_stop():
            try:
                steps = next(loop)
            except StopIteration as end:
                outcomes = end.value
                break
            tally.feed(steps)
            self._evaluations = spent + tally.evaluations
            for probe in self._probes:
                probe.feed(steps)
            frame = self._due_frame()
            if frame is not None:
                yield replace(frame, progress=Progress(what, tally.arrived, tally.count, tally.share))
        else:
            loop.close()
            outcomes = tally.cancelled()
        for probe in self._probes:
            probe.end(outcomes, forward)

    def _due_frame(self) -> Frame | None:
        """What a run that takes its time shows on its way: first the field alone, then curves as they grow."""
        now = time.perf_counter()
        if now - self._last_frame < _FRAME_SECONDS:
            return None
        if now - self._begun > _PATIENCE_SECONDS:
            return self._frame()
        return self._frame(curves=False) if self._last_frame == self._begun else None

    def _frame(self, *, final: bool = False, curves: bool = True) -> Frame:
        readings = {
            probe.reading: reading
            for probe in self._probes
            if (curves or not probe.follows_steps) and (reading := probe.read()) is not None
        }
        self._last_frame = time.perf_counter()
        return Frame(
            generation=self._request.generation,
            readings=readings,
            final=final,
            path=self._path,
            device=self._request.experiment.device,
            dtype=self._request.experiment.dtype,
            seconds=self._last_frame - self._begun,
            evaluations=self._evaluations,
            quality=self._request.quality,
        )
