"""The numbers that a system takes beside t and its state, by name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .system import System


def walk_inputs(system: System, p: Sequence[Any]) -> dict[str, Any]:
    """The numbers p of a system's `inputs` by name, as an `ArrayWalk` takes them: a row of batch data in one array."""
    names = tuple(system.defaults())
    params: dict[str, Any] = dict(zip(names, p, strict=False))
    entries = iter(p[len(names) :])
    for item in system.data:
        if item.batch:
            rows = np.stack([next(entries) for _ in range(math.prod(item.shape))], axis=-1)
            params[item.name] = rows.reshape(*rows.shape[:-1], *item.shape)
    return params
