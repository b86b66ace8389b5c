"""A linear map that lengthens no vector by more than a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block
from ..parameter import Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class LimitedLinear(Block):
    """h <- W h / max(1, |W|/limit) + b, |W| the root of the sum of all squares.

    The largest singular value is no larger than |W|, so the map stretches by `limit` at most; it may stretch less than
    a division by that singular value would let it. Layers with tanh or relu between them keep what they stretch by.
    """

    width: Annotated[int, Range(1, 256, log=True, help="components of what comes out")] = 32
    limit: Annotated[float, Range(0.05, 20.0, log=True, help="how far it stretches at most")] = 0.9

    name: ClassVar[str] = "limited_linear"
    title: ClassVar[str] = "Linear, limited"
    citation: ClassVar[str] = "J. Behrmann et al., Invertible residual networks, ICML (2019), section 2.1"
    help: ClassVar[str] = "A linear map whose matrix is held below a norm, so that it stretches by a limit at most."

    def spell(self, spelling: Spelling) -> None:
        """The matrix that is learnt is not held itself: what is used of it is."""
        value, fan = spelling.operand(), spelling.width
        spelling.next_layer()
        weight = spelling.learn("W", (self.width, fan), fan)
        bias = spelling.learn("b", (self.width,), fan)
        spelling.become(f"{weight} {value}/max(1, norm({weight})/{self.limit:g}) + {bias}", self.width)


BLOCK = LimitedLinear
