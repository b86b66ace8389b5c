"""Layer normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..network_block import Block

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class LayerNorm(Block):
    """h <- g (h - m)/sqrt(v + 1e-5) + k, m and v mean and mean square deviation of the components."""

    name: ClassVar[str] = "layer_norm"
    title: ClassVar[str] = "Layer norm"
    citation: ClassVar[str] = "J. L. Ba, J. R. Kiros, G. E. Hinton, Layer normalization, arXiv:1607.06450 (2016)"
    help: ClassVar[str] = "Gives the components the mean 0 and the deviation 1, then a scale and shift that it learns."

    def spell(self, spelling: Spelling) -> None:
        """Means are products with ones, so that nothing but their line says how wide it is."""
        value = spelling.operand()
        spelling.next_layer()
        ones = spelling.helper("o", f"ones({spelling.width})")
        gain, shift = spelling.learn_alike("g", 1), spelling.learn_alike("k", 0)
        centred = spelling.helper("m", f"{value} - dot({ones}, {value})/dot({ones}, {ones})")
        deviation = f"sqrt(dot({centred}, {centred})/dot({ones}, {ones}) + 1e-5)"
        spelling.become(f"{gain}*{centred}/{deviation} + {shift}", spelling.width)


BLOCK = LayerNorm
