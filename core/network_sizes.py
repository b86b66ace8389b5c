"""Which sizes of a network hang together: those that would change with the state's, or with a hidden layer's.

Every axis of every tensor has a size of its own at first. A product, a sum, an equation make sizes one: the columns of
W in W z are the components of z. What is left apart can be chosen apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .language import FUNCTIONS
from .language.tree import Expression

Axes = tuple[int, ...]
"""The sizes of a tensor's axes, as numbers of `Sizes`."""
_MADE = frozenset({"normal", "uniform", "ones"})
_ONE = 0


class NetworkSizesError(ValueError):
    """A formula whose sizes are not followed."""


@dataclass
class Sizes:
    """names: axes of every name that is no number. written: of every size that a formula spells out, by line and column
    of its number. fixed: sizes that the text cannot change by a number alone, with that number or 0. fan_in: of a
    learnt tensor's axes, the size that its product sums over.
    """

    names: dict[str, Axes] = field(default_factory=dict)
    written: dict[tuple[int, int], int] = field(default_factory=dict)
    fixed: dict[int, int] = field(default_factory=lambda: {_ONE: 1})
    fan_in: dict[str, int] = field(default_factory=dict)
    _parents: list[int] = field(default_factory=lambda: [_ONE])

    def new(self, known: int | None = None) -> int:
        """One more size; known: the number it is, for good."""
        self._parents.append(len(self._parents))
        number = len(self._parents) - 1
        if known is not None:
            self.fixed[number] = known
        return number

    def root(self, size: int) -> int:
        """The number that stands for all sizes equal to this one."""
        while self._parents[size] != size:
            size = self._parents[size]
        return size

    def is_fixed(self, size: int) -> bool:
        """Whether something in the text says what it is, other than a number that can be rewritten."""
        return any(self.root(one) == self.root(size) for one in self.fixed)

    def unite(self, left: Axes, right: Axes) -> None:
        """Sizes that a formula makes equal. Scalars go with everything."""
        if len(left) == len(right):
            for one, other in zip(left, right, strict=True):
                self._parents[self.root(one)] = self.root(other)

    def of(self, expression: Expression) -> Axes:
        """The axes of what a formula gives; raises NetworkSizesError."""
        operation = expression.operation
        if operation in _MADE:
            return tuple(self._written(entry) for entry in expression.arguments)
        if operation == "eye":
            return (self._written(expression.arguments[0]),) * 2
        if operation == "name":
            return self.names.get(str(expression.value), ())
        if operation in ("number", "own"):
            return ()
        axes = [self.of(argument) for argument in expression.arguments]
        rule = _RULES.get(operation)
        if rule is not None:
            return rule(self, expression, axes)
        function = FUNCTIONS.get(operation)
        if function is None or function.kind in ("elementwise", "reduction"):
            common = self._common(expression, axes)
            return () if function is not None and function.kind == "reduction" else common
        raise NetworkSizesError(f"it is not known how the sizes around {operation} hang together")

    def _written(self, entry: Expression) -> int:
        size = self.new()
        self.written[entry.line, entry.column] = size
        return size

    def _common(self, expression: Expression, axes: list[Axes]) -> Axes:
        whole = [one for one in axes if one]
        for one in whole[1:]:
            self.unite(whole[0], one)
        if expression.operation == "add":
            self._note_biases(expression)
        return whole[0] if whole else ()

    def _note_biases(self, expression: Expression) -> None:
        """b in W z + b begins as W does."""
        terms = [_positive(term) for term in expression.arguments]
        fans = [self.fan_in[name] for term in terms for name in _factors(term) if name in self.fan_in]
        for term in terms:
            if fans and term.operation == "name" and len(self.names.get(str(term.value), ())) == 1:
                self.fan_in.setdefault(str(term.value), fans[0])

    def _product(self, expression: Expression, axes: list[Axes]) -> Axes:
        left, right = axes
        if not left or not right:
            return left or right
        if len(left) == len(right) == 1:
            self.unite(left, right)
            return left
        if len(left) == 1:  # z z^T
            return (left[0], right[1])
        self.unite(left[1:], right[:1])
        first = expression.arguments[0]
        if first.operation == "name":
            self.fan_in.setdefault(str(first.value), left[1])
        return () if self.root(left[0]) == _ONE and len(right) == 1 else (left[0], *right[1:])

    def _list(self, expression: Expression, axes: list[Axes]) -> Axes:
        for one in axes[1:]:
            self.unite(axes[0], one)
        return (self.new(len(expression.arguments)), *axes[0])

    def _index(self, expression: Expression, axes: list[Axes]) -> Axes:
        return axes[0][len(expression.arguments) - 1 :]

    def _transpose(self, _: Expression, axes: list[Axes]) -> Axes:
        return axes[0][::-1] if len(axes[0]) == 2 else (_ONE, *axes[0])

    def _laid_out(self, expression: Expression, axes: list[Axes]) -> Axes:
        """Sizes of which others are products: none of them is changed alone."""
        self.fixed.update(dict.fromkeys((size for one in axes for size in one), 0))
        return tuple(self.new(0) for _ in expression.arguments[1:])

    def _convolution(self, expression: Expression, axes: list[Axes]) -> Axes:
        """Without sizes of channels the result is as large as what the kernel runs along."""
        if len(expression.arguments) == 2:
            return axes[1]
        self._laid_out(expression, axes)
        return (self.new(0),)


def _same(_sizes: Sizes, _: Expression, axes: list[Axes]) -> Axes:
    return axes[0]


def _diagonal(_sizes: Sizes, _: Expression, axes: list[Axes]) -> Axes:
    return axes[0] * 2


_RULES = {
    "mul": Sizes._product,
    "list": Sizes._list,
    "index": Sizes._index,
    "transpose": Sizes._transpose,
    "shift": _same,
    "softmax": _same,
    "diag": _diagonal,
    "reshape": Sizes._laid_out,
    "conv": Sizes._convolution,
}


def sizes_of(
    states: Mapping[str, Expression],
    helpers: Mapping[str, Expression],
    learnt: Mapping[str, Expression],
    shapes: Mapping[str, tuple[int, ...]],
    stored: Mapping[str, tuple[int, ...]],
) -> Sizes:
    """The sizes of a text. states: the right-hand side of every unknown. helpers: in an order in which each needs only
    earlier ones. learnt: what every learnt tensor begins from. shapes: of states. stored: shapes of stored tensors.

    Raises NetworkSizesError.
    """
    sizes = Sizes()
    for name in states:
        sizes.names[name] = tuple(sizes.new() for _ in shapes[name])
    for name, shape in stored.items():
        sizes.names[name] = tuple(sizes.new(number) for number in shape)
    for name, value in learnt.items():
        sizes.names[name] = sizes.of(value)
    sizes.fan_in.clear()  # those of the lines that say from what tensors begin
    for name, value in helpers.items():
        sizes.names[name] = sizes.of(value)
    for name, value in states.items():
        sizes.unite(sizes.names[name], sizes.of(value))
    return sizes


def _positive(term: Expression) -> Expression:
    return term.arguments[0] if term.operation == "neg" else term


def _factors(term: Expression) -> list[str]:
    """Names that a product begins with, or is made of."""
    if term.operation == "name":
        return [str(term.value)]
    return [name for one in term.arguments for name in _factors(one)] if term.operation == "mul" else []
