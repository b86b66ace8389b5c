"""Where equilibria and fixed points are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .run_context import RunContext

if TYPE_CHECKING:
    from jaxtyping import Float


def search_box(context: RunContext) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
    """Where to look: the visible range on the axes; else the text's view; else around the starts."""
    field, viewport = context.field, context.viewport
    around = np.vstack([context.starts, context.anchor])
    lower, upper = around.min(axis=0), around.max(axis=0)
    margin = 1.0 + 2.0 * np.maximum(np.abs(lower), np.abs(upper))
    lower, upper = lower - margin, upper + margin
    ranges = dict(field.system.view) if field.system is not None else {}
    if viewport is not None:
        ranges |= {viewport.x: viewport.x_range, viewport.y: viewport.y_range}
    for index, name in enumerate(field.components):
        if name in ranges:
            lower[index], upper[index] = ranges[name]
    return lower, upper
