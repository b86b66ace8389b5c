"""The public `core.integrate` and `core.field`: one call follows a vector field from one start or many."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import catalogue
from .batch_run import Batch, follow_batch
from .budget import Budget
from .callable_field import CallableField
from .deferred import deferred
from .dense_output import AcceptedSteps, DenseOutput
from .formula_field import FormulaField
from .integration_method import IntegrationMethod
from .kernels.batch import finished
from .language import System
from .nearest_name import suggestion
from .ode_path import Loop, choose_controller, choose_path, open_loop
from .outcome import Outcome
from .problem import InitialValue
from .run import Run, Stats
from .start_rows import start_rows
from .step_controller import StepController
from .step_rules import ENDINGS
from .telemetry import host
from .vector_field import VectorField

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")


_BUDGET = Budget()
"""Of a run that is given none."""


def field(f: Callable[..., Any], n: int, components: Sequence[str] | None = None) -> CallableField:
    """The vector field z' = f(z) or z' = f(t, z) of a torch callable or nn.Module on batches (B, n).

    See `CallableField` for what f is given and must return.
    """
    return CallableField(f, n, None if components is None else tuple(components))


def integrate(
    system: System | VectorField,
    start: Any,
    t: tuple[float, float] = (0.0, 30.0),
    method: str = "dopri5",
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    at: Sequence[float] | np.ndarray | None = None,
    step: float | None = None,
    controller: str | None = None,
    params: Mapping[str, float] | None = None,
    events: Sequence[Any] = (),
    budget: Budget | None = None,
    device: str = "cpu",
    dtype: str = "float64",
    path: str = "auto",
    **unknown: Any,
) -> Run:
    """Follow z' = f(t, z) from `start` at t[0] to t[1], forward or backward in time.

    system: a parsed formula or a field. start: n numbers, or B times n; tensors give a run in tensors.
    at: output times in the direction of t; None gives every accepted step and dense output.
    step: fixed steps of that size instead of adaptive ones. controller: how adaptive steps follow the error: "pi", "i",
    "pid" or "h211b". params: values of the formula's parameters by name.
    budget: what each trajectory, and the run, may spend. path: "auto", "kernel",
    "python" or "torch"; for implicit methods "auto", "numpy" or "torch".

    A trajectory that fails says why in `run.outcome` and keeps its solution so far; the others go on. Raises
    ValueError or TypeError, with a sentence, where the question makes no sense.
    """
    _refuse_unknown(unknown)
    if len(events):
        raise ValueError("events are not part of this version: integrate without them")
    vector_field = _field_of(system, params)
    starts, single = start_rows(start, vector_field.components, "B")
    problem = InitialValue(vector_field, starts, _span(t))
    times = None if at is None else output_times(at, problem.span)
    integrator = catalogue.integrator(method)
    control = _control_of(integrator, rtol, atol, step, controller)
    chosen = choose_path(vector_field, len(starts), path, device, dtype, integrator)
    settings = problem, integrator, control, budget or _BUDGET
    dense = None
    if times is None:
        dense = DenseOutput(integrator, starts, problem.span)
        outcomes, stats = _record(open_loop(*settings, chosen, device, dtype), dense, len(starts))
        points = _accepted_points(dense, starts, problem.span[0])
    else:
        batch = finished(follow_batch(*settings, times, chosen, device, dtype))
        outcomes, points = batch.outcomes, _sampled_points(batch, times)
        stats = Stats(batch.evaluations, batch.accepted, batch.rejected, batch.seconds)
    points = _Points(points.t, points.z.astype(dtype, copy=False), points.mask)
    if single:
        points, stats = _Points(*(column[0] for column in points)), stats.of(0)
    if hasattr(start, "detach"):
        points = _Points(*(torch.as_tensor(column, device=device) for column in points))
    return Run(*points, outcomes[0] if single else outcomes, stats, dense, chosen)


def _control_of(
    method: IntegrationMethod, rtol: float, atol: float, step: float | None, name: str | None
) -> StepController:
    if name is not None and step is not None:
        raise ValueError(f"step={step:g} asks for fixed steps, controller={name!r} for adaptive ones: give one of them")
    return choose_controller(method, rtol, atol, step, catalogue.adaptive_controller(name or "pi"))


class _Points(NamedTuple):
    """t (B, T), z (B, T, n) and where there is a solution (B, T); or those of one trajectory."""

    t: Any
    z: Any
    mask: Any


def _sampled_points(batch: Batch, times: Float[np.ndarray, "T"]) -> _Points:
    shape = batch.z.shape[:2]
    mask = np.ones(shape, dtype=bool) if len(batch.z) == 1 else np.broadcast_to(True, shape)
    early = (batch.ending != ENDINGS.index("success")).nonzero()[0]
    if early.size:
        mask = mask.copy()
        mask[early] = np.isfinite(batch.z[early]).all(axis=2)
    return _Points(times[None] if len(mask) == 1 else np.broadcast_to(times, mask.shape), batch.z, mask)


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


def _accepted_points(dense: DenseOutput, starts: Float[np.ndarray, "B n"], begin: float) -> _Points:
    """The start and the end of every accepted step, padded to the longest trajectory."""
    sample, t1, z1 = dense.ends()
    counts = np.bincount(sample, minlength=len(starts))
    shape = len(starts), 1 + int(counts.max())
    t, z = np.full(shape, np.nan), np.full((*shape, starts.shape[1]), np.nan)
    t[:, 0], z[:, 0] = begin, starts
    place = 1 + np.arange(len(sample)) - np.repeat(np.cumsum(counts) - counts, counts)
    t[sample, place], z[sample, place] = t1, z1
    return _Points(t, z, np.isfinite(z).all(axis=2))


def _field_of(system: System | VectorField, params: Mapping[str, float] | None) -> VectorField:
    if isinstance(system, System):
        return FormulaField(system, params)
    if not hasattr(system, "components"):
        raise TypeError(
            f"integrate follows a parsed formula (core.parse) or a field (core.field), not {type(system).__name__}"
        )
    if params:
        raise TypeError("params names parameters of a formula, and this field has none: bind them in the callable")
    return system


def _span(t: Any) -> tuple[float, float]:
    try:
        begin, end = (float(number) for number in t)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"t needs two numbers, the ends of the time span, not {t!r}") from fault
    return begin, end


def output_times(at: Any, span: tuple[float, float]) -> Float[np.ndarray, "T"]:
    """The wanted times, checked: inside the span, each after the one before in the direction of time."""
    times = np.array(at, dtype=np.float64)
    if times.ndim != 1 or not times.size:
        raise ValueError("at needs a list of at least one time")
    lower, upper = sorted(span)
    ordered = times.size == 1 or ((times[1:] - times[:-1]) * (span[1] - span[0]) > 0).all()
    ends = (times[0], times[-1]) if ordered else (times.min(), times.max())
    if not all(lower <= time <= upper for time in ends):
        raise ValueError(f"the times in at must be numbers inside the span from {span[0]:g} to {span[1]:g}")
    if not ordered:
        raise ValueError("the times in at must follow one another in the direction of the time span, none twice")
    return times


def _refuse_unknown(options: Mapping[str, Any]) -> None:
    """TypeError for a keyword that `integrate` does not take, with the nearest."""
    for name in options:
        known = [name for name in inspect.signature(integrate).parameters if name != "unknown"]
        raise TypeError(f"integrate has no option {name!r}{suggestion(name, known)}")
