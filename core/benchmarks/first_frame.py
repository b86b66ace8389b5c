"""From a formula that was never seen before to the first picture's data."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..experiment import Experiment
from ..frame import Frame
from ..readings import Trajectories, VelocityGrid
from ..request import Request, Viewport
from ..runner import frames

START = 0.5
_turns = itertools.count(1)


class Answered(NamedTuple):
    """The angular speed in a formula, and the first frame that shows something of everything."""

    speed: float
    frame: Frame


def answer() -> Answered:
    """A new text every time, so that nothing parsed or compiled before helps."""
    speed = 1 + next(_turns) / 1024
    text = (
        f"x' = x*(1 - x^2 - y^2) - {speed}*y\ny' = y*(1 - x^2 - y^2) + {speed}*x\n"
        f"start ({START}, 0)\nview x [-2, 2], y [-2, 2]\nt in [0, 10]"
    )
    viewport = Viewport("x", "y", (-2.0, 2.0), (-2.0, 2.0))
    request = Request(Experiment(text), frozenset({Trajectories, VelocityGrid}), viewport)
    for frame in frames(request):
        curves = frame.get(Trajectories)
        if frame.error is not None:
            raise ValueError(frame.error)
        if curves is not None and len(curves.t) > 1 and frame.get(VelocityGrid) is not None:
            return Answered(speed, frame)
    raise ValueError("no frame showed both trajectories and a velocity grid")


def largest_error(answered: Answered, _: None) -> float:
    """How far the curve is from r^2 = 1 / (1 + (1 / r0^2 - 1) exp(-2 t)), and the grid from the formula."""
    curves, grid = answered.frame.readings[Trajectories], answered.frame.readings[VelocityGrid]
    radius = (1 + (1 / START**2 - 1) * np.exp(-2 * curves.t)) ** -0.5
    angle = answered.speed * curves.t
    true = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    x, y = np.meshgrid(grid.x, grid.y)
    u = x * (1 - x**2 - y**2) - answered.speed * y
    return float(max(np.abs(curves.z - true).max(), np.abs(grid.u - u).max()))


def prepare() -> Prepared:
    """Ours."""
    return Prepared(answer, note=_path)


def _path(answered: Any) -> str:
    return f"the frame came from the path {answered.frame.path}"


def _cases() -> Iterator[Case]:
    yield Case(
        "a limit cycle whose speed is new: its text to a frame with a trajectory and a velocity grid",
        (Entrant("ours", prepare),),
        lambda: None,
        largest_error,
        allowed=1e-3,
        most=100.0,
    )


BENCHMARK = Benchmark("first_frame", "a new formula's text to the first frame", _cases)
