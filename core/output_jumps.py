"""What a loss of states at output times sees of the steps: the derivatives by their ends and recorded vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .dense_output import AcceptedSteps, interpolant
from .integration_method import IntegrationMethod

if TYPE_CHECKING:
    from jaxtyping import Float


class OutputJumps(NamedTuple):
    """d loss / d start of the outputs that are starts, and of N steps d loss / d z0, d z1 and d k of each."""

    starts: Float[np.ndarray, "B n"]
    z0: Float[np.ndarray, "N n"]
    z1: Float[np.ndarray, "N n"]
    stages: Float[np.ndarray, "N s n"]


def output_jumps(
    method: IntegrationMethod,
    steps: AcceptedSteps,
    at: Float[np.ndarray, "T"],
    span: tuple[float, float],
    v: Float[np.ndarray, "B T n"],
) -> OutputJumps:
    """Of v = d loss / d z(at). A state is the end of a step where it lies there, else what the dense output has."""
    sign = 1.0 if span[1] > span[0] else -1.0
    ends = [np.searchsorted(sign * at, sign * t, side="right") for t in (steps.t0, steps.t1)]
    number = np.maximum(ends[1] - ends[0], 0)
    row = np.repeat(np.arange(len(number)), number)
    place = ends[0][row] + np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    told = v[steps.sample[row], place]
    width = steps.t1[row] - steps.t0[row]
    inside = at[place] != steps.t1[row]
    share, weights = interpolant(method, (at[place] - steps.t0[row]) / width)
    share = np.where(inside, share, 1.0)
    begin = np.where(inside, 1.0 - share, 0.0)
    along = np.where(inside, width, 0.0)[:, None] * weights
    z0, z1 = np.zeros_like(steps.z0), np.zeros_like(steps.z0)
    stages = np.zeros_like(steps.stages)
    np.add.at(z0, row, begin[:, None] * told)
    np.add.at(z1, row, share[:, None] * told)
    np.add.at(stages, row, along[..., None] * told[:, None])
    return OutputJumps(v[:, 0] if at[0] == span[0] else np.zeros_like(v[:, 0]), z0, z1, stages)
