"""A formula that a person types, of every component by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..elementwise_formula import elementwise_formula, of_value
from ..language import to_text
from ..language.functions import COMPARISONS
from ..network_block import Block
from ..parameter import Formula

if TYPE_CHECKING:
    from ..network_spelling import Spelling


@dataclass(frozen=True)
class FormulaNode(Block):
    """h <- f(h), component by component, f a formula of x in the language of systems.

    Raises FormulaError, a ValueError, for one that is none.
    """

    formula: Annotated[str, Formula(help="of x, a component of what comes in: sin(x)*x, if(x > 0, x, 0.1x)")] = "sin(x)"

    name: ClassVar[str] = "formula"
    title: ClassVar[str] = "Formula"
    citation: ClassVar[str] = (
        "M. Leshno et al., Multilayer feedforward networks with a nonpolynomial activation function can approximate "
        "any function, Neural Networks 6 (1993) 861"
    )
    help: ClassVar[str] = "A formula of your own, taken of every component by itself."

    def __post_init__(self) -> None:
        super().__post_init__()
        elementwise_formula(self.formula)

    @property
    def words(self) -> str:
        """The formula."""
        return self.formula.strip()

    def spell(self, spelling: Spelling) -> None:
        """Written anew from what was read, so that nothing but the formula comes into the text."""
        formula = of_value(elementwise_formula(self.formula), spelling.operand())
        text = to_text(formula)
        alone = formula.operation in COMPARISONS or formula.operation == "neg"
        spelling.become(f"({text})" if alone else text, spelling.width)


BLOCK = FormulaNode
