"""A question about trajectories, put to us and to the libraries in the same words, and its true answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..integration import integrate
from ..language import parse
from .benchmark import Prepared
from .own_path import own_path

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class OdeQuestion:
    """Where trajectories are at given times, by Dormand and Prince's method at given tolerances.

    text: the system for us. slopes: the same for the others; takes the components and returns their derivatives, by
    arithmetic alone, so that arrays of every library will do. starts (B, n) at t = 0. at (T,): in rising order, the
    last is the end of the span. An answer has the shape (B, T, n).
    """

    text: str
    slopes: Callable[..., tuple[Any, ...]]
    starts: Float[np.ndarray, "B n"]
    at: Float[np.ndarray, "T"]
    rtol: float = 1e-6
    atol: float = 1e-9

    @property
    def end(self) -> float:
        """The end of the time span."""
        return float(self.at[-1])


def ours(question: OdeQuestion) -> Prepared:
    """Ours, the formula parsed."""
    system = parse(question.text)
    starts = question.starts[0] if len(question.starts) == 1 else question.starts
    path = own_path(system, len(question.starts))

    def call() -> Any:
        return integrate(
            system,
            starts,
            t=(0.0, question.end),
            at=question.at,
            rtol=question.rtol,
            atol=question.atol,
            path=path.asked,
        )

    return Prepared(call, path.runs, path.slow)


def states(answer: Any) -> Float[np.ndarray, "B T n"]:
    """An answer of anybody as an array."""
    z = np.asarray(answer.z if hasattr(answer, "outcome") else answer)
    return z if z.ndim == 3 else z[None]


def truth(question: OdeQuestion, chosen: Sequence[int] | None = None) -> Float[np.ndarray, "B T n"]:
    """The answer for all trajectories, or those `chosen`, by scipy's DOP853 at a tolerance of 1e-12."""
    from scipy.integrate import solve_ivp  # noqa: PLC0415 - a peer, which need not be installed

    starts = question.starts if chosen is None else question.starts[list(chosen)]
    found = [
        solve_ivp(
            lambda _, z: question.slopes(*z),
            (0.0, question.end),
            start,
            method="DOP853",
            t_eval=question.at,
            rtol=1e-12,
            atol=1e-12,
        ).y.T
        for start in starts
    ]
    return np.stack(found)


def largest_error(answer: Any, true: Float[np.ndarray, "B T n"]) -> float:
    """The largest distance, beside the largest number of the true answer."""
    return float(np.abs(states(answer) - true).max() / np.abs(true).max())
