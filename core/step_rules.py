"""What the integration loops agree on, so that both take the same steps and give the same reasons."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int

    from .tableau import Tableau

STRETCH = 1.01
"""A step that ends within 1 % of itself before the end of the span goes there: no sliver remains."""
SHORT = 1.0 + 1e-9
"""Up to this part of the shortest step a step is as short as it may be: its ends are rounded."""
UNDERFLOW = 0.1
"""A step is too small where a tenth of it no longer changes t."""
LEAST_ERROR = 1e-10
"""Below this error ratio the step grows by the largest factor anyway; it keeps error^-x finite at 0."""
LEAST_PREVIOUS = 1e-4
"""An accepted ratio counts at least this much in the next step's integral part."""
COARSE_SHARE = 0.01
"""By how much the square of the coarser of two estimates counts beside that of the finer one."""
NO_ERROR = 1e-30
"""The square of an error ratio that counts as none: it keeps the quotient of two estimates finite where both are 0."""


ENDINGS = (
    "running",
    "success",
    "step_underflow",
    "bad_input",
    "nonfinite_rhs",
    "nonfinite_state",
    "unsolved_step",
    "max_steps",
    "max_evaluations",
    "max_time",
    "cancelled",
)
"""Why a trajectory is not followed further, by the number that loops keep of it."""


def outcomes_of(endings: Int[np.ndarray, "B"], times: Float[np.ndarray, "B"]) -> tuple[Outcome, ...]:
    """The outcome of every trajectory from the place of its ending in `ENDINGS` and the time of its last good point."""
    count = len(endings)
    if count == 1 or (count and (endings == endings[0]).all() and (times == times[0]).all()):  # mostly all arrived
        return (Outcome(ENDINGS[int(endings[0])], float(times[0])),) * count
    ends = list(zip(endings.tolist(), times.tolist(), strict=True))
    known = {end: Outcome(ENDINGS[end[0]], end[1]) for end in set(ends)}  # most end alike
    return tuple(known[end] for end in ends)


def opening_evaluations(tableau: Tableau, adaptive: bool) -> int:
    """Field evaluations before the first attempt: the slope at the start, and one for the guess of the first step."""
    return 2 if adaptive else int(tableau.first_same_as_last)


def attempt_evaluations(tableau: Tableau) -> int:
    """Field evaluations of one attempted step; a first stage that is the last stage before costs nothing."""
    return tableau.stages - int(tableau.first_same_as_last)


def overflow_threshold(largest: float) -> float:
    """States above this are on their way to overflow: a product of a few of them is no number of the dtype."""
    return float(largest**0.1)


def initial_step(
    xp: ModuleType,
    slope: Callable[[Any, Any], Any],
    t: Any,
    z: Any,
    f: Any,
    length: Any,
    tolerances: tuple[float, float],
    order: int,
) -> Any:
    """The size of the first step for each of B samples, from one more evaluation of the field.

    An explicit Euler step of length h0 = 0.01 |z| / |f| shows the second derivative; the first step is such that
    h^(order+1) max(|z'|, |z''|) = 0.01, at most 100 h0 and at most the span.
    xp: numpy or torch, whichever holds the arrays. slope(t, z): the field; t (B,), z and f (B, n).
    length: the signed span, a number or one for each sample, (B,) of z's dtype. order: of the error estimate.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.4.
    """
    rtol, atol = tolerances
    scale = atol + rtol * abs(z)
    size, speed = _length(xp, z / scale), _length(xp, f / scale)
    tiny = (size < 1e-5) | (speed < 1e-5)
    trial = xp.where(tiny, 1e-6, 0.01 * size / xp.where(tiny, 1.0, speed)).clip(max=abs(length))
    signed = trial * ((length > 0) * 2.0 - 1.0)
    ahead = slope(t + signed, z + signed[:, None] * f)
    bend = _length(xp, (ahead - f) / scale) / trial
    fastest = xp.where(xp.isfinite(bend) & (bend > speed), bend, speed)
    still = fastest <= 1e-15
    step = xp.where(still, (1e-3 * trial).clip(min=1e-6), (0.01 / xp.where(still, 1.0, fastest)) ** (1.0 / (order + 1)))
    return xp.where(step < 100.0 * trial, step, 100.0 * trial).clip(max=abs(length))


def _length(xp: ModuleType, x: Any) -> Any:
    """The root mean square, also where the squares overflow."""
    plain = root_mean_square(x)
    if bool((plain < float("inf")).all()):
        return plain
    largest = abs(x[:, 0])
    for component in range(1, x.shape[1]):
        largest = xp.maximum(largest, abs(x[:, component]))
    return xp.where(plain < float("inf"), plain, largest * root_mean_square(x / largest[:, None]))


def root_mean_square(x: Any) -> Any:
    """sqrt(mean_i x_i^2) over the components of (B, n), numpy or torch.

    Halves are added elementwise: a library's own reduction may sum a row in another order when the batch changes,
    and a sample's result must not depend on its batch mates.
    """
    count = x.shape[1]
    squares = x * x
    while squares.shape[1] > 1:
        half = squares.shape[1] // 2
        folded = squares[:, :half] + squares[:, half : 2 * half]
        if squares.shape[1] % 2:
            folded[:, 0] += squares[:, -1]
        squares = folded
    return (squares[:, 0] / count) ** 0.5
