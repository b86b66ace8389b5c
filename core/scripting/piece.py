"""A piece of torch source with what has to be known of its value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..language.shapes import Shape

COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 7)
"""How strongly Python binds an operation."""


@dataclass(frozen=True)
class Piece:
    """text: an expression; binding: how strongly its outermost operation binds; shape: its own axes.

    batched: whether axes of the batch may stand in front of them; full: whether all of them do. plain: the
    parameters and t of which a value that may be a plain number is made; None for a tensor.
    """

    text: str
    binding: int
    shape: Shape
    batched: bool = False
    full: bool = False
    plain: frozenset[str] | None = None

    def inside(self, binding: int) -> str:
        """The text where an operation binds with `binding`: in brackets where it must be."""
        return self.text if self.binding >= binding else f"({self.text})"

    def with_axes(self, count: int) -> Piece:
        """With `count` more axes behind those it has."""
        if not count:
            return self
        text = f"{self.inside(ATOM)}[..., {', '.join(['None'] * count)}]"
        return replace(self, text=text, binding=ATOM, shape=self.shape + (1,) * count)


def made_of(parts: Iterable[Piece], text: str, binding: int, shape: Shape, may_be_plain: bool = False) -> Piece:
    """The piece `text`, whose value is computed from those of `parts`."""
    pieces = tuple(parts)
    plain: frozenset[str] | None = None
    if may_be_plain and all(piece.plain is not None for piece in pieces):
        plain = frozenset().union(*(piece.plain or frozenset() for piece in pieces))
    batched, full = any(piece.batched for piece in pieces), any(piece.full for piece in pieces)
    return Piece(text, binding, shape, batched, full, plain)
