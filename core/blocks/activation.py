"""A function of every component by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block
from ..parameter import Choice

if TYPE_CHECKING:
    from ..network_spelling import Spelling

_FUNCTIONS = ("tanh", "relu", "softplus", "sigmoid", "gelu")


@dataclass(frozen=True)
class Activation(Block):
    """h <- f(h), component by component; gelu(a) = a (1 + erf(a/sqrt(2)))/2."""

    function: Annotated[str, Choice(_FUNCTIONS, help="what is taken of every component")] = "tanh"

    name: ClassVar[str] = "activation"
    title: ClassVar[str] = "Activation"
    citation: ClassVar[str] = "D. Hendrycks, K. Gimpel, Gaussian error linear units, arXiv:1606.08415 (2016), section 2"
    help: ClassVar[str] = "A function of every component by itself, without which layers would be one linear map."

    @property
    def words(self) -> str:
        """The function."""
        return self.function

    def spell(self, spelling: Spelling) -> None:
        """gelu needs its argument twice, and so by name."""
        if self.function == "gelu":
            value = spelling.operand()
            spelling.become(f"0.5 {value}*(1 + erf({value}/sqrt(2)))", spelling.width)
        else:
            spelling.become(f"{self.function}({spelling.formula})", spelling.width)


BLOCK = Activation
