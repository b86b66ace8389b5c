"""Networks of residual layers for z' = A z, their solution and its rest, in closed form."""

from __future__ import annotations

import frames
import numpy as np

from core.analysis.depth_limit import LAYERS
from core.fitted_order import FittedOrder
from core.readings import DepthLimit, RestPoint


def damped(t: np.ndarray) -> np.ndarray:
    """(x, y) of x' = -x + y, y' = -x - y from (1, 0)."""
    return np.exp(-t)[:, None] * np.stack([np.cos(t), -np.sin(t)], axis=1)


def example() -> frames.Example:
    """The same as a system."""
    return frames.Example(
        ("x", "y"),
        lambda _, z: np.stack([z[..., 1] - z[..., 0], -z[..., 0] - z[..., 1]], axis=-1),
        {"x": (-1, 1), "y": (-1, 1)},
        ((1.0, 0.0),),
        (0.0, 4.0),
        rest=((0.0, 0.0),),
    )


def depth_limit(trajectory: int = 0) -> DepthLimit:
    """T = 4: a layer multiplies x + iy by 1 - h (1 + i)."""
    steps = 4.0 / LAYERS
    powers = [(1.0 + h * complex(-1.0, -1.0)) ** np.arange(count + 1) for h, count in zip(steps, LAYERS, strict=True)]
    times = [np.linspace(0.0, 4.0, count + 1) for count in LAYERS.tolist()]
    t, factor = np.concatenate(times), np.concatenate(powers)
    z = np.stack([factor.real, factor.imag], axis=1)
    offsets = np.concatenate([[0], np.cumsum(LAYERS + 1)])
    gap = np.linalg.norm(z - damped(t), axis=1)
    curve_t, further_t = np.linspace(0.0, 4.0, 400), np.linspace(4.0, 8.0, 400)
    return DepthLimit(
        trajectory=trajectory,
        components=("x", "y"),
        places=(0, 1),
        span=(0.0, 4.0),
        layers=LAYERS,
        offsets=offsets,
        t=t,
        z=z,
        gap=gap,
        error=gap[offsets[1:] - 1],
        from_rest=np.abs(factor[offsets[1:] - 1]),
        order=FittedOrder(1.04, (34, 39)),
        curve_t=curve_t,
        curve_z=damped(curve_t),
        further_t=further_t,
        further_z=damped(further_t),
        rest=RestPoint(np.zeros(2), "stable spiral", np.array([-1 + 1j, -1 - 1j]), 6.9, True),
        rest_note="",
        end_from_rest=float(np.exp(-4.0)),
        note="",
        accuracy=1e-13,
    )
