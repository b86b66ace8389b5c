"""The public `core.integrate` and `core.field`: one call follows a vector field from one start or many."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import catalogue
from .batch_run import follow_batch
from .budget import Budget
from .callable_field import CallableField, for_one_run
from .deferred import deferred
from .dense_output import AcceptedSteps, DenseOutput, Sampled
from .event import Event
from .event_functions import watched_events
from .event_points import EventLog, EventPoints
from .event_refusal import has_events
from .event_run import EventRun
from .field_check import check_given
from .formula_field import FormulaField
from .integration_method import IntegrationMethod
from .kernels.batch import finished
from .language import System
from .nearest_name import suggestion
from .noise_refusal import checked_seed, is_noisy
from .ode_path import Loop, choose_controller, choose_path, open_loop, refuse_method
from .outcome import Outcome
from .problem import InitialValue
from .run import Run, Stats
from .run_points import Points, accepted_points, points_with_jumps, sampled_points
from .start_rows import start_rows
from .step_controller import StepController
from .step_rules import ENDINGS
from .telemetry import host
from .time_span import declared_span, output_times, time_span
from .vector_field import VectorField

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")


_BUDGET = Budget()
"""Of a run that is given none."""
_LIMITS = frozenset({"smallest", "largest", "shortest", "longest"})
"""Numbers of a control that the loops themselves set."""


def field(f: Callable[..., Any], n: int, components: Sequence[str] | None = None) -> CallableField:
    """The vector field z' = f(z) or z' = f(t, z) of a torch callable or nn.Module on batches (B, n).

    See `CallableField` for what f is given and must return.
    """
    return CallableField(f, n, None if components is None else tuple(components))


def integrate(
    system: System | VectorField,
    start: Any,
    t: tuple[Any, Any] | None = None,
    method: str = "dopri5",
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    at: Sequence[float] | Sequence[Sequence[float]] | np.ndarray | None = None,
    step: float | None = None,
    controller: str | None = None,
    control: Mapping[str, float] | None = None,
    params: Mapping[str, float] | None = None,
    events: Event | Sequence[Event] = (),
    seed: int = 0,
    budget: Budget | None = None,
    device: str = "cpu",
    dtype: str = "float64",
    path: str = "auto",
    **unknown: Any,
) -> Run:
    """Follow z' = f(t, z) from `start` at t[0] to t[1], forward or backward in time.

    system: a parsed formula or a field. start: n numbers, or B times n; tensors give a run in tensors, without a tape:
    `gradient` differentiates a loss of a run.
    t: two numbers, or two arrays (B,) for a span of each trajectory's own, forward or backward; a text with events
    (when ...) is followed forward only. None: the span of the text, t in [0, 10]; (0, 30) where it declares none.
    at: output times in the direction of t, (T,) or (B, T); None gives every accepted step and dense output.
    step: fixed steps of that size instead of adaptive ones. controller: how adaptive steps follow the error: "pi", "i",
    "pid" or "h211b"; control: numbers of it, such as longest=0.1, shortest=1e-6, safety=0.8, smallest and largest
    (factors between steps), of which multistep methods heed the limits alone. params: values of the formula's
    parameters by name.
    events: conditions to watch beside those of the text, see `Event`; `run.events` says where all were met, those of
    the text by their conditions, "x = 0 falling".
    seed: of a text with noise, dz = f dt + g dW; trajectory i has the Brownian path i of this seed, the same whatever
    the start, span, step, method and the other trajectories. Such a text needs a method for noise and a step; between
    the ends of two steps the solution is a straight line, so give `at` multiples of the step.
    budget: what each trajectory, and the run, may spend. path: "auto", "kernel", "python", "numpy" or "torch"; for
    methods that are no explicit Runge-Kutta ones "auto", "numpy" or "torch". "torch" calls a callable at every stage.

    A trajectory that fails says why in `run.outcome` and keeps its solution so far; the others go on. Raises
    ValueError or TypeError, with a sentence, where the question makes no sense.
    """
    _refuse_unknown(unknown)
    refuse_no_numbers(rtol=rtol, atol=atol, step=step)
    vector_field = _field_of(system, params, seed)
    _warn_of_no_tape(start)
    starts, single = start_rows(start, vector_field.components, "B")
    span = time_span(declared_span(vector_field) if t is None else t, len(starts))
    problem = InitialValue(_between_events(vector_field), starts, span)
    _refuse_backward(vector_field, problem)
    times = None if at is None else output_times(at, problem.span, len(starts))
    integrator = catalogue.integrator(method)
    steps = step_control(integrator, rtol, atol, step, controller, control or {})
    refuse_method(problem, integrator, steps)
    chosen = choose_path(vector_field, len(starts), path, device, dtype, integrator)
    _refuse_rounding(steps, dtype)
    watched = watched_events(events, vector_field, device, dtype)
    if watched and is_noisy(vector_field):
        raise ValueError("where a path with noise (dW) meets a condition is not found yet: leave events out")
    settings = problem, integrator, steps, budget or _BUDGET
    dense = DenseOutput(integrator, starts, problem.span)
    logs: tuple[EventLog, ...] = ()
    if watched:
        run = EventRun(*settings, watched, (chosen, device, dtype))
        points, stats = _followed(run, dense, times, problem)
        outcomes, logs = run.outcomes, run.logs
    elif times is None:
        outcomes, stats = _record(open_loop(*settings, chosen, device, dtype), dense, len(starts))
        points = accepted_points(dense, starts, problem.span[0])
    else:
        batch = finished(follow_batch(*settings, times, chosen, device, dtype))
        outcomes, points = batch.outcomes, sampled_points(batch.z, batch.ending == ENDINGS.index("success"), times)
        stats = Stats(batch.evaluations, batch.accepted, batch.rejected, batch.seconds)
    events_met = {event.name: log.points() for event, log in zip(watched, logs, strict=True)}
    form = _Form(single, device if hasattr(start, "detach") else None, dtype)
    points = Points(*form.of(points))
    met = {name: EventPoints(*form.of((found.t, found.z))) for name, found in events_met.items()}
    one = outcomes[0] if single else outcomes
    stats = stats.of(0) if single else stats
    return Run(*points, one, stats, None if times is not None else dense, chosen, MappingProxyType(met))


def _between_events(field: VectorField) -> VectorField:
    """What a trajectory follows from one event of the text to the next."""
    return field.between_events() if isinstance(field, FormulaField) else field


def _refuse_backward(field: VectorField, problem: InitialValue) -> None:
    """ValueError where the text has events and a trajectory would be followed backward in time."""
    begin, end = problem.ends
    if has_events(field) and (end < begin).any():
        raise ValueError(
            "this text has events (when ...), and many states before a jump lead to one after it: "
            "follow it forward in time, t[1] > t[0]"
        )


def step_control(
    method: IntegrationMethod,
    rtol: float,
    atol: float,
    step: float | None,
    name: str | None,
    control: Mapping[str, float],
) -> StepController:
    """What chooses the steps of `integrate` by `method`; name: of its `controller`. Raises what `integrate` raises."""
    if name is not None and step is not None:
        raise ValueError(f"step={step:g} asks for fixed steps, controller={name!r} for adaptive ones: give one of them")
    if control and step is not None:
        raise ValueError(f"step={step:g} asks for fixed steps, which nothing controls: leave out step or control")
    kind = catalogue.adaptive_controller(name or "pi")
    if method.chooses_steps and (name is not None or not set(control) <= _LIMITS):
        raise ValueError(
            f"{method.title} chooses its own steps: leave out controller, and of control all but "
            f"{', '.join(sorted(_LIMITS))}"
        )
    check_given(kind, control, apart=("rtol", "atol"))
    return choose_controller(method, rtol, atol, step, kind, control)


class _Form(NamedTuple):
    """What a run's arrays become. single: the only row; device: of the tensors, None for arrays."""

    single: bool
    device: str | None
    dtype: str

    def of(self, columns: Iterable[np.ndarray]) -> list[Any]:
        """Times, states in the dtype of the run, and a mask if there is one."""
        t, z, *mask = columns
        found: list[Any] = [t, z.astype(self.dtype, copy=False), *mask]
        if self.single:
            found = [column[0] for column in found]
        if self.device is not None:
            own = [column if column.flags.writeable else column.copy() for column in found]  # torch writes in place
            found = [torch.as_tensor(column, device=self.device) for column in own]
        return found


