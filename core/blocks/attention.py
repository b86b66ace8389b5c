"""Self-attention: tokens that take from each other what suits them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block, RecipeError
from ..parameter import Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class Attention(Block):
    """X <- softmax((X Q)(X K)^T / sqrt(d)) X V, the rows of X being tokens of d components, cut out of the value.

    Every row of the softmax is positive and sums to 1: what a token becomes lies between the rows of X V. One head.
    """

    tokens: Annotated[int, Range(2, 64, step=1, help="tokens into which the value is cut, one after the other")] = 8

    name: ClassVar[str] = "attention"
    title: ClassVar[str] = "Attention"
    citation: ClassVar[str] = "A. Vaswani et al., Attention is all you need, NeurIPS (2017), equation 1"
    help: ClassVar[str] = "Cuts the value into tokens; each becomes a mean of all, weighted by how they suit it."
    ends: ClassVar[bool] = True

    @property
    def words(self) -> str:
        """How many tokens it is between."""
        return f"attention of {self.tokens}"

    def spell(self, spelling: Spelling) -> None:
        """The matrix of weights has a line of its own, as it is what one looks at."""
        width = spelling.width
        if width % self.tokens:
            raise RecipeError(
                f"{width} components cannot be cut into {self.tokens} tokens of one size: choose another number of "
                "tokens"
            )
        value, size = spelling.operand(), width // self.tokens
        spelling.next_layer()
        query, key, weight = (spelling.learn(stem, (size, size), size) for stem in "QKV")
        rows = spelling.helper("X", f"reshape({value}, {self.tokens}, {size})")
        shares = spelling.helper("A", f"softmax({rows} {query} ({rows} {key})^T/sqrt({size}))")
        spelling.become(f"reshape({shares} {rows} {weight}, {width})", width)


BLOCK = Attention
