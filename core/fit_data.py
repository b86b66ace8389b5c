"""Points that a curve is to go through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from .nearest_name import suggestion
from .number_table import TableError

if TYPE_CHECKING:
    from jaxtyping import Float


class FitDataError(TableError):
    """A table that is no data to fit."""


@dataclass(frozen=True)
class FitData:
    """t (T,) ascending; columns: by component, what was measured at each time, (T,), NaN where nothing was."""

    t: Float[np.ndarray, "T"]
    columns: Mapping[str, Float[np.ndarray, "T"]]

    def __len__(self) -> int:
        return len(self.t)

    @property
    def count(self) -> int:
        """How many numbers there are to go through."""
        return sum(int(np.isfinite(column).sum()) for column in self.columns.values())

    @classmethod
    def of(cls, table: Mapping[str, Iterable[float]], components: Sequence[str]) -> FitData:
        """A table with a column "t" and columns of components. Raises FitDataError where it is none.

        Rows are brought into the order of time; columns that are no component are left out only where one is left.
        """
        arrays = {name: np.array(list(column), dtype=np.float64) for name, column in table.items()}
        if "t" not in arrays:
            raise FitDataError(f"the data need a column t with the times{suggestion('t', arrays)}")
        known = {name: column for name, column in arrays.items() if name in components}
        if not known:
            others = [name for name in arrays if name != "t"] or ["t alone"]
            raise FitDataError(f"the data have {', '.join(others)}, and none of the components {', '.join(components)}")
        if len({len(column) for column in arrays.values()}) != 1:
            raise FitDataError("the columns of the data must be equally long")
        times = arrays["t"]
        if not np.isfinite(times).all():
            raise FitDataError("every time t of the data must be a finite number")
        for name, column in known.items():
            if np.isinf(column).any():
                place = times[np.isinf(column)][0]
                raise FitDataError(f"{name} is infinite at t = {place:g}: write nan where nothing was measured")
        order = np.argsort(times, kind="stable")
        data = cls(times[order], MappingProxyType({name: column[order] for name, column in known.items()}))
        if not data.count:
            raise FitDataError("the data hold no number beside the times")
        return data


def span_with_data(data: Mapping[str, Sequence[float]], span: tuple[float, float]) -> tuple[float, float]:
    """The time span in which data can be fitted: `span` as far as it must grow, or, where the data lie further from it
    than they are long, such as years, that of the data, whose first time is the start's."""
    times = data.get("t", ())
    if not times:
        return span
    first, last = min(times), max(times)
    low, high = min(span), max(span)
    if last > first and max(first - high, low - last) > 0.0 and max(first - low, low - last) > last - first:
        return first, last
    return min(span[0], first, high), max(high, last, span[0])
