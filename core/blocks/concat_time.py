"""A linear map of the value with the time as one more component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block
from ..parameter import Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class ConcatTime(Block):
    """h <- W h + u t + b: a linear map of (h, t)."""

    width: Annotated[int, Range(1, 256, log=True, help="components of what comes out")] = 32

    name: ClassVar[str] = "concat_time"
    title: ClassVar[str] = "Linear, with time"
    citation: ClassVar[str] = "W. Grathwohl et al., FFJORD: free-form continuous dynamics, ICLR (2019), section 3"
    help: ClassVar[str] = "A linear map that takes the time as one component more, so that the field may change."
    follows_time = True

    def spell(self, spelling: Spelling) -> None:
        """All begin by the number of inputs, the time being one."""
        value, fan = spelling.operand(), spelling.width + 1
        spelling.next_layer()
        weight = spelling.learn("W", (self.width, spelling.width), fan)
        rate = spelling.learn("u", (self.width,), fan)
        bias = spelling.learn("b", (self.width,), fan)
        spelling.become(f"{weight} {value} + {rate} t + {bias}", self.width)


BLOCK = ConcatTime
