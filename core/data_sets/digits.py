"""Handwritten digits, 8 by 8 pixels each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ..data_set import DataSet, Points
from ..deferred import deferred
from ..random_rows import check_whole, random_rows

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int
else:
    np = deferred("numpy")  # data sets are listed before it is needed

FILE = Path(__file__).resolve().parent.parent.parent / "assets" / "data" / "digits.npz"
_DARKEST = 16.0


@dataclass(frozen=True)
class Digits(DataSet):
    """x: how dark a pixel is, 0 to 1, row by row. y: the digit.

    There are 1797, of 13 people. Drawn are the first of them in an order that hangs on the seed, in which every class
    has its share of any stretch, to within two.
    """

    name: ClassVar[str] = "digits"
    title: ClassVar[str] = "Handwritten digits"
    citation: ClassVar[str] = (
        "E. Alpaydin, C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository (1998), "
        "doi 10.24432/C50P49"
    )
    help: ClassVar[str] = "1797 digits that people wrote: a small network learns them in seconds, all but a few."
    about = "classes"
    size = 64
    classes = 10

    def draw(self, count: int, seed: int) -> Points:
        """The first `count` of them in the seed's order; ValueError where there are not as many."""
        return self._cut([("count", count)], seed)[0]

    def sets(self, train: int, test: int, seed: int) -> tuple[Points, Points]:
        """The first `train` in the seed's order, and the `test` that come next; ValueError likewise."""
        first, second = self._cut([("train", train), ("test", test)], seed)
        return first, second

    def _cut(self, wanted: list[tuple[str, int]], seed: int) -> list[Points]:
        pixels, digits = _stored()
        for name, count in wanted:
            check_whole(name, count, 1, len(digits))
        total = sum(count for _, count in wanted)
        if total > len(digits):
            raise ValueError(f"there are {len(digits)} digits, {total} are too many")
        order, first, parts = _order(digits, seed), 0, []
        for _, count in wanted:
            chosen = order[first : first + count]
            parts.append(Points(pixels[chosen] / _DARKEST, digits[chosen]))
            first += count
        return parts


@cache
def _stored() -> tuple[Float[np.ndarray, "N 64"], Int[np.ndarray, "N"]]:
    with np.load(FILE, allow_pickle=False) as stored:
        return stored["pixels"].astype(np.float64), stored["digits"].astype(np.int64)


def _order(digits: Int[np.ndarray, "N"], seed: int) -> Int[np.ndarray, "N"]:
    """Those of a class in random order, the k-th of n at (k + u) / n of the way, u uniform."""
    rows = random_rows(len(digits), 2, seed, 0)
    place, within = np.empty(len(digits)), rows.uniform(0)
    for digit in range(Digits.classes):
        (members,) = np.nonzero(digits == digit)
        shuffled = members[np.argsort(within[members], kind="stable")]
        place[shuffled] = (np.arange(len(shuffled)) + rows.uniform(1)[shuffled]) / len(shuffled)
    return np.argsort(place, kind="stable")


DATA_SET = Digits
