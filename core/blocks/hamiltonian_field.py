"""Hamilton's equations of an energy that is learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block, RecipeError
from ..parameter import Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling

_MOST = 12
"""Components, of which J is written out."""


@dataclass(frozen=True)
class HamiltonianField(Block):
    """x' = dH/dy, y' = -dH/dx, with z = (x, y) and H = w tanh(A z + b): z' = J A^T (w (1 - tanh(A z + b)^2)).

    H is the same along every trajectory, and no volume grows or shrinks.
    """

    width: Annotated[int, Range(1, 256, log=True, help="terms of the energy")] = 32

    name: ClassVar[str] = "hamiltonian_field"
    title: ClassVar[str] = "Hamiltonian field"
    citation: ClassVar[str] = "S. Greydanus, M. Dzamba, J. Yosinski, Hamiltonian neural networks, NeurIPS (2019)"
    help: ClassVar[str] = "Hamilton's equations of an energy H, which is a network: H and every volume are kept."
    whole = True

    def spell(self, spelling: Spelling) -> None:
        """The first half of the components are places, the other half their momenta."""
        value, size = spelling.operand(), spelling.width
        if size % 2 or size > _MOST:
            raise RecipeError(
                f"Hamilton's equations are of places and as many momenta, {_MOST} in all at most, and the state has "
                f"{size} component{'' if size == 1 else 's'}: choose another number of added dimensions"
            )
        spelling.next_layer()
        matrix = spelling.learn("A", (self.width, size), size)
        bias = spelling.learn("b", (self.width,), size)
        weight = spelling.learn("w", (self.width,), self.width)
        spelling.become(f"tanh({matrix} {value} + {bias})", self.width)
        hidden = spelling.operand()
        spelling.helpers.append(f"J = {_turn(size // 2)}")
        spelling.helpers.append(f"H = dot({weight}, {hidden})")
        spelling.become(f"J {matrix}^T ({weight}*(1 - {hidden}^2))", size)


def _turn(half: int) -> str:
    """[[0, 1], [-1, 0]] with blocks of `half` rows."""
    rows = []
    for row in range(2 * half):
        sign, column = (1, row + half) if row < half else (-1, row - half)
        rows.append("[" + ", ".join(str(sign if place == column else 0) for place in range(2 * half)) + "]")
    return "[" + ", ".join(rows) + "]"


BLOCK = HamiltonianField
