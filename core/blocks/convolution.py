"""Convolutions of numbers in a row or of a picture, whose edges meet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..language.convolution import MOST_PRODUCTS
from ..network_block import Block, RecipeError
from ..parameter import Choice, Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling

_KERNELS = ("3", "5", "7", "3 x 3", "5 x 5")


@dataclass(frozen=True)
class Convolution(Block):
    """h_o <- sum_c K_oc * h_c + b_o, the value being channels h_c of one size, one after the other.

    A square kernel runs over square pictures. Behind the last place, or the edge, comes the first again.
    """

    channels: Annotated[int, Range(1, 16, step=1, help="channels that come out")] = 2
    kernel: Annotated[str, Choice(_KERNELS, help="numbers in a row, or a square of a picture")] = "3"

    name: ClassVar[str] = "convolution"
    title: ClassVar[str] = "Convolution"
    citation: ClassVar[str] = "Y. LeCun et al., Backpropagation applied to handwritten zip code recognition (1989)"
    help: ClassVar[str] = "The same weighted sum of neighbours at every place, for each of some channels."
    ends: ClassVar[bool] = True

    @property
    def words(self) -> str:
        """The kernels."""
        return f"conv {self.kernel}, to {self.channels}"

    def spell(self, spelling: Spelling) -> None:
        """Kernels and biases begin as torch's do. A bias is a kernel of one number, over ones."""
        channels, count = spelling.channels, spelling.width // spelling.channels
        sides = tuple(map(int, self.kernel.split(" x ")))
        sizes = self._sizes(count, sides)
        value, fan = spelling.operand(), channels * math.prod(sides)
        products = self.channels * count * fan
        if products > MOST_PRODUCTS:
            raise RecipeError(
                f"{spelling.speaker} takes {products} products, more than {MOST_PRODUCTS}: choose fewer channels or a "
                "smaller kernel"
            )
        spelling.next_layer()
        kernels = spelling.learn("K", (self.channels, fan), fan)
        bias = spelling.learn("b", (self.channels, 1), fan)
        formula = f"conv({kernels}, {value}, {sizes}) + conv({bias}, ones({count}), {sizes})"
        spelling.become(formula, self.channels * count, self.channels)

    def _sizes(self, count: int, sides: tuple[int, ...]) -> str:
        """Those of a channel of so many places. Raises RecipeError."""
        side = math.isqrt(count)
        if len(sides) == 2 and side * side != count:
            raise RecipeError(
                f"{count} components are no square picture, over which a kernel of {self.kernel} could run: choose a "
                "kernel of numbers in a row"
            )
        length = side if len(sides) == 2 else count
        if length < sides[0]:
            raise RecipeError(f"a kernel of {self.kernel} is wider than the {length} places it runs along")
        return f"{side}, {side}" if len(sides) == 2 else str(count)


BLOCK = Convolution
