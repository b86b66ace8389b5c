"""How many trajectories a loop on arrays takes at once, and to how many rows it fills them up.

The last, partial vector register rounds some functions differently: a trajectory is the same alone and in any batch
where every row lies in a whole one.
"""

from __future__ import annotations

from .device import is_processor

_MULTIPLE = {True: 8, False: 32}
"""Rows of whole vector registers, in numpy and in torch."""
_LARGEST_PADDED = 64
"""A lone trajectory of at most this many components is padded too: then it is the same alone and in a batch."""
_PROCESSOR_NUMBERS, _CARD_NUMBERS = 32_768, 4_194_304
"""Most numbers in the state of all trajectories under way: bounds the time of a step and its memory. On the
processor torch splits larger arrays among threads, wherever that leaves partial registers."""


def most_lanes(size: int, device: str, is_numpy: bool) -> int:
    """Trajectories of `size` components that are under way at once at most."""
    most, multiple = _PROCESSOR_NUMBERS if is_processor(device) else _CARD_NUMBERS, _MULTIPLE[is_numpy]
    return max(multiple, most // size // multiple * multiple)


def rows_together(count: int, size: int, is_numpy: bool) -> int:
    """`count` trajectories of `size` components are filled up to a multiple of this number."""
    return 1 if count == 1 and size > _LARGEST_PADDED else _MULTIPLE[is_numpy]
