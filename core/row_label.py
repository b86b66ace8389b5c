"""Which trajectory a row of a state belongs to, as a component of that state.

A function of time and state is given its rows in any order, and more than once. Where it needs to know whose they are,
each carries its trajectory's number along as a component that stands still: so small that no norm of states feels it,
and a power of 2 apart, so that it is exact in float32 too, up to 2^24 trajectories.
"""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary

_UNIT = 2.0**-100


def labels(library: ArrayLibrary, like: Any) -> Any:
    """The component (B, 1) of the rows of `like` (B, n), each another trajectory."""
    return _UNIT * library.module.cumsum(library.full_like(like[:, :1], 1.0), 0) - _UNIT


def samples(library: ArrayLibrary, label: Any) -> Any:
    """The numbers of the trajectories, from the component (L,)."""
    return library.cast(library.module.round(label / _UNIT), library.module.int64)