def _followed(
    run: EventRun, dense: DenseOutput, times: Float[np.ndarray, "..."] | None, problem: InitialValue
) -> tuple[Points, Stats]:
    """Follow trajectories with events; `dense` gets the steps, or the states at `times` are kept."""
    if times is None:
        stats = run.follow(dense)
        return points_with_jumps(dense, problem.start, problem.span[0]), stats
    sampled = Sampled(run.tableau, problem.start, problem.span, times)
    stats = run.follow(sampled)
    arrived = np.array([outcome.name == "success" for outcome in run.outcomes])
    return sampled_points(sampled.z, arrived, times), stats


def _record(loop: Loop, dense: DenseOutput, count: int) -> tuple[tuple[Outcome, ...], Stats]:
    """Run the loop of `count` trajectories to its end, give `dense` every accepted step, and count."""
    begun = perf_counter()
    evaluations, accepted, rejected = (np.zeros(count, dtype=np.int64) for _ in range(3))
    while True:
        try:
            steps = next(loop)
        except StopIteration as end:
            return end.value, Stats(evaluations, accepted, rejected, perf_counter() - begun)
        sample, good = host(steps.sample), host(steps.accepted).astype(bool)
        np.maximum.at(evaluations, sample, host(steps.evaluations))
        np.add.at(accepted, sample[good], 1)
        np.add.at(rejected, sample[~good], 1)
        dense.add(AcceptedSteps.of(steps))


