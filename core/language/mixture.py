"""Systems that mix rows: Y <- (weights)(values), a product of two matrices that do not use Y, as attention is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .printing import to_text
from .shapes import Shapes
from .system import Helper, System
from .tree import Expression
from .walk import shapes_of_names


@dataclass(frozen=True)
class MixtureForm:
    """weights (m, k) and values (k, d) of a system's one equation, and the other named matrices of the weights' shape.

    None of them uses the state.
    """

    weights: Expression
    values: Expression
    others: tuple[Helper, ...]

    @property
    def names(self) -> tuple[str, str]:
        """The weights and the values as the text has them."""
        return to_text(self.weights), to_text(self.values)


def is_mixture(system: System) -> bool:
    """Whether the rows that a map gives are mixtures of the rows of a matrix."""
    return mixture_form(system) is not None


@lru_cache(maxsize=64)
def mixture_form(system: System) -> MixtureForm | None:
    """The two factors of Y <- (weights)(values); None for a system of another form."""
    if system.kind != "map" or system.is_complex or len(system.equations) != 1:
        return None
    product = system.equations[0].expression
    if product.operation != "mul":
        return None
    weights, values = product.arguments
    shapes = Shapes(shapes_of_names(system))
    shape = shapes.of(weights)
    if len(shape) != 2 or len(shapes.of(values)) != 2:
        return None
    moving = _names_that_use_the_state(system)
    if any(leaf.value in moving for leaf in product.names()):
        return None
    others = tuple(
        helper
        for helper in system.helpers
        if helper.shape == shape and helper.name not in moving and _named(helper) not in (weights, values)
    )
    return MixtureForm(weights, values, others)


def _named(helper: Helper) -> Expression:
    return Expression("name", (), helper.name)


def _names_that_use_the_state(system: System) -> set[str]:
    """The states, and the intermediate values that use one."""
    found = {state.name for state in system.states}
    for helper in system.helpers:
        if any(leaf.value in found for leaf in helper.expression.names()):
            found.add(helper.name)
    return found
