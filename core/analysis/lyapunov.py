"""Lyapunov exponents of a trajectory: the variational equation along it, its growth told by QR decompositions."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from ..event_refusal import OBSTACLE
from ..language import System, array_field
from ..language.variational_system import variational_system
from ..readings.lyapunov_exponents import LyapunovExponents
from ..vector_field import VectorField
from .flow_return import METHOD, flow

if TYPE_CHECKING:
    from jaxtyping import Float

LARGEST = 8
"""Components up to which exponents are computed: the variational equation has n^2 + n + 1."""
_RTOL, _ATOL = 1e-7, 1e-9
_REACH = 1.0
"""Most that a step times the size of the Jacobian may be: the steps of a calm trajectory would let its neighbours grow.
"""
_MOST_PARTS = 400
"""Parts of one step; a stiffer field has no exponents here."""
_GROUP, _CONDITION = 8, 1e6
"""Steps between two decompositions, unless their derivative is conditioned worse than this."""
_FEWEST = 4
"""Parts of the time before which their differences tell nothing."""


def obstacle(field: VectorField) -> str:
    """Why a field has no exponents here, as the end of a sentence; empty where it has."""
    system = field.system
    if system is None:
        return "they need a formula, not a torch callable"
    if system.kind != "ode":
        return "they are those of a differential equation"
    if system.events:
        return OBSTACLE
    if system.data:
        return "the text takes numbers from its document"
    return f"more than {LARGEST} components" if field.size > LARGEST else ""


def lyapunov_exponents(
    field: VectorField,
    start: Float[np.ndarray, "n"],
    begin: float,
    part: float,
    parts: int,
    tolerance: float = 0.0,
    trajectory: int = 0,
) -> Generator[LyapunovExponents | None, None, LyapunovExponents | None]:
    """The exponents from `start` at time `begin`, averaged over up to `parts` parts of the time `part`.

    Two parts before those are left out: the trajectory comes to where it stays, and the frame to its directions.
    tolerance: it ends where all errors are below this share of the largest size. Yields what is known, or None, every
    few milliseconds. None where the trajectory comes to no end.

    Every accepted step of the trajectory gives the derivative of that step, all steps of a part at once; a frame is
    carried through them, M Q = Q' R, and lambda_i is the mean of log |R_ii| over time.
    Source: G. Benettin, L. Galgani, A. Giorgilli, J.-M. Strelcyn, Meccanica 15 (1980) 9 and 21.
    """
    assert field.system is not None
    frame, point, time = np.eye(field.size), np.asarray(start, dtype=np.float64), begin
    growth: list[np.ndarray] = [np.zeros((1, field.size))]
    times, found = [np.array([begin + 2 * part])], None
    for number in range(parts + 2):
        work = flow(field, point, part, _RTOL, _ATOL, time)
        while True:
            try:
                next(work)
            except StopIteration as end:
                run = end.value
                break
            yield found
        if not run.outcome.success:
            return None
        steps = run.steps.steps()
        h = steps.t1 - steps.t0
        several = substeps(field, steps.t0, h, steps.z0)
        if several > _MOST_PARTS:
            return None
        matrices = step_derivatives(field.system, field.parameters, steps.t0, h, steps.z0, several)
        yield found
        places, logarithms, frame = _carried(frame, matrices)
        if not np.isfinite(logarithms).all():
            return None
        if number >= 2:
            growth.append(growth[-1][-1] + np.cumsum(logarithms, axis=0))
            times.append(steps.t1[places])
        if number >= _FEWEST:
            found = _averaged(np.concatenate(times), np.concatenate(growth), trajectory)
        yield found
        if found is not None and (found.errors <= tolerance * np.abs(found.values).max()).all():
            break
        point, time = run.z[-1], time + part
    return found


def substeps(
    field: VectorField, t: Float[np.ndarray, "k"], h: Float[np.ndarray, "k"], z: Float[np.ndarray, "k n"]
) -> int:
    """Into how many parts each step is cut for its derivative."""
    slopes = np.linalg.norm(field.jacobian()(t, z), axis=(1, 2))
    largest = float((np.abs(h) * slopes).max())
    return max(1, int(np.ceil(largest / _REACH))) if np.isfinite(largest) else _MOST_PARTS + 1


def step_derivatives(
    system: System,
    parameters: tuple[float, ...],
    t: Float[np.ndarray, "k"],
    h: Float[np.ndarray, "k"],
    z: Float[np.ndarray, "k n"],
    parts: int,
) -> Float[np.ndarray, "k n n"]:
    """The derivatives of k steps of size h from (t, z), each by its z: `parts` steps of the variational equation."""
    n, rate = system.size, array_field(variational_system(system))
    state = np.concatenate([z, np.tile(np.eye(n).ravel(), (len(z), 1)), np.zeros((len(z), 1))], axis=1)
    weights = [float(weight) for weight in METHOD.b]
    needed = max(place for place, weight in enumerate(weights) if weight) + 1
    size = h / parts
    for part in range(parts):
        stages: list[np.ndarray] = []
        for row, node in zip(METHOD.a[:needed], METHOD.c, strict=False):
            moved = state + size[:, None] * _combined([float(number) for number in row], stages, state)
            stages.append(rate(t + (part + float(node)) * size, moved, parameters))
        state = state + size[:, None] * _combined(weights, stages, state)
    return np.asarray(state[:, n : n + n * n].reshape(-1, n, n))


def _combined(weights: list[float], stages: list[np.ndarray], like: np.ndarray) -> np.ndarray:
    total = np.zeros_like(like)
    for weight, stage in zip(weights, stages, strict=False):
        if weight:
            total += weight * stage
    return total


def _carried(
    frame: Float[np.ndarray, "n n"], matrices: Float[np.ndarray, "k n n"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The last step of every group, the logarithms by which directions grow in it, and the frame after all."""
    places = np.append(np.arange(_GROUP - 1, len(matrices) - 1, _GROUP), len(matrices) - 1)
    first = np.append(0, places[:-1] + 1)
    products = matrices[first]
    for offset in range(1, _GROUP):
        inside = np.flatnonzero(first + offset <= places)
        products[inside] = matrices[first[inside] + offset] @ products[inside]
    if not (np.linalg.cond(products) <= _CONDITION).all():
        places, products = np.arange(len(matrices)), matrices
    growth = np.empty(products.shape[:2])
    for place, product in enumerate(products):
        frame, triangle = np.linalg.qr(product @ frame)
        growth[place] = triangle.diagonal()
    with np.errstate(divide="ignore"):
        return places, np.log(np.abs(growth)), frame


def _averaged(times: Float[np.ndarray, "k"], growth: Float[np.ndarray, "k n"], trajectory: int) -> LyapunovExponents:
    """The slopes of the growth, and how far it strays from them on its way.

    Where growth is a random walk with this slope, its range about the straight line is 1.25 standard deviations of its
    end; where it is periodic, the range is how much the end hangs on the phase. Twice that, over the duration.
    """
    duration = float(times[-1] - times[0])
    values = growth[-1] / duration
    stray = growth - (times - times[0])[:, None] * values
    errors = 2.0 * (stray.max(axis=0) - stray.min(axis=0)) / duration
    order = np.argsort(-values, kind="stable")
    return LyapunovExponents(values[order], errors[order], duration, trajectory)
