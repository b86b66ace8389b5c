"""How long the steps of a trajectory may be if its derivatives are to go through them.

Error control looks at the state alone. Where that is at rest, or nearly, or moves so that every step follows it
exactly, no step is too long for it, and steps grow as quickly as they may; a derivative, S' = J S + df/dp, goes through
the same steps, and one of length h multiplies its part along an eigenvector of J = df/dz by R(h lambda) in place of
e^(h lambda).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import numpy as np

from .adaptive_controller import AdaptiveController
from .amplification import Amplification, amplification_of
from .dense_output import DenseOutput
from .integration_method import IntegrationMethod
from .step_controller import StepController

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Bool, Complex, Float, Int

    Jacobian = Callable[[Any, np.ndarray], np.ndarray]

R = TypeVar("R")
_ATTEMPTS = 3
"""How often a run is made anew with shorter steps."""
_LOOKED_AT, _LARGEST = 64, 64
"""Steps of which eigenvalues are computed at most, the longest; and components up to which they are."""
_GROWN_BY, _BLIND = 2.0, 5.0
"""How many times as long as a step the next one is where its error left much room; and where it was none at all."""
_PAST = 0.1
"""What e^(h lambda) leaves of a part of the derivative that is over after the step: it must not come back, no more."""
_WRONG, _BACK = 0.1, 1.5
"""|R - e^z| that is too much, of a part that stays; and of one that is over, which R may leave as large as it was."""
_ROOM, _ROUGHEST = 100.0, 1e-3
"""A step whose own error was none has |R - e^z| within so many times rtol, or within the other where that is more."""
_AFFORDABLE = 20_000
"""Steps that a run is made anew with at most, for derivatives as exact as the state."""
_STABLE = 2.0
"""|h lambda| of longer steps, for which every explicit method is stable enough; for so many times that number of
steps at most."""
_MOST = 10
_TOO_LONG = (
    "its steps are too long for derivatives to go through them, though not for the state, and short enough ones would "
    "be too many: take an implicit method, such as radau5"
)


class Finely(NamedTuple, Generic[R]):
    """What was followed, by which controller, and a sentence where derivatives cannot go through its steps."""

    found: R
    controller: StepController
    note: str


def followed_finely(
    follow: Callable[[StepController], tuple[R, DenseOutput | None]],
    method: IntegrationMethod,
    controller: StepController,
    jacobian: Jacobian | None,
) -> Finely[R]:
    """What `follow` makes of a controller, with its accepted steps: once, or again where derivatives need shorter steps
    than the state."""
    found, dense = follow(controller)
    for attempt in range(_ATTEMPTS + 1):
        shorter = controller if dense is None else shortened(method, controller, dense, jacobian)
        if shorter is controller:
            break
        if shorter is None or attempt == _ATTEMPTS:
            return Finely(found, controller, _TOO_LONG)
        controller = shorter
        found, dense = follow(controller)
    return Finely(found, controller, "")


def shortened(
    method: IntegrationMethod, controller: StepController, dense: DenseOutput, jacobian: Jacobian | None
) -> StepController | None:
    """The `controller` where derivatives can go through these accepted steps, else that of a run whose steps are short
    enough, None where these would be too many; as far as eigenvalues tell, where the longest steps begin that no error
    held back. These are the first one, those after which steps grew much, and the next ones.

    jacobian: df/dz of a field on arrays, t (k,), z (k, n) -> (k, n, n). Fixed steps, methods without a
    stability function and more than 64 components are not judged.
    Source: Hairer, Wanner, Solving Ordinary Differential Equations II, section IV.2, for R.
    """
    if not isinstance(controller, AdaptiveController) or jacobian is None:
        return controller
    amplification = amplification_of(method)
    if amplification is None:
        return controller
    (t, z), (sample, end, _) = dense.begins(), dense.ends()
    if z.shape[1] > _LARGEST or not len(t):
        return controller
    sizes = end - t
    places, blind = _candidates(sample, np.abs(sizes))
    h, t, z = sizes[places], t[places], z[places]
    with np.errstate(all="ignore"):
        matrices = np.broadcast_to(jacobian(t, z), (*z.shape, z.shape[1]))
        known = np.isfinite(matrices).all(axis=(1, 2))
        values = np.linalg.eigvals(matrices[known])
        bad = _too_long(amplification, h[known, None] * values, blind[known, None], controller.rtol)
    if not bad.any():
        return controller
    span = float(np.abs(sizes).sum()) / len(np.unique(sample))
    fastest = float(np.abs(values[bad]).max())
    for reach, most in ((_reach(amplification, controller.rtol), 1), (_STABLE, _MOST)):
        longest = reach / fastest
        if longest < controller.longest and span / longest <= most * _AFFORDABLE and controller.shortest <= longest:
            return replace(controller, longest=longest)
    return None


def _candidates(
    sample: Int[np.ndarray, "k"], h: Float[np.ndarray, "k"]
) -> tuple[Int[np.ndarray, "c"], Bool[np.ndarray, "c"]]:
    """Places of the longest steps that no error held back, and which of them had none."""
    same = sample[1:] == sample[:-1]
    growth = np.append(np.where(same, h[1:] / h[:-1], 0.0), 0.0)
    grows = growth >= _GROWN_BY
    places = np.flatnonzero(grows | np.append(True, grows[:-1] | ~same))
    if len(places) > _LOOKED_AT:
        places = places[np.argsort(h[places])[-_LOOKED_AT:]]
    return places, growth[places] >= _BLIND


def _too_long(
    amplification: Amplification, z: Complex[np.ndarray, "c n"], blind: Bool[np.ndarray, "c 1"], rtol: float
) -> Bool[np.ndarray, "c n"]:
    """Which parts of the derivative a step spoils."""
    true = np.exp(np.minimum(z.real, 700.0) + 1j * z.imag)
    off = np.abs(amplification(z) - true) / np.maximum(1.0, np.abs(true))
    allowed = np.where(blind, min(_WRONG, max(_ROOM * rtol, _ROUGHEST)), _WRONG)
    spoils: np.ndarray = ~(off <= np.where(np.abs(true) > _PAST, allowed, _BACK))
    return spoils


@lru_cache(maxsize=64)
def _reach(amplification: Amplification, rtol: float) -> float:
    """The largest |z| up to which R(z) is e^z to rtol, to the left and up."""
    distance = np.geomspace(1e-3, _STABLE, 200)
    directions = np.array([-1.0, 1j])[:, None] * distance
    good = (np.abs(amplification(directions) - np.exp(directions)) <= max(rtol, 1e-12)).all(axis=0)
    return float(distance[max(0, int(np.argmin(good)) - 1)]) if not good.all() else _STABLE
