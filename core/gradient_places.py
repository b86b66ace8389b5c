"""Where a gradient method stands among those for the same kind of solution, for what only knows its name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import count
from types import MappingProxyType

from . import gradient_methods as package
from .package_entries import entries


@cache
def gradient_places() -> Mapping[str, int]:
    """0, 1, ... by name in alphabetical order, for fixed points and for trajectories each."""
    counts = {"fixed point": count(), "trajectory": count()}
    methods = sorted(entries(package, "METHOD"), key=lambda method: method.name)
    return MappingProxyType({method.name: next(counts[method.about]) for method in methods})
