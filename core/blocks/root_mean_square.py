"""Normalisation by the root mean square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..network_block import Block

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class RootMeanSquare(Block):
    """h <- g h/sqrt(q + 1e-5), q the mean square of the components."""

    name: ClassVar[str] = "root_mean_square"
    title: ClassVar[str] = "Root mean square norm"
    citation: ClassVar[str] = "B. Zhang, R. Sennrich, Root mean square layer normalization, NeurIPS (2019), equation 4"
    help: ClassVar[str] = "Divides the components by their root mean square, and gives each a scale that it learns."

    def spell(self, spelling: Spelling) -> None:
        """The mean is a product with ones, so that nothing but their line says how wide it is."""
        value = spelling.operand()
        spelling.next_layer()
        ones = spelling.helper("o", f"ones({spelling.width})")
        gain = spelling.learn_alike("g", 1)
        size = f"sqrt(dot({ones}, {value}^2)/dot({ones}, {ones}) + 1e-5)"
        spelling.become(f"{gain}*{value}/{size}", spelling.width)


BLOCK = RootMeanSquare
