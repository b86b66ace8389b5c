"""One trajectory differentiated through its solver and by a chosen method, and the state that this went along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from ..background import Deadline, OutOfTimeError
from ..deferred import deferred
from ..gradient_method import Backward, TrajectoryGradient
from ..gradient_methods.backsolve import Backsolve
from ..gradient_methods.discrete import Discrete
from ..readings.adjoint_gap import AdjointGap
from .forward_run import ForwardRun
from .gradient_comparison import LOSSES, Comparison, LossChoice
from .measured_gradient import Measured, measured

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

TRUSTED = 1e-2
"""A gradient is trusted where it agrees with the discrete one to this share, and its state came back."""
_MOST_POINTS = 2_000
_DISAGREED = "{} and the gradient through the solver disagree: tighten the tolerances"
_YET = "so its gradient agrees with the other by luck"
_LONG = "it takes longer than {:g} s here, and was left"


@dataclass(frozen=True)
class _Found:
    """What is known of a method: its gradient, and where it has run, all the rest."""

    gradient: Float[np.ndarray, "P"]
    measured: Measured | None = None
    refusal: str = ""
    late: bool = False

    @property
    def note(self) -> str:
        return self.refusal or ("" if self.measured is None else self.measured.found.note)


def adjoint_gap(
    run: ForwardRun,
    method: TrajectoryGradient | None = None,
    loss: str = "half_square",
    *,
    trajectory: int = 0,
    quick: bool = False,
    seconds: float = inf,
    deadline: Deadline | None = None,
    steps: str = "",
) -> AdjointGap:
    """Differentiate a loss of the end state by the formula's parameters and the start, both ways.

    method: None is the continuous adjoint. loss: "sum" or "half_square". quick: of a method that promises the
    derivative of the steps themselves, take the numbers from the stages of the run and let it not run; so too where its
    time is over, which is `seconds`. The reference is the discrete gradient of `ForwardRun.finer`. deadline: of all of
    it, asked often. steps: what is to be said of the run's method.
    """
    method, choice = method or Backsolve(), LOSSES[loss]
    whole = Deadline(inf) if deadline is None else deadline
    if not run.outcome.success:
        return replace(_unreached(run, method, trajectory, choice.text), steps=steps)
    v = choice.cotangent(run.ending)[0].numpy()
    discrete = run.discrete(v, whole.check)
    found = _Found(discrete) if quick and method.exact else _asked(run, method, choice, Deadline(seconds, whole))
    if method.exact and found.late:  # what it would find is known all the same
        found = _Found(discrete)
    finer = run.finer(check=whole.check)
    reference = finer.discrete(choice.cotangent(finer.ending)[0].numpy(), whole.check)
    compared = Comparison(reference)
    close = Comparison(reference if run.note else discrete).error(found.gradient) <= TRUSTED
    back = None if found.measured is None else found.measured.found
    solves_back = back is not None and bool(np.isfinite(back.gap))
    note = found.note
    if close and note and back is not None and solves_back:
        note = f"the state solved backward misses the start by {back.gap:.3g}, {_YET}"
    elif not close:
        note = note or run.note or _DISAGREED.format(f"the {method.title}")
    t, backward, adjoint = _way_back(run, method, back, v)
    forward = run.at(t)
    seconds = nan if found.measured is None else found.measured.seconds
    calls = len(run.steps.t0) * run.method.stages
    return AdjointGap(
        components=run.field.components,
        trajectory=trajectory,
        t=t,
        forward=forward,
        backward=backward,
        adjoint=adjoint,
        gap=np.linalg.norm(backward - forward, axis=1),
        names=run.names,
        reference=reference,
        discrete=compared.method(Discrete, discrete, nan, calls, nan),
        chosen=compared.method(type(method), found.gradient, nan, 0 if back is None else back.products, seconds),
        loss=choice.value(run.ending),
        loss_text=f"{choice.text} at the end",
        trusted=close and not found.note,
        note=note,
        solves_back=solves_back,
        forward_evaluations=run.evaluations,
        backward_evaluations=None if back is None else back.evaluations,
        kept=None if found.measured is None else found.measured.kept,
        recomputed=0 if back is None else back.recomputed,
        steps=steps,
    )


def _asked(run: ForwardRun, method: TrajectoryGradient, choice: LossChoice, deadline: Deadline) -> _Found:
    """What the method answers; a sentence where it refuses or takes too long."""
    nothing = np.full(len(run.names), nan)
    try:
        answer = measured(method, run.solved(deadline), choice.cotangent, run.inputs())
    except ValueError as refusal:
        return _Found(nothing, refusal=str(refusal))
    except OutOfTimeError:
        return _Found(nothing, refusal=_LONG.format(deadline.seconds), late=True)
    return _Found(run.flat(answer.found.grads), answer)


def _way_back(
    run: ForwardRun, method: TrajectoryGradient, back: Backward | None, v: Float[np.ndarray, "n"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """t, state and adjoint from the start of the span on; NaN at the forward run's times that were not reached.

    Of a method that keeps the steps, the forward states and their exact adjoint.
    """
    if back is not None and back.solved_back:
        return _thinned(*_solved_back(run, back))
    nothing = np.full((len(run.times), len(run.start)), nan)
    if not method.exact or (back is not None and not _is_finite(back)):
        return _thinned(run.times, nothing, nothing)
    states = np.concatenate([run.start[None], run.steps.z1])
    return _thinned(run.times, states, run.adjoint(v))


def _is_finite(back: Backward) -> bool:
    return bool(torch.isfinite(back.grads["start"]).all())


def _solved_back(run: ForwardRun, back: Backward) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    (solved,) = back.solved_back
    sign = np.sign(run.span[1] - run.span[0])
    missing = run.times[sign * run.times < sign * solved.t[-1]]
    nothing = np.full((len(missing), len(run.start)), nan)
    return tuple(  # type: ignore[return-value]
        np.concatenate([first, last[::-1]])
        for first, last in ((missing, solved.t), (nothing, solved.z), (nothing, solved.a))
    )


def _thinned(t: np.ndarray, z: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every so many points, counted from the end, and the first."""
    step = -(-len(t) // _MOST_POINTS)
    keep = np.unique(np.append(0, np.arange(len(t) - 1, -1, -step)))
    return t[keep], z[keep], a[keep]


def _unreached(run: ForwardRun, method: TrajectoryGradient, trajectory: int, loss_text: str) -> AdjointGap:
    """The forward run did not arrive: there is no loss to differentiate."""
    unknown = np.full(len(run.names), nan)
    nothing = np.full((len(run.times), len(run.start)), nan)
    t, forward, nothing = _thinned(run.times, np.concatenate([run.start[None], run.steps.z1]), nothing)
    compared = Comparison(unknown)
    return AdjointGap(
        components=run.field.components,
        trajectory=trajectory,
        t=t,
        forward=forward,
        backward=nothing,
        adjoint=nothing,
        gap=nothing[:, 0],
        names=run.names,
        reference=unknown,
        discrete=compared.method(Discrete, unknown, nan, 0, nan),
        chosen=compared.method(type(method), unknown, nan, 0, nan),
        loss=nan,
        loss_text=f"{loss_text} at the end",
        trusted=False,
        note=f"the trajectory {run.outcome}",
        forward_evaluations=run.evaluations,
    )
