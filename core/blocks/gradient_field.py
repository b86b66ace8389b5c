"""The way down a potential that is learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block
from ..parameter import Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class GradientField(Block):
    """z' = -grad E, with E = w tanh(A z + b): z' = -A^T (w (1 - tanh(A z + b)^2)).

    E falls along every trajectory, and the Jacobian is symmetric: nothing turns.
    """

    width: Annotated[int, Range(1, 256, log=True, help="terms of the potential")] = 32

    name: ClassVar[str] = "gradient_field"
    title: ClassVar[str] = "Gradient field"
    citation: ClassVar[str] = "M. W. Hirsch, S. Smale, Differential equations (Academic Press, 1974), section 9.4"
    help: ClassVar[str] = "The steepest way down a potential E, which is a network: E falls, and nothing turns."
    whole = True

    def spell(self, spelling: Spelling) -> None:
        """The derivative of a network of one hidden layer is one as well, of the same matrix."""
        value, size = spelling.operand(), spelling.width
        spelling.next_layer()
        matrix = spelling.learn("A", (self.width, size), size)
        bias = spelling.learn("b", (self.width,), size)
        weight = spelling.learn("w", (self.width,), self.width)
        spelling.become(f"tanh({matrix} {value} + {bias})", self.width)
        hidden = spelling.operand()
        spelling.helpers.append(f"E = dot({weight}, {hidden})")
        spelling.become(f"-{matrix}^T ({weight}*(1 - {hidden}^2))", size)


BLOCK = GradientField
