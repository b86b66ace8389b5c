"""Order conditions of Rosenbrock methods through rooted trees."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .exact_order_conditions import ExactWeights
from .order_conditions import Tree


class RosenbrockWeights(ExactWeights):
    """As `ExactWeights`, Phi_i(tree) being sum_j beta_ij Phi_j(u) where one subtree u hangs from the root of the tree,
    for there the Jacobian takes part, and the product of sum_j alpha_ij Phi_j(u) where there are several.

    alpha, and beta = alpha + gamma: s rows of s numbers.
    Source: Hairer, Wanner, Solving Ordinary Differential Equations II, theorem IV.7.3.
    """

    def __init__(
        self, alpha: Sequence[Sequence[Any]], beta: Sequence[Sequence[Any]], rounding: Fraction = Fraction(0)
    ) -> None:
        super().__init__(alpha, rounding)
        self._beta = ExactWeights(beta, rounding)

    def of(self, tree: Tree) -> list[Any]:
        """Phi_i(tree) for every stage i."""
        if len(tree) != 1:
            return super().of(tree)
        return self._beta.moved(self.of(tree[0]))
