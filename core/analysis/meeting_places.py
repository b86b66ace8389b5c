"""Where the points of a flow that time drives meet: they are at one place, and go on together."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import numpy as np

from .flow_scale import FlowScale

if TYPE_CHECKING:
    from jaxtyping import Float

March = Callable[["Float[np.ndarray, 'n m']", int, int], "Float[np.ndarray, 'n m']"]
"""From points that have made so many steps to where they are so many steps later."""
_SAME = 0.01
"""Distance of points at the same place, as a share of the box."""
_FOLLOWED = 24
"""Points of a place that are followed on."""
_TOGETHER = 0.98
"""Share of them that are still at one place, where it is an end."""
_PAUSE = 4
"""Marches between two pauses."""


def meeting_places(
    z: Float[np.ndarray, "n m"], least: float, scale: FlowScale, march: March, span: range
) -> Generator[None, None, list[Float[np.ndarray, "n"]]]:
    """The places where at least so many of the points z are, if they still are together after another span of time.

    span: the steps that are to come, block by block. Chaos gathers points as well, but parts them again; pauses every
    few milliseconds.
    """
    places, left = [], z
    while left.shape[1]:
        here = scale.squared_distance(left, left[:, 0]) <= _SAME**2
        if here.sum() >= least and (yield from _stay_together(left[:, here], scale, march, span)):
            places.append(left[:, here].mean(axis=1))
        left = left[:, ~here]
    return places


def _stay_together(
    z: Float[np.ndarray, "n m"], scale: FlowScale, march: March, span: range
) -> Generator[None, None, bool]:
    some = z[:, np.unique(np.linspace(0, z.shape[1] - 1, _FOLLOWED).astype(np.int64))]
    for number, done in enumerate(span):
        some = march(some, done, span.step)
        if number % _PAUSE == 0:
            yield
    distance = scale.squared_distance(some, np.median(some, axis=1))
    return bool((distance <= _SAME**2).mean() > _TOGETHER)