def _field_of(system: System | VectorField, params: Mapping[str, float] | None, seed: int) -> VectorField:
    if isinstance(system, System):
        return FormulaField(system, params, checked_seed(seed))
    if seed:
        raise TypeError("seed is of the noise (dW) of a parsed formula, and this is a field already")
    if not hasattr(system, "components"):
        raise TypeError(
            f"integrate follows a parsed formula (core.parse) or a field (core.field), not {type(system).__name__}"
        )
    if params:
        raise TypeError("params names parameters of a formula, and this field has none: bind them in the callable")
    return for_one_run(system) if isinstance(system, CallableField) else system


def refuse_no_numbers(**options: Any) -> None:
    """TypeError for an option that is no real number."""
    for name, value in options.items():
        if value is not None and (isinstance(value, complex) or not hasattr(value, "__float__")):
            raise TypeError(f"{name} must be a number, not {value!r}")


def _warn_of_no_tape(start: Any) -> None:
    """A warning where a tensor asks for a gradient that a run does not keep."""
    if getattr(start, "requires_grad", False):
        warnings.warn(
            "integrate keeps no tape, and its states have no gradient by the start: core.gradient differentiates a "
            "loss of them",
            stacklevel=3,
        )


def _refuse_rounding(controller: StepController, dtype: str) -> None:
    """ValueError for a tolerance that the rounding of the numbers makes unreachable."""
    rounding = float(np.finfo(dtype).eps)
    rtol = controller.tolerances[0] if controller.tolerances is not None else None
    if rtol is not None and rtol < rounding:
        cure = 'raise it, or use dtype="float64"' if dtype == "float32" else "raise it"
        raise ValueError(f"rtol = {rtol:g} lies below the rounding of {dtype}, {rounding:.2g}: {cure}")


def _refuse_unknown(options: Mapping[str, Any]) -> None:
    """TypeError for a keyword that `integrate` does not take, with the nearest."""
    for name in options:
        known = [name for name in inspect.signature(integrate).parameters if name != "unknown"]
        raise TypeError(f"integrate has no option {name!r}{suggestion(name, known)}")
