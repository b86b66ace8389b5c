"""A sum with what was some blocks before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..network_block import Block
from ..parameter import Range

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class Residual(Block):
    """h <- g + h, g the value before the last `over` blocks, which is as wide."""

    over: Annotated[int, Range(1, 16, step=1, help="blocks that it leads past")] = 2

    name: ClassVar[str] = "residual"
    title: ClassVar[str] = "Add what was before"
    citation: ClassVar[str] = "K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning, CVPR (2016), equation 1"
    help: ClassVar[str] = "Adds the value from some blocks before, so that the blocks between only have to change it."

    @property
    def words(self) -> str:
        """How far it reaches."""
        return f"add, past {self.over}"

    @property
    def reach(self) -> int:
        """Blocks that it leads past."""
        return self.over

    def spell(self, spelling: Spelling) -> None:
        """The earlier value first."""
        before = spelling.earlier(self.over)
        spelling.become(f"{before} + {spelling.formula}", spelling.width)


BLOCK = Residual
