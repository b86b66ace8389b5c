"""A linear map with a bias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block
from ..parameter import Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class Linear(Block):
    """h <- W h + b."""

    width: Annotated[int, Range(1, 256, log=True, help="components of what comes out")] = 32

    name: ClassVar[str] = "linear"
    title: ClassVar[str] = "Linear"
    citation: ClassVar[str] = "F. Rosenblatt, The perceptron, Psychological Review 65 (1958) 386"
    help: ClassVar[str] = "Every component is a weighted sum of those before it, and a number of its own."

    def spell(self, spelling: Spelling) -> None:
        """W and b begin as torch's do, by the number of inputs."""
        value, fan = spelling.operand(), spelling.width
        spelling.next_layer()
        weight = spelling.learn("W", (self.width, fan), fan)
        bias = spelling.learn("b", (self.width,), fan)
        spelling.become(f"{weight} {value} + {bias}", self.width)


BLOCK = Linear
