"""Picking and replacing rows of arrays, one row a lane, the same for numpy and torch."""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary


def places(library: ArrayLibrary, mask: Any) -> Any:
    """Where a mask (L,) is true, in rising order."""
    return mask.nonzero()[0] if library.is_numpy else mask.nonzero()[:, 0]


def rows(library: ArrayLibrary, array: Any, places: Any) -> Any:
    """array[places]."""
    return array[places] if library.is_numpy else array.index_select(0, places)


def replaced(library: ArrayLibrary, array: Any, places: Any, rows: Any) -> Any:
    """A copy of `array` with `rows` in the places (k,), each of which comes once."""
    if not library.is_numpy:
        return array.index_copy(0, places, rows)
    copy = array.copy()
    copy[places] = rows
    return copy


def beside(library: ArrayLibrary, numbers: Any, array: Any) -> Any:
    """Numbers (L,) in the dtype of `array` (L, n), for products with it.

    torch multiplies arrays of one shape several times as fast as rows with their numbers.
    """
    column = library.cast(numbers, array.dtype)[:, None]
    return column if library.is_numpy else column.expand_as(array).contiguous()
