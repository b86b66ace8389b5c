"""A linear map whose value the time opens, closes and shifts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block
from ..parameter import Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class ConcatSquash(Block):
    """h <- (W h + b) sigmoid(u t + a) + w t, component by component."""

    width: Annotated[int, Range(1, 256, log=True, help="components of what comes out")] = 32

    name: ClassVar[str] = "concat_squash"
    title: ClassVar[str] = "Linear, gated by time"
    citation: ClassVar[str] = "W. Grathwohl et al., FFJORD: free-form continuous dynamics, ICLR (2019), section 3"
    help: ClassVar[str] = "A linear map whose components the time lets through, each as far as it learns, and shifts."
    follows_time = True

    def spell(self, spelling: Spelling) -> None:
        """What hangs on the time alone begins as a map of one number does."""
        value, fan = spelling.operand(), spelling.width
        spelling.next_layer()
        weight = spelling.learn("W", (self.width, fan), fan)
        bias = spelling.learn("b", (self.width,), fan)
        rate, gate, shift = (spelling.learn(stem, (self.width,), 1) for stem in ("u", "a", "w"))
        spelling.become(f"({weight} {value} + {bias})*sigmoid({rate} t + {gate}) + {shift} t", self.width)


BLOCK = ConcatSquash
