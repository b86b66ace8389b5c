"""The contract of the gallery's small pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np

Line = tuple[np.ndarray, np.ndarray]
"""The horizontal and the vertical places of a curve."""


class Portrait(ABC):
    """Curves in the colours of a theme's series, some lines behind them, in any unit."""

    @abstractmethod
    def follow(self) -> Iterator[None]:
        """Work the curves out, in slices."""

    @abstractmethod
    def curves(self) -> list[Line]:
        """The curves, in the order of their colours."""

    def dots(self) -> list[Line]:
        """Groups of points, each in the colour of the curve of its number."""
        return []

    def background(self) -> list[Line]:
        """Fainter lines behind them."""
        return []
