"""A loss of trajectories with events: through the steps, the times at which events happen, and what they change."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from math import isfinite, nan
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .adjoint_flow import parameter_values
from .budget import Budget
from .catalogue import integrator
from .deferred import deferred
from .dense_output import DenseOutput
from .derivative_steps import followed_finely
from .event_functions import WatchedEvent, watched_events
from .event_points import EventPoints
from .event_replay import EventReplay, Meeting
from .formula_field import FormulaField
from .gradient_card import Card
from .gradient_method import SolvedTrajectory
from .gradient_problem import input_tensor, names_of, one_number, refuse_own
from .integration import integrate
from .language import System
from .lost_states import lost_states, masked
from .run import Run
from .saved_memory import measured_memory
from .step_controller import StepController
from .step_replay import unrepeatable
from .time_span import output_times
from .trajectory_problem import (
    DEFAULTS,
    choices_of,
    controller_of,
    no_longer,
    outcomes_of,
    refuse_own_times,
    solved_run,
    start_of,
    weights_of,
)
from .vector_field import VectorField
from .vector_jacobian import Inputs, gradients, leaves

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_OURS = ("system", "start", "params", "device", "dtype")
TITLE = "through the solver and its events"


def meets_events(system: Any, options: Mapping[str, Any]) -> bool:
    """Whether there are events, of the text or among the options of `core.integrate`."""
    declared = system if isinstance(system, System) else getattr(system, "system", None)
    return bool(options.get("events")) or (declared is not None and bool(declared.events))


def event_gradient(
    system: System | VectorField,
    loss: Callable[..., Tensor],
    wrt: str | Iterable[str],
    start: Any,
    params: Mapping[str, float] | None,
    options: Mapping[str, Any],
    device: str,
    dtype: str,
) -> Card:
    """d loss / d wrt of trajectories that meet events, by backpropagation through the steps between them.

    loss: sees what `core.gradient` says and, where it takes a second argument, the events by name as `core.integrate`
    lists them, `EventPoints` of tensors: t (K,), z (K, n), or (B, K) and (B, K, n) padded with NaN. They move with
    everything that they hang on: dt*/dp = -(dg/dz dz/dp + dg/dp) / (dg/dz f + dg/dt). The end of a trajectory that an
    event ended moves with it; output times stay.
    Raises ValueError for multistep methods, for conditions that torch cannot call, and for two events at once.
    """
    refuse_own("integrate", options, _OURS)
    refuse_own_times(options)
    field = FormulaField(system, params) if isinstance(system, System) else system
    method = integrator(options.get("method", DEFAULTS["method"]))
    if (refusal := unrepeatable(method)) is not None:
        raise ValueError(refusal)
    values, weights = parameter_values(field), weights_of(field)
    names = names_of(wrt, (*values, *weights, "start"))
    choices = choices_of(field, options)
    forward = {name: value for name, value in options.items() if name != "at"}
    unbound = None if isinstance(system, System) else params
    between = field.between_events() if isinstance(field, FormulaField) else field

    def follow(controller: StepController) -> tuple[Run, DenseOutput | None]:
        found = integrate(field, begin, params=unbound, **no_longer(forward, controller), device=device, dtype=dtype)
        return found, found.dense

    begin = start_of(system, start)
    run, controller, unfit = followed_finely(follow, method, controller_of(method, choices), between.jacobian())
    span = (float(choices["t"][0]), float(choices["t"][1]))
    at = None if options.get("at") is None else output_times(options["at"], span)
    solve = solved_run(between, run, span, at, method, controller, choices["budget"] or Budget(), device, dtype)
    watched = watched_events(options.get("events", ()), field, device, dtype)
    known = {**weights, **values}
    inputs = {name: input_tensor(known[name], device, dtype) for name in names if name in known}
    begun = perf_counter()
    with measured_memory() as memory, torch.enable_grad():
        tracked, first = leaves(inputs), solve.start.detach().requires_grad_()
        found = _Found(solve, run, watched, {**inputs, **tracked}, {**known, **inputs, **tracked})
        value = found.loss(loss, first)
        start_gradient, *others = gradients(value, torch.ones_like(value), [first, *tracked.values()])
    grads = masked({**dict(zip(tracked, others, strict=True)), "start": start_gradient}, found.lost)
    chosen = {name: grads[name][0] if name == "start" and found.single else grads[name] for name in names}
    notes = [f"the forward run {outcome}" for outcome in outcomes_of(run) if not outcome.success]
    notes += [unfit] if unfit else []
    if not all(isfinite(float(gradient.sum())) for gradient in chosen.values()):
        notes.append("the gradient is not a finite number")
    return Card(
        method="discrete",
        title=TITLE,
        value=float(value.detach()),
        grads=chosen,
        backward_residual=nan,
        error_bound=nan,
        gap=nan,
        seconds=perf_counter() - begun,
        peak_bytes=memory.peak,
        evaluations=int(np.max(run.stats.evaluations)),
        backward_evaluations=found.calls,
        products=found.calls,
        exact=not notes,
        note="; ".join(notes),
    )


class _Found:
    """The trajectories of a run on the tape of their inputs."""

    def __init__(
        self,
        solve: SolvedTrajectory,
        run: Run,
        events: tuple[WatchedEvent, ...],
        inputs: Inputs,
        parameters: Mapping[str, Any],
    ) -> None:
        self.single = run.z.ndim == 2
        self._solve, self._run, self._events = solve, run, events
        self._inputs, self._parameters = inputs, parameters
        self.calls = 0
        self.lost = torch.zeros(len(solve.start), dtype=torch.bool)
        """The trajectories whose loss has no derivative, after the way back."""

    def loss(self, loss: Callable[..., Tensor], start: Tensor) -> Tensor:
        """One number, on the tape."""
        assert self._solve.dense is not None
        steps, ends, met = self._solve.dense.steps(), [], []
        reached = [outcome.success for outcome in outcomes_of(self._run)]
        for sample in range(len(start)):
            mine = steps.take(np.flatnonzero(steps.sample == sample))
            meetings = self._meetings(sample)
            replay = EventReplay(self._solve, mine, meetings, self._events, self._inputs, self._parameters)
            end = replay.run(start[sample : sample + 1], self._solve.at)
            lost = not reached[sample] and self._solve.at is None
            ends.append(self._watched(sample, end + torch.nan if lost else end, start))
            met.append(replay.met)
            self.calls += replay.calls
        z = torch.cat(ends)
        seen = z[0] if self.single else z
        return one_number(loss(seen, self._points(met, start)) if _takes_events(loss) else loss(seen))

    def _watched(self, sample: int, z: Tensor, start: Tensor) -> Tensor:
        """z, and on the way back a note in `lost` where the loss takes a state of it that is not finite."""
        if bool(torch.isfinite(z).all()):
            return z

        def look(v: Tensor) -> None:
            self.lost[sample] = bool(lost_states(z, v).any())

        seen = z + 0.0 * start[sample].nan_to_num().sum()  # on the tape, also where no step was taken
        seen.register_hook(look)  # type: ignore[no-untyped-call]
        return seen

    def _meetings(self, sample: int) -> list[Meeting]:
        found = []
        for number, event in enumerate(self._events):
            times = np.atleast_2d(self._run.events[event.name].t)[sample]
            found += [Meeting(number, float(t)) for t in times if isfinite(t)]
        sign = 1.0 if self._solve.span[1] > self._solve.span[0] else -1.0
        return sorted(found, key=lambda meeting: sign * meeting.t)

    def _points(self, met: list[dict[int, list[tuple[Tensor, Tensor]]]], like: Tensor) -> dict[str, EventPoints]:
        """By name, as `core.integrate` lists them."""
        points = {}
        for number, event in enumerate(self._events):
            of_event = [mine.get(number, []) for mine in met]
            most = max(map(len, of_event), default=0)
            nothing = (like.new_full((1,), torch.nan), torch.full_like(like[:1], torch.nan))
            padded = [[*mine, *[nothing] * (most - len(mine))] for mine in of_event]
            empty = like.new_zeros(0), like.new_zeros(0, like.shape[1])
            t = torch.stack([torch.cat([t for t, _ in mine]) if mine else empty[0] for mine in padded])
            z = torch.stack([torch.cat([z for _, z in mine]) if mine else empty[1] for mine in padded])
            points[event.name] = EventPoints(t[0], z[0]) if self.single else EventPoints(t, z)
        return points


def _takes_events(loss: Callable[..., Tensor]) -> bool:
    """Whether a loss has a second argument."""
    try:
        parameters = inspect.signature(loss).parameters.values()
    except (TypeError, ValueError):
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(one.kind in positional and one.default is inspect.Parameter.empty for one in parameters) == 2
