"""Other people's integrators on a question about trajectories; each imports its library only when it takes part."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from .benchmark import Entrant, Prepared
from .double_jax import double_jax
from .ode_question import OdeQuestion

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

_MOST_STEPS = 100_000


def ode_peers(question: OdeQuestion, **goals: float) -> tuple[Entrant, ...]:
    """Everybody who can answer; goals: how many times faster ours is to be, by name."""
    known: dict[str, tuple[Callable[[OdeQuestion], Prepared], tuple[str, ...]]] = {
        "torchdiffeq": (_torchdiffeq, ("torchdiffeq",)),
        "torchode": (_torchode, ("torchode",)),
        "diffrax": (_diffrax, ("diffrax", "jax")),
    }
    if len(question.starts) == 1:  # it has no batches
        known["scipy"] = (_scipy, ("scipy",))
    return tuple(
        Entrant(name, partial(prepare, question), needs, goals.get(name)) for name, (prepare, needs) in known.items()
    )


def _torchdiffeq(question: OdeQuestion) -> Prepared:
    from torchdiffeq import odeint  # noqa: PLC0415 - a peer, which need not be installed

    slopes, starts = question.slopes, torch.from_numpy(question.starts)
    first = int(question.at[0] > 0)  # it wants the start among its times
    times = torch.from_numpy(np.concatenate([[0.0] * first, question.at]))

    def field(_: Any, z: Any) -> Any:
        return torch.stack(slopes(*z.unbind(-1)), -1)

    def call() -> Any:
        with torch.inference_mode():
            found = odeint(field, starts, times, rtol=question.rtol, atol=question.atol, method="dopri5")
        return found[first:].transpose(0, 1)

    return Prepared(call)


def _torchode(question: OdeQuestion) -> Prepared:
    import torchode  # noqa: PLC0415 - a peer, which need not be installed

    slopes, starts = question.slopes, torch.from_numpy(question.starts)
    first = int(question.at[0] > 0)
    times = torch.from_numpy(np.concatenate([[0.0] * first, question.at])).expand(len(starts), -1)

    def field(_: Any, z: Any) -> Any:
        return torch.stack(slopes(*z.unbind(-1)), -1)

    term = torchode.ODETerm(field)
    method = torchode.Dopri5(term=term)
    controller = torchode.IntegralController(atol=question.atol, rtol=question.rtol, term=term)
    solver = torchode.AutoDiffAdjoint(method, controller)
    problem = torchode.InitialValueProblem(y0=starts, t_eval=times)

    def call() -> Any:
        with torch.inference_mode():
            return solver.solve(problem).ys[:, first:]

    return Prepared(call)


def _diffrax(question: OdeQuestion) -> Prepared:
    import diffrax  # noqa: PLC0415 - a peer, which need not be installed

    jax = double_jax()
    slopes, at = question.slopes, jax.numpy.asarray(question.at)
    term = diffrax.ODETerm(lambda _, z, __: jax.numpy.stack(slopes(*z)))
    controller = diffrax.PIDController(rtol=question.rtol, atol=question.atol)

    def solve(start: Any) -> Any:
        return diffrax.diffeqsolve(
            term,
            diffrax.Dopri5(),
            0.0,
            question.end,
            None,
            start,
            saveat=diffrax.SaveAt(ts=at),
            stepsize_controller=controller,
            max_steps=_MOST_STEPS,
        ).ys

    single = len(question.starts) == 1
    compiled = jax.jit(solve if single else jax.vmap(solve))
    starts = jax.numpy.asarray(question.starts[0] if single else question.starts)
    return Prepared(lambda: compiled(starts).block_until_ready())


def _scipy(question: OdeQuestion) -> Prepared:
    from scipy.integrate import solve_ivp  # noqa: PLC0415 - a peer, which need not be installed

    def call() -> Any:
        return solve_ivp(
            lambda _, z: question.slopes(*z),
            (0.0, question.end),
            question.starts[0],
            method="RK45",
            t_eval=question.at,
            rtol=question.rtol,
            atol=question.atol,
        ).y.T

    return Prepared(call)
