"""The shapes of unknowns that no line declares, from the matrices and vectors their equations use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .errors import FormulaError, refusal
from .functions import CONSTANTS
from .shapes import Shape, Shapes
from .tree import Expression

MOST_OPERATIONS = 40_000
"""Scalar operations to which vectors and matrices unroll."""
_MOST_SIZES = 8


class _MisfitError(Exception):
    """The shapes of one line do not fit."""

    def __init__(self, line: str, fault: FormulaError) -> None:
        self.line = line
        self.fault = fault
        super().__init__(line)


class Equations:
    """rates: the right-hand side by state; helpers: in an order in which each uses only earlier ones."""

    def __init__(self, rates: Mapping[str, Expression], helpers: Mapping[str, Expression]) -> None:
        self._rates = rates
        self._helpers = helpers

    def shapes(self, known: Mapping[str, Shape]) -> dict[str, Shape]:
        """The shape of every name; known: of parameters and declared states. Raises FormulaError.

        A state that no line declares is a scalar where that fits, else a vector of a size that is written out.
        """
        free = [name for name in self._rates if name not in known]
        try:
            return self._fitted({**known, **dict.fromkeys(free, ())})
        except _MisfitError as misfit:
            for size in self._sizes(known)[:_MOST_SIZES]:
                found = self._promoted(known, free, size)
                if found is not None:
                    return found
            raise misfit.fault from None

    def _promoted(self, known: Mapping[str, Shape], free: list[str], size: int) -> dict[str, Shape] | None:
        """Shapes with as few vectors of `size` as the equations ask for, or None."""
        guess: dict[str, Shape] = dict.fromkeys(free, ())
        while True:
            try:
                return self._fitted({**known, **guess})
            except _MisfitError as misfit:
                scalars = [name for name in self._involved(misfit.line) if guess.get(name) == ()]
                if not scalars:
                    return None
                guess[scalars[0]] = (size,)

    def _fitted(self, known: dict[str, Shape]) -> dict[str, Shape]:
        """`known` with the helpers' shapes. Raises _MisfitError, and FormulaError for a system that is too large."""
        shapes = Shapes(known)
        for name, value in self._helpers.items():
            known[name] = _shape(shapes, name, value)
        for name, rate in self._rates.items():
            shape = _shape(shapes, name, rate)
            if shape not in ((), known[name]):
                cure = f"declare it with {name} in R^{'x'.join(map(str, shape))}"
                raise _MisfitError(name, refusal(rate, f"{name}' has another shape than {name}", cure))
        if shapes.operations > MOST_OPERATIONS:
            message = f"written out in scalars, the system has more than {MOST_OPERATIONS} operations"
            raise refusal(next(iter(self._rates.values())), message, "use smaller vectors and matrices")
        return known

    def _involved(self, line: str) -> list[str]:
        """The states of a line, its own first, also those it uses through helpers."""
        found, waiting = dict.fromkeys([line]), [line]
        while waiting:
            expression = self._helpers.get(waiting[0]) or self._rates[waiting[0]]
            for leaf in expression.names():
                name = str(leaf.value)
                if name not in found and (name in self._helpers or name in self._rates):
                    found[name] = None
                    if name in self._helpers:
                        waiting.append(name)
            del waiting[0]
        return [name for name in found if name in self._rates]

    def _sizes(self, known: Mapping[str, Shape]) -> list[int]:
        """Lengths of the vectors and matrices that are written out or stored."""
        found: set[int] = {size for shape in known.values() for size in shape}
        for node in self._nodes():
            if node.operation in CONSTANTS:
                found.update(Shapes({}).of(node))
            elif node.operation == "list":
                found.add(len(node.arguments))
        return sorted(found)

    def _nodes(self) -> Iterator[Expression]:
        waiting = [*self._rates.values(), *self._helpers.values()]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.arguments)


def _shape(shapes: Shapes, line: str, expression: Expression) -> Shape:
    try:
        return shapes.of(expression)
    except FormulaError as fault:
        raise _MisfitError(line, fault) from fault
