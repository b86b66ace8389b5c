"""A method whose coefficients check themselves when they are read: what is wrong is told by the method's name."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from .integration_method import IntegrationMethod
from .order_conditions import Tree, broken_condition


class CheckedTableau(IntegrationMethod):
    """Raises ValueError, in a sentence, where the numbers do not make the method that is declared."""

    kind: ClassVar[str] = "tableau"
    """What it is called in sentences."""

    def _check_order(self, what: str, order: int, violated_tree: Tree | None) -> None:
        if violated_tree is not None:
            self._refuse(f"{what} miss order {order}: {broken_condition(violated_tree)}")

    def _refuse(self, reason: str) -> NoReturn:
        raise ValueError(f"{self.kind} {self.name}: {reason}")
