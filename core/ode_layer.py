"""A neural differential equation as a torch module, for anyone's training loop."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .budget import Budget
from .callable_field import CallableField, for_one_run
from .catalogue import integrator
from .deferred import deferred
from .dense_output import DenseOutput
from .derivative_steps import followed_finely
from .differentiation import method_of
from .gradient_method import Backward, SolvedTrajectory, TrajectoryGradient
from .integration import integrate
from .lost_states import without_lost
from .ode_path import choose_controller, choose_path
from .outcome import Outcome
from .run import Run
from .step_controller import StepController
from .tableau import Tableau
from .taped_steps import taped_run
from .telemetry import host
from .time_span import output_times, time_span
from .trajectory_problem import no_longer, solved_run

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int
    from torch import Tensor
else:
    torch = deferred("torch")

_FAILURES = ("warn", "raise", "ignore")
_CURES = {
    "step_underflow": "the solution has a singularity here, or the system is stiff: shorten t, loosen rtol and atol, "
    "or give a field that changes less quickly"
}
"""Of outcomes whose own cure an ODE layer refuses."""
Times = Sequence[float] | np.ndarray


class OdeError(ArithmeticError):
    """Trajectories of an ODE layer did not come to the end of their time span."""


class OdeWarning(UserWarning):
    """Trajectories of an ODE layer did not come to their end, or their gradient is not to be trusted."""


@dataclass(frozen=True)
class OdeReport:
    """How the last call went: of each of B trajectories its outcome, evaluations of the field and accepted steps.

    path: the back end that ran, "kernel" or "torch". backward: what the gradient method said in the last backward pass,
    its evaluations and products among it; None before it.
    """

    outcomes: tuple[Outcome, ...]
    evaluations: Int[np.ndarray, "B"]
    accepted: Int[np.ndarray, "B"]
    path: str
    backward: Backward | None = None


class OdeLayer(torch.nn.Module):
    """z' = field(t, z), followed from z0 in the forward pass, and differentiated in the backward pass.

    field: an nn.Module, or a function, f(z) or f(t, z) on batches (B, n), as `core.field` takes it: t is (B, 1), and
    each trajectory has steps of its own. n: the state size; None takes that of z0. t: begin and end, forward or
    backward in time. at: the times whose states are returned, in the direction of t; None returns the end states.
    method, rtol, atol, step: see `core.integrate`; an explicit Runge-Kutta method. gradient: a method by its name
    ("discrete", exact for the steps that were taken; "backsolve", ...), or one that was made; options: its fields.
    failure: what a trajectory that does not come to the end, whose states are NaN from there on, leads to: "warn"
    (`OdeWarning`), "raise" (`OdeError`) or "ignore". budget: what each may spend. path: "auto", "kernel" or "torch".

    Gradients reach z0 and the weights of a module; tensors that a plain function closes over get none: make it a
    module. They can be taken once: a second derivative is refused. Times are constants. A `torch.nn.Sequential` of
    linear layers and tanh, sigmoid, relu or silu is compiled, and its gradient "discrete" is written out and needs no
    tape. `report` tells of the last call.
    """

    def __init__(
        self,
        field: Callable[..., Tensor],
        n: int | None = None,
        *,
        t: tuple[float, float] = (0.0, 1.0),
        at: Times | None = None,
        method: str = "dopri5",
        gradient: str | TrajectoryGradient = "discrete",
        rtol: float = 1e-6,
        atol: float = 1e-9,
        step: float | None = None,
        failure: str = "warn",
        budget: Budget | None = None,
        path: str = "auto",
        **options: Any,
    ) -> None:
        super().__init__()
        if failure not in _FAILURES:
            raise ValueError(f"failure must be one of {', '.join(_FAILURES)}, not {failure!r}")
        if options and not isinstance(gradient, str):
            raise TypeError("options are for a gradient method that is named: this one is made already")
        self.field = field
        self.size = n
        self.t, self.at = _span(t), at
        if at is not None:
            output_times(at, self.t)
        self.method = _explicit(method)
        self.gradient = _gradient_method(gradient, options)
        if self.gradient.refusal(self.method) is not None:
            raise ValueError(
                f'the gradient "{self.gradient.name}" cannot go through explicit Runge-Kutta methods, and an ODE layer '
                'follows no others: take gradient="discrete", or "checkpointed" where memory is short'
            )
        self.controller = choose_controller(self.method, rtol, atol, step)
        self.failure = failure
        self.report: OdeReport | None = None
        self._budget = budget or Budget()
        self._options: dict[str, Any] = {"rtol": rtol, "atol": atol, "step": step, "path": path}

    def forward(self, z0: Tensor, t: tuple[float, float] | None = None) -> Tensor:
        """The end states (B, n), or the states (B, T, n) at the times `at`, of the starts z0 (B, n).

        z0 may have any axes before the last. t: another time span for this call. Raises OdeError where that was asked
        for, ValueError or TypeError where the field, z0 and the times do not fit together.
        """
        _check_start(z0)
        size = self.size or z0.shape[-1]
        if z0.shape[-1] != size:
            raise ValueError(f"this layer follows states of {size} numbers, and z0 has {z0.shape[-1]}")
        span = self.t if t is None else _span(t)
        times = None if self.at is None else output_times(self.at, span)
        field = for_one_run(CallableField(self.field, int(size)))
        rows = z0.reshape(-1, size)
        weights = field.weights
        tracked = {name: weight for name, weight in weights.items() if weight.requires_grad}
        if torch.is_grad_enabled() and (tracked or z0.requires_grad):
            frozen = tuple(weight for name, weight in weights.items() if name not in tracked)
            call = _Call(self, field, span, times, frozen)
            found: Tensor = _Followed.apply(call, rows, tuple(tracked), *tracked.values())  # type: ignore[no-untyped-call]
        else:
            ends = (span[1],) if times is None else times  # and no step is kept
            run = self._run(field, rows, span, ends, self.controller)
            states = torch.as_tensor(host(run.z), device=rows.device).to(rows.dtype)
            found = states[:, 0] if times is None else states
        return found.reshape(*z0.shape[:-1], *found.shape[1:])

    def extra_repr(self) -> str:
        """What `print` shows beside the field."""
        name = self.method.name
        return f"t=({self.t[0]:g}, {self.t[1]:g}), method={name}, gradient={self.gradient.name}"

    def _run(
        self, field: CallableField, rows: Tensor, span: tuple[float, float], at: Any, controller: StepController
    ) -> Run:
        """The trajectories from `rows`, with steps no longer than those of the controller; keeps the report, and
        complains as is wished."""
        device, dtype = _kind(rows)
        start, method = rows.detach().double().cpu().numpy(), self.method.name
        own = {"at": at, "budget": self._budget, "device": device, "dtype": dtype}
        run = integrate(field, start, span, method, **own, **no_longer(self._options, controller))
        assert isinstance(run.outcome, tuple)
        stats = run.stats
        self.report = OdeReport(run.outcome, np.asarray(stats.evaluations), np.asarray(stats.accepted), run.path)
        failed = [place for place, outcome in enumerate(run.outcome) if not outcome.success]
        if failed:
            count = f"{len(failed)} of {len(run.outcome)} trajectories"
            outcome = run.outcome[failed[0]]
            sentence = outcome.sentence(_CURES.get(outcome.name, outcome.cure))
            self._complain(f"{count} did not come to t = {span[1]:g}; trajectory {failed[0]} {sentence}")
        return run

    def _on_tape(self, call: _Call, rows: Tensor) -> SolvedTrajectory | None:
        """The trajectories with a tape, where the gradient goes back along one and steps may write it."""
        kept, path = self.gradient.keeps_tape and not self.controller.adaptive, self._options["path"]
        if not kept or choose_path(call.field, len(rows), path, *_kind(rows), self.method) != "torch":
            return None
        run = taped_run(call.field, rows, call.span, call.at, self.method, self.controller, self._budget)
        if run is None:
            return None
        evaluations, accepted = (np.full(len(rows), number) for number in (run.evaluations, run.accepted))
        self.report = OdeReport((Outcome("success", call.span[1]),) * len(rows), evaluations, accepted, "torch")
        return run.solve

    def _told(self, report: OdeReport, found: Backward) -> OdeReport:
        """The report of a call with what the gradient method found; this layer's where no later call has one."""
        answer = replace(report, backward=found)
        if self.report is report:
            self.report = answer
        if found.note:
            self._complain(f"the gradient is not to be trusted: {found.note}")
        return answer

    def _complain(self, sentence: str) -> None:
        if self.failure == "raise":
            raise OdeError(sentence)
        if self.failure == "warn":
            warnings.warn(sentence, OdeWarning, stacklevel=5)


