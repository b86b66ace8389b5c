"""Solves of growing depth: plain iterations of a layer, and equal steps along a trajectory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..background import Deadline, asking
from ..budget import Budget
from ..deferred import deferred
from ..fixed_point_map import FixedPointMap
from ..gradient_method import SolvedLayer
from ..integration_method import IntegrationMethod
from ..step_controllers.fixed import Fixed
from ..vector_field import VectorField
from ..vector_jacobian import LayerFunction
from .forward_run import ForwardRun
from .gradient_memory import Deep

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int
    from torch import Tensor
else:
    torch = deferred("torch")

ITERATIONS = (2, 5, 10, 20, 40, 80, 160)
STEPS = tuple(4 * 2**power for power in range(7))
_MORE_STEPS = tuple(512 * 2**power for power in range(4))
"""Tried where so many that too few of `STEPS` arrived."""
_ENOUGH = 4


def layer_solves(
    mapping: FixedPointMap,
    starts: Float[np.ndarray, "S n"],
    rows: Int[np.ndarray, "S"] | None,
    dtype: str,
    depths: Sequence[int] = ITERATIONS,
) -> Iterator[Deep | str | None]:
    """z <- f(z) from the starts, all samples together, with the points on the way; it ends where z is infinite.

    rows: which row of the batch data each sample sees.
    """
    f = mapping.torch("cpu", dtype, rows)
    path = [torch.as_tensor(np.array(starts)).to(getattr(torch, dtype))]
    for depth in depths:
        while len(path) <= depth:
            with torch.no_grad():
                path.append(f(path[-1], None))
            if not bool(torch.isfinite(path[-1]).all()):
                yield f"plain iteration runs away: after {len(path) - 1} iterations there is no number left"
                return
            yield None
        yield Deep(depth, partial(_layer, f, torch.stack(path)))


def _layer(f: LayerFunction, path: Tensor, deadline: Deadline) -> SolvedLayer:
    # copies: a tape that saves one point must not be charged with the whole path, whose memory a view of it shares
    return SolvedLayer(asking(f, deadline), path[-1].clone(), path[0].clone(), path)


def trajectory_solves(
    field: VectorField,
    method: IntegrationMethod,
    span: tuple[float, float],
    start: Float[np.ndarray, "n"],
    budget: Budget,
) -> Iterator[Deep | str | None]:
    """The whole span in 4, 8, ... 256 equal steps, in more where too few of these arrive."""
    arrived = 0
    for count in (*STEPS, *_MORE_STEPS):
        if count > STEPS[-1] and arrived >= _ENOUGH:
            return
        run = ForwardRun(field, method, Fixed(abs(span[1] - span[0]) / count), span, start, budget)
        if not run.outcome.success:
            yield f"in {count} steps the trajectory {run.outcome}"
            continue
        if not arrived:
            run.prepare()
        arrived += 1
        yield Deep(len(run.steps.t1), run.solved)
