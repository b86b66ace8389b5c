"""Which data sets a network can learn."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.data_set import DataSet
    from core.language import System


def misfit(data_set: type[DataSet], system: System) -> str:
    """Why this system cannot learn it, as a sentence; empty where it can."""
    title, size = data_set.title, data_set.size
    if data_set.about == "density" and system.flow is None:
        return f"{title} is learnt by a density that flows: write flow normal({size})"
    if system.flow is not None:
        if data_set.about != "density":
            return f"A flow learns how dense points lie, and {title} is about {data_set.about}"
        if size != system.size:
            return f"{title} has {_components(size)}, and the flow {system.size}"
    rows = [item.shape for item in system.data if item.batch]
    if rows:
        room = sum(map(prod, rows))
        if size != room:
            return f"{title} has {_components(size)}, and a row of the layer's input has {room}"
    elif size > system.size:
        return f"{title} has {_components(size)}, and the state only {system.size}"
    return ""


def _components(count: int) -> str:
    return f"{count} component{'' if count == 1 else 's'}"