@dataclass(frozen=True)
class _Call:
    """One call of a layer; frozen: weights that get no gradient."""

    layer: OdeLayer
    field: CallableField
    span: tuple[float, float]
    at: Float[np.ndarray, "T"] | None
    frozen: tuple[Tensor, ...]

    def solved(self, rows: Tensor) -> SolvedTrajectory:
        """The trajectories with their steps."""
        layer = self.layer
        if (taped := layer._on_tape(self, rows)) is not None:
            return taped

        def follow(controller: StepController) -> tuple[Run, DenseOutput | None]:
            run = layer._run(self.field, rows, self.span, None, controller)
            return run, run.dense

        jacobian = self.field.jacobian()
        run, controller, unfit = followed_finely(follow, layer.method, layer.controller, jacobian)
        if unfit:
            layer._complain(f"the gradient is not to be trusted: {unfit}")
        return solved_run(self.field, run, self.span, self.at, layer.method, controller, layer._budget, *_kind(rows))


class _Followed(torch.autograd.Function):
    """The states of trajectories, whose backward pass is a gradient method's."""

    @staticmethod
    def forward(context: Any, call: _Call, rows: Tensor, names: tuple[str, ...], *weights: Tensor) -> Tensor:
        """Follow the trajectories and keep their steps."""
        context.layer, context.names, context.solve = call.layer, names, call.solved(rows)
        context.report = call.layer.report
        context.save_for_backward(*weights, *call.frozen)  # and so notice where they have changed until the way back
        states: Tensor = context.solve.z.clone()
        return states

    @staticmethod
    def backward(context: Any, v: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients of the starts and the field's weights."""
        if torch.is_grad_enabled():  # create_graph: what is computed here is on no tape, and would pass for a constant
            raise RuntimeError("an ODE layer can be differentiated once: leave create_graph out")
        weights = context.saved_tensors[: len(context.names)]
        known = {name: weight.detach() for name, weight in zip(context.names, weights, strict=True)}
        found = context.layer.gradient.backward(context.solve, lambda _at: v, known)
        found = without_lost(found, lambda _at: v)
        context.report = context.layer._told(context.report, found)
        grads = found.grads
        return (None, grads["start"], None, *(grads[name] for name in context.names))


def _kind(rows: Tensor) -> tuple[str, str]:
    return str(rows.device), str(rows.dtype).removeprefix("torch.")


def _check_start(z0: Tensor) -> None:
    """ValueError or TypeError for what is no batch of states."""
    if not isinstance(z0, torch.Tensor) or not z0.is_floating_point():
        raise TypeError("an ODE layer is called with starts: a tensor z0 (B, n) of floating-point numbers")
    if z0.ndim < 2 or not z0.numel():
        raise ValueError(f"z0 needs the shape (B, n), and has {tuple(z0.shape)}: of one start it is (1, n)")


def _span(t: Any) -> tuple[float, float]:
    """Begin and end of all trajectories."""
    if not hasattr(t, "__len__") or getattr(t, "shape", None) == ():
        raise TypeError(f"the time span of an ODE layer is begin and end, t=(0.0, 1.0), and not {t!r}")
    if any(getattr(end, "requires_grad", False) for end in t):
        raise ValueError("the times of an ODE layer are constants and get no gradient: detach them")
    span = time_span(t, 1)
    if not isinstance(span, tuple):
        raise ValueError("an ODE layer has one time span for all trajectories")
    return span


def _explicit(name: str) -> Tableau:
    method = integrator(name)
    if not isinstance(method, Tableau):
        raise ValueError(f"an ODE layer follows explicit Runge-Kutta methods, and {method.title} is none: take dopri5")
    return method


def _gradient_method(gradient: str | TrajectoryGradient, options: Mapping[str, Any]) -> TrajectoryGradient:
    method = method_of(gradient, "trajectory", options) if isinstance(gradient, str) else gradient
    if not isinstance(method, TrajectoryGradient):
        raise ValueError(f"an ODE layer needs a gradient method of trajectories, not {method!r}")
    return method
