"""Readings of the grid of a flow map without an engine, from closed forms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.readings import FlowMap

Flow = Callable[[float, np.ndarray], np.ndarray]


def flow_map(
    flow: Flow, rate: Callable[[np.ndarray], np.ndarray], log_det: float, lines: int = 5, parts: int = 8
) -> FlowMap:
    """Of the square [-2, 2]^2 over 6 units of time. flow: where points (m, 2) are after t; rate: how fast they move.

    log_det: of the derivative of the flow map, per unit of time.
    """
    times = np.linspace(0.0, 6.0, 61)
    count = parts * (lines - 1) + 1
    line, along = np.repeat(np.arange(2 * lines), count), np.tile(np.linspace(0.0, 1.0, count), 2 * lines)
    across = (line % lines) / (lines - 1)
    x, y = np.where(line < lines, along, across), np.where(line < lines, across, along)
    starts = 4.0 * np.stack([x, y], axis=1) - 2.0
    places = np.stack([flow(float(t), starts) for t in times])
    return FlowMap(
        "x",
        "y",
        lines,
        times,
        places.astype(np.float32),
        rate(places).astype(np.float32),
        line,
        along,
        np.broadcast_to(log_det * times[:, None, None], (61, lines, lines)),
        complete=True,
        centre_times=times,
        centre_log_det=log_det * times,
        centre_area=np.exp(log_det * times),
        size=2,
        path="kernel",
    )


def shrinking() -> FlowMap:
    """x' = y - x/2, y' = -x - y/2: areas shrink as exp(-t)."""

    def flow(t: float, z: np.ndarray) -> np.ndarray:
        turn = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])
        return np.exp(-0.5 * t) * z @ turn.T

    return flow_map(flow, lambda z: np.stack([z[..., 1], -z[..., 0]], axis=-1) - 0.5 * z, -1.0)


def blowing_up() -> FlowMap:
    """x' = x^2, y' = 0: what is at x > 0 ends at t = 1/x."""

    def flow(t: float, z: np.ndarray) -> np.ndarray:
        left = 1.0 - t * z[:, 0]
        return np.where(left[:, None] > 0.0, np.stack([z[:, 0] / np.where(left > 0, left, 1.0), z[:, 1]], 1), np.nan)

    return flow_map(flow, lambda z: np.stack([z[..., 0] ** 2, 0.0 * z[..., 1]], axis=-1), 0.0)
