"""From a request to a stream of frames: the one place that builds a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from . import catalogue
from .descent_run import descent_frames
from .displacement_field import DisplacementField
from .event_refusal import OBSTACLE as EVENTS
from .event_refusal import has_events
from .experiment import Experiment, starting_points
from .fixed_point_map import FixedPointMap
from .formula_field import FormulaField
from .formula_map import FormulaMap
from .frame import Frame
from .frame_maker import FrameMaker
from .iteration_run import iteration_frames
from .language import FormulaError, System, parse
from .learner import Learner
from .module_file import ModuleSource
from .module_layer import ModuleLayer, allowed_layer
from .nearest_name import suggestion
from .noise_refusal import OBSTACLE as NOISE
from .noise_refusal import is_noisy
from .outcome import Outcome
from .probe import Probe
from .reading_error import ReadingError
from .request import Request
from .run_context import RunContext
from .sweep_run import sweep_frames
from .training_run import training_frames
from .trajectory_run import trajectory_frames
from .vector_field import VectorField


def frames(request: Request, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Frame]:
    """Compute what `request` wants; every frame is a snapshot, the last one is `final`.

    Nothing a person can type raises: a text that does not parse, a value out of its domain or a lack of memory
    travels as a frame with `error` and the last readings. `should_stop` is asked every few milliseconds; the run
    then ends with a final frame whose unfinished trajectories or samples are "cancelled".
    """
    maker = FrameMaker(request, should_stop)
    try:
        if request.training is not None:
            yield from training_frames(request, should_stop, frames)
        else:
            yield from _frames(maker)
    except (FormulaError, ValueError, TypeError) as fault:
        yield maker.failure(str(fault))
    except MemoryError:
        yield maker.failure(f"the run {Outcome('out_of_memory')}")
    except Exception as fault:  # the window must hear of it, whatever it is
        yield maker.failure(f"the run failed: {type(fault).__name__}: {fault}")


def make_context(request: Request) -> RunContext:
    """Bind the experiment: parse its text, bind values, resolve starts and span, find the method.

    Raises FormulaError for the text, ValueError or TypeError for anything else, always with a sentence.
    """
    experiment = request.experiment
    system = parse(experiment.text, experiment.tensors)
    starts = np.array(starting_points(experiment, system), dtype=np.float64).reshape(-1, system.size)
    layer = _layer(request, system) if system.kind in ("map", "root") else None
    if layer is not None:
        _check_input(system, experiment.gradient.wrt)
    samples, rows = _samples(starts, None if layer is None else layer.batch)
    field: VectorField
    if layer is None:
        field = FormulaField(system, experiment.values, experiment.seed)
    else:
        field = DisplacementField(layer, None if rows is None else rows[:1])
    return RunContext(
        experiment=experiment,
        field=field,
        starts=starts,
        span=experiment.span or system.span,
        tableau=catalogue.integrator(experiment.integration.method),
        viewport=request.viewport,
        quality=request.quality,
        focus=request.focus,
        every_step=request.every_step,
        map=layer,
        solver=None if layer is None else catalogue.chosen_solver(experiment.root),
        samples=samples,
        rows=rows,
        warm_start=request.warm_start,
        fit=request.fit,
        plane=request.plane,
    )


def check_experiment(experiment: Experiment, modules: Mapping[str, ModuleSource] = MappingProxyType({})) -> None:
    """Refuse an experiment that cannot be run: values, starts or a method that its system does not have, a solver
    that cannot solve it, or data that its network cannot learn. modules: the Python files that may run, by their names
    in the text.

    Raises FormulaError, ValueError or TypeError, with a sentence.
    """
    context = make_context(Request(experiment, frozenset(), modules=modules))
    refusal = None if context.map is None or context.solver is None else context.solver.refusal(context.map)
    if refusal is not None:
        raise ValueError(refusal)
    if experiment.training.data:
        from .training.session import TrainingSession  # noqa: PLC0415 - needs torch

        TrainingSession(experiment, modules=modules)


def _layer(request: Request, system: System) -> FixedPointMap:
    """The map of a formula, or of the Python file that the text names. Raises ValueError where that may not run."""
    experiment = request.experiment
    if system.module is None:
        return FormulaMap(system, experiment.values)
    return allowed_layer(experiment, system, request.modules)


def _learner(context: RunContext) -> Learner | None:
    """What learns; None where the experiment names no data to learn from."""
    module = context.map if isinstance(context.map, ModuleLayer) else None
    system = context.field.system if module is None else module.text
    if not context.experiment.training.data or system is None:
        return None
    from .training.learners import learner_of  # noqa: PLC0415 - needs torch, which other requests do without

    return learner_of(system, context.experiment, module=module)


def _check_input(system: System, name: str) -> None:
    if name and name not in system.sources:
        raise ValueError(f"there is no input {name!r} to differentiate by{suggestion(name, system.sources)}")


def _samples(starts: np.ndarray, batch: int | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Every start with every row of the batch data, the rows of one start side by side."""
    if batch is None:
        return starts, None
    return np.repeat(starts, batch, axis=0), np.tile(np.arange(batch), len(starts))


def _frames(maker: FrameMaker) -> Iterator[Frame]:
    """Everything, in the order in which it can be shown: first what hangs on the field alone."""
    context = replace(make_context(maker.request), should_stop=maker.should_stop)
    kind = context.kind
    known = catalogue.probes()
    # what a training tells has no probe: it comes with the training
    wanted = [known[one]() for one in maker.request.wanted if one in known and kind in known[one].kinds]
    if any(probe.looks_at_learner for probe in wanted):
        context = replace(context, learner=_learner(context))
    for present, obstacle, knows in (
        (has_events(context.field), EVENTS, "knows_events"),
        (is_noisy(context.field), NOISE, "knows_noise"),
    ):
        unknown = [probe for probe in wanted if present and not getattr(probe, knows)]
        maker.absent |= {probe.reading: f"{probe.title}: {obstacle}" for probe in unknown}
        wanted = [probe for probe in wanted if probe not in unknown]
    for probe in sorted(wanted, key=lambda probe: (type(probe).__mro__[1] is not Probe, probe.title)):
        try:
            probe.begin(context)
        except ReadingError as reason:
            maker.absent[probe.reading] = str(reason)
        else:
            maker.probes.append(probe)
        if maker.should_stop():
            yield maker.frame(final=True)
            return
    yield from trajectory_frames(maker, context) if context.map is None else iteration_frames(maker, context)
    if kind == "minimise":
        yield from descent_frames(maker, context)
    yield from sweep_frames(maker)
    yield maker.frame(final=True)
