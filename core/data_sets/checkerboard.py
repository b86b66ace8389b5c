"""The dark squares of a checkerboard."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..data_set import Points
from ..deferred import deferred
from ..drawn_set import PlaneDensity
from ..parameter import Range

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int

    from ..random_rows import RandomRows
else:
    np = deferred("numpy")  # data sets are listed before it is needed


@dataclass(frozen=True)
class Checkerboard(PlaneDensity):
    """Uniform on every other square of a board around 0, the one at the lower left among them."""

    squares: Annotated[int, Range(2, 8, help="squares along a side of the board")] = 4
    side: Annotated[float, Range(0.25, 4.0, help="length of a square's side")] = 2.0

    name: ClassVar[str] = "checkerboard"
    title: ClassVar[str] = "Checkerboard"
    citation: ClassVar[str] = "W. Grathwohl et al., FFJORD: free-form continuous dynamics, ICLR (2019)"
    help: ClassVar[str] = "Flat on the dark squares, nothing on the others: edges that a smooth flow can only round."
    words = 3

    def points(self, rows: RandomRows) -> Points:
        """A dark square, and a place in it."""
        corner = self._dark()[rows.index(0, len(self._dark()))]
        place = corner + np.stack([rows.uniform(1), rows.uniform(2)], axis=1)
        return Points(self.side * (place - self.squares / 2.0), None)

    def logarithm(self, x: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "N"]:
        """Minus the logarithm of the dark area, minus infinity beside it."""
        square = np.floor(x / self.side + self.squares / 2.0)
        on_board = np.all((square >= 0) & (square < self.squares), axis=1)
        dark = on_board & (square.sum(axis=1) % 2 == 0)
        return np.asarray(np.where(dark, -log(len(self._dark()) * self.side**2), -inf))

    def integrate_entropy(self) -> float:
        """-integral p log p, of an integrand that is one number on every dark square."""
        middles = self.side * (self._dark() + 0.5 - self.squares / 2.0)
        logarithm = self.logarithm(middles)
        return float(-(self.side**2) * np.sum(np.exp(logarithm) * logarithm))

    def _dark(self) -> Int[np.ndarray, "M 2"]:
        """The lower left corners of the dark squares, in squares from that of the board."""
        first, second = np.divmod(np.arange(self.squares**2), self.squares)
        return np.asarray(np.stack([first, second], axis=1)[(first + second) % 2 == 0])


DATA_SET = Checkerboard
