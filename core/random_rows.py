"""Random numbers in rows, one row a point: a point hangs on the seed and its place in the row of points alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int, UInt64
else:
    np = deferred("numpy")  # data sets are listed before it is needed

MOST_ROWS = 10_000_000
"""Of one draw."""


@dataclass(frozen=True)
class RandomRows:
    """words (N, w): w random words of 64 bits for each of N points."""

    words: UInt64[np.ndarray, "N w"]

    def uniform(self, column: int) -> Float[np.ndarray, "N"]:
        """Numbers uniform between 0 and 1, neither of which is one."""
        return np.asarray(((self.words[:, column] >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)

    def index(self, column: int, count: int) -> Int[np.ndarray, "N"]:
        """Whole numbers from 0 to count - 1, each as likely as the others."""
        return np.asarray((self.uniform(column) * count).astype(np.int64))

    def normal(self, column: int) -> Float[np.ndarray, "N"]:
        """Numbers of the standard normal distribution, by its quantiles."""
        import numpy  # noqa: PLC0415 - numpy itself, by which the library is told from torch

        from .array_library import ArrayLibrary  # noqa: PLC0415 - brings numpy, which a list of data sets does without
        from .normal_quantile import normal_numbers  # noqa: PLC0415 - as above

        high = (self.words[:, column] >> np.uint64(32)).astype(np.int64)
        return np.asarray(normal_numbers(ArrayLibrary(numpy), high))

    def plane_noise(self, column: int, deviation: float) -> Float[np.ndarray, "N 2"]:
        """Normal numbers of this standard deviation in the plane, from two columns."""
        return np.asarray(deviation * np.stack([self.normal(column), self.normal(column + 1)], axis=1))


def random_rows(count: int, width: int, seed: int, stream: int) -> RandomRows:
    """`count` rows of `width` words: the same on every machine, and the first rows of any longer draw.

    Philox-4x64-10 under the key (seed, stream): streams of one seed share nothing. Raises ValueError for a count or a
    seed that is none. Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as
    1, 2, 3, SC11, 2011.
    """
    check_whole("count", count, 1, MOST_ROWS)
    check_whole("seed", seed, 0, 2**64 - 1)
    key = np.array([seed, stream], dtype=np.uint64)
    return RandomRows(np.random.Philox(key=key).random_raw(count * width).reshape(count, width))


def check_whole(name: str, value: int, least: int, most: int) -> None:
    """Raises ValueError, with the range, where `value` is no whole number from `least` to `most`."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {value!r}")
