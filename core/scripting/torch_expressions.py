"""The expression tree as torch source that a person can read: whole vectors and matrices, no component by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..language.functions import COMPARISONS, CONSTANTS
from ..language.powers import EULER
from ..language.random_constants import random_entries
from ..language.shapes import Shape, Shapes, constant_integer, is_row
from ..language.tree import Expression
from .piece import ATOM, COMPARISON, PRODUCT, SIGN, SUM, Piece, made_of
from .torch_elementwise import chosen, compared, elementwise, folded, number, product, total
from .torch_writing import TorchWriting


class TorchExpressions:
    """names: the pieces of all names, to which helpers are added as they are written; shapes: of all names."""

    def __init__(self, names: Mapping[str, Piece], shapes: Shapes, writing: TorchWriting) -> None:
        self._names = names
        self._shapes = shapes
        self._writing = writing
        self._written: dict[int, tuple[Expression, Piece]] = {}

    def piece(self, expression: Expression) -> Piece:
        """The source of `expression`. It is written once, however many ways of writing what is around it are tried."""
        if id(expression) not in self._written:
            # kept beside its piece, so that no other expression takes its place in memory
            self._written[id(expression)] = expression, self._new_piece(expression)
        return self._written[id(expression)][1]

    def _new_piece(self, expression: Expression) -> Piece:
        operation, arguments = expression.operation, expression.arguments
        constant = folded(expression)
        if constant is not None:
            return constant
        if operation == "number":
            return number(float(expression.value or 0.0))
        if operation == "name":
            return self._names[str(expression.value)]
        if operation in CONSTANTS:
            return self._constant(expression)
        if operation == "list":
            return self._list(expression)
        if operation in ("index", "shift"):
            return self._moved(expression)
        if operation == "reshape":
            return _laid_out(self.piece(arguments[0]), self._shapes.of(expression))
        if operation == "conv":
            return self._convolution(expression)
        if operation == "pow" and arguments[0] == EULER:
            return self.piece(Expression("exp", arguments[1:]))
        shapes = [self._shapes.of(argument) for argument in arguments]
        if operation == "mul" and all(shapes) and max(map(len, shapes)) > 1:
            return self._matrix_product(expression, shapes)
        if operation in ("transpose", "dot", "sum", "norm", "softmax", "diag"):
            return self._collected(expression)
        return self._spread(expression, max(map(len, shapes)))

    def _spread(self, expression: Expression, rank: int) -> Piece:
        """An elementwise operation whose scalars meet components of `rank` axes."""
        writing, operation = self._writing, expression.operation
        if operation == "add":
            terms = [self._term(term) for term in expression.arguments]
            parts = [writing.spread(part, rank) for _, part in terms]
            if terms[0][0] == " - ":
                parts[0] = elementwise(expression.arguments[0], parts[:1], writing)
            return total(parts, [sign for sign, _ in terms[1:]])
        if operation == "if":
            condition = writing.spread(self._condition(expression.arguments[0]), rank)
            a, b = (writing.spread(self.piece(branch), rank) for branch in expression.arguments[1:])
            return chosen(condition, a, b, writing)
        parts = [writing.spread(self.piece(argument), rank) for argument in expression.arguments]
        return elementwise(expression, parts, writing)

    def _term(self, term: Expression) -> tuple[str, Piece]:
        """The sign of a term of a sum, and the rest of it."""
        if term.operation == "neg" and folded(term) is None:
            return " - ", self.piece(term.arguments[0])
        return " + ", self.piece(term)

    def _condition(self, expression: Expression) -> Piece:
        """Truth values."""
        if expression.operation in COMPARISONS and folded(expression) is None:
            parts = [self.piece(argument) for argument in expression.arguments]
            rank = max(len(part.shape) for part in parts)
            return compared(expression, [self._writing.spread(part, rank) for part in parts], self._writing)
        value = self._writing.tensor(self.piece(expression))
        return made_of((value,), f"{value.inside(SUM)} != 0", COMPARISON, value.shape)

    def _constant(self, expression: Expression) -> Piece:
        operation = expression.operation
        sizes = tuple(constant_integer(size, "the size of a matrix") for size in expression.arguments)
        kind = f"dtype={self._writing.reference}.dtype, device={self._writing.reference}.device"
        if operation in ("eye", "ones"):
            return Piece(f"torch.{operation}({', '.join(map(str, sizes))}, {kind})", ATOM, self._shapes.of(expression))
        seed = int(expression.value or 0)
        wanted = f"{operation}_{'x'.join(map(str, sizes))}_seed_{seed}"
        name = self._writing.constant(wanted, random_entries(operation, sizes, seed))
        return Piece(self._writing.like(name), ATOM, sizes)

    def _list(self, expression: Expression) -> Piece:
        shape = self._shapes.of(expression)
        numbers = self._numbers(expression)
        if numbers is not None:
            return Piece(self._writing.like(numbers), ATOM, shape)
        entries = [self.piece(entry) for entry in expression.arguments]
        texts = f"[{', '.join(entry.text for entry in entries)}]"
        if all(entry.full for entry in entries):
            return made_of(entries, f"torch.stack({texts}, dim={-len(shape)})", ATOM, shape)
        text = f"{self._writing.tool('stacked')}({texts}, {-len(shape)}, {self._writing.reference})"
        return made_of(entries, text, ATOM, shape)

    def _numbers(self, expression: Expression) -> str | None:
        """A list in which there are only numbers, as a list of Python; else None."""
        if expression.operation == "list":
            inner = [self._numbers(entry) for entry in expression.arguments]
            return None if None in inner else f"[{', '.join(map(str, inner))}]"
        part = self.piece(expression)
        return part.text if part.plain is not None and not part.plain and not part.batched else None

    def _moved(self, expression: Expression) -> Piece:
        inner = self.piece(expression.arguments[0])
        places = [constant_integer(place, "an index") for place in expression.arguments[1:]]
        shape = self._shapes.of(expression)
        if expression.operation == "shift":
            return made_of((inner,), f"torch.roll({inner.text}, {places[0]}, dims=-1)", ATOM, shape)
        if not places:
            return inner
        index = ", ".join(["...", *(str(place - 1) for place in places), *[":"] * len(shape)])
        return made_of((inner,), f"{inner.inside(ATOM)}[{index}]", ATOM, shape)

    def _convolution(self, expression: Expression) -> Piece:
        found = self._shapes.convolution(expression)
        kernel, value = (self._writing.tensor(self.piece(argument)) for argument in expression.arguments[:2])
        rows = kernel
        if kernel.shape != (found.rows, found.taps):
            rows = _laid_out(kernel, (found.taps,))
            rows = made_of((rows,), f"{rows.inside(ATOM)}[..., None, :]", ATOM, (1, found.taps))
        flat = _laid_out(value, (found.channels * math.prod(found.extents),))
        text = f"{self._writing.tool('conv')}({rows.text}, {flat.text}, {found.extents}, {found.kernel})"
        row = made_of((rows, flat), text, ATOM, (found.rows * math.prod(found.extents),))
        return _laid_out(row, found.shape)

    def _collected(self, expression: Expression) -> Piece:
        operation, shape = expression.operation, self._shapes.of(expression)
        parts = [self.piece(argument) for argument in expression.arguments]
        rank = max(len(part.shape) for part in parts)
        dims = "-1" if rank == 1 else "(-2, -1)"
        if operation == "transpose":
            return _transposed(parts[0], shape)
        if operation == "dot":
            parts = [product(*(self._writing.spread(part, rank) for part in parts))]
        if rank == 0:  # a scalar is its own sum, and its length its absolute value
            return parts[0] if operation != "norm" else elementwise(Expression("abs"), parts, self._writing)
        inner = parts[0]
        text = {
            "softmax": f"torch.softmax({inner.text}, dim=-1)",
            "diag": f"torch.diag_embed({inner.text})",
            "norm": f"torch.linalg.vector_norm({inner.text}, dim={dims})",
        }.get(operation, f"{inner.inside(ATOM)}.sum({dims})")
        return made_of(parts, text, ATOM, shape)

    def _matrix_product(self, expression: Expression, shapes: list[Shape]) -> Piece:
        left, right = expression.arguments
        shape = self._shapes.of(expression)
        if len(shapes[0]) == 1:  # z z^T
            column, row = self.piece(left), self.piece(right)
            return made_of((column, row), f"{column.inside(ATOM)}[..., None] * {row.inside(SIGN)}", PRODUCT, shape)
        if len(shapes[1]) == 2:
            pair = (self.piece(left), self.piece(right))
            return made_of(pair, f"{pair[0].inside(PRODUCT)} @ {pair[1].inside(SIGN)}", PRODUCT, shape)
        if is_row(left, shapes[0]):
            terms = product(self._row(left), self.piece(right))
            return made_of((terms,), f"({terms.text}).sum(-1)", ATOM, shape)
        return self._times_vector(left, self.piece(right), shape)

    def _row(self, expression: Expression) -> Piece:
        """The vector v of a factor v^T or v^T A."""
        operation, arguments = expression.operation, expression.arguments
        shape = self._shapes.of(expression)[1:]
        if operation == "transpose" and len(self._shapes.of(arguments[0])) == 1:
            return self.piece(arguments[0])
        if operation == "mul" and is_row(arguments[0], self._shapes.of(arguments[0])):
            row, matrix = self._row(arguments[0]), self.piece(arguments[1])
            if len(matrix.shape) == 2 and not matrix.batched:
                return made_of((row, matrix), f"{row.inside(PRODUCT)} @ {matrix.inside(SIGN)}", PRODUCT, shape)
        whole = self.piece(expression)
        return made_of((whole,), f"{whole.inside(ATOM)}[..., 0, :]", ATOM, shape)

    def _times_vector(self, left: Expression, vector: Piece, shape: Shape) -> Piece:
        matrix = self.piece(left)
        parts = (matrix, vector)
        if matrix.batched:
            text = f"({matrix.inside(PRODUCT)} @ {vector.inside(ATOM)}[..., None])[..., 0]"
            return made_of(parts, text, ATOM, shape)
        if not vector.batched:
            return made_of(parts, f"{matrix.inside(PRODUCT)} @ {vector.inside(SIGN)}", PRODUCT, shape)
        if left.operation == "transpose" and len(self._shapes.of(left.arguments[0])) == 2:
            turned = self.piece(left.arguments[0]).inside(SIGN)
        else:
            turned = f"{matrix.inside(ATOM)}.T"
        return made_of(parts, f"{vector.inside(PRODUCT)} @ {turned}", PRODUCT, shape)


def _laid_out(inner: Piece, shape: Shape) -> Piece:
    """The entries of a vector or matrix, row by row, in another shape."""
    text = inner.inside(ATOM)
    if inner.shape == shape:
        return inner
    if len(inner.shape) == 2:
        text += ".flatten(-2)"
    if len(shape) == 2:
        text += f".unflatten(-1, {shape})"
    return made_of((inner,), text, ATOM, shape)


def _transposed(inner: Piece, shape: Shape) -> Piece:
    if len(inner.shape) == 1:
        return made_of((inner,), f"{inner.inside(ATOM)}[..., None, :]", ATOM, shape)
    return made_of((inner,), f"{inner.inside(ATOM)}{'.mT' if inner.batched else '.T'}", ATOM, shape)
