"""Shorter ways to write a part of an equation."""

from __future__ import annotations

from .typeset_tree import Group, stretch

_SIGNS = ("+", "-")
_PRODUCTS = (r"\,", r"\cdot")


def in_line(group: Group) -> None:
    """Write every fraction as a/b, in brackets where they are needed."""
    for part in group.parts:
        if isinstance(part, Group):
            in_line(part)
    old, place = group.parts, 0
    group.parts = []
    while place < len(old):
        if old[place] != r"\frac" or not all(isinstance(part, Group) for part in old[place + 1 : place + 3]):
            group.parts.append(old[place])
            place += 1
            continue
        _, above, below = old[place : place + 3]
        place += 3
        first = above.parts[1:] if isinstance(above, Group) and not group.parts else None  # -a/b needs no brackets
        quotient = [*_bracketed(above, (*_SIGNS, "/"), first), "/", *_bracketed(below, (*_SIGNS, *_PRODUCTS, "/"))]
        goes_on = next((part for part in old[place : place + 2] if part != " "), None) in _PRODUCTS
        group.parts += [Group("(", ")", quotient)] if goes_on else quotient
    stretch(group)


def sized(group: Group) -> None:
    """Write of every matrix its size, m x n: a matrix by itself, W = ..., as W (m x n), and one within as [m x n]."""
    parts = [part for part in group.parts if part != " "]
    if not group.opener and len(parts) > 2 and parts[-2] == "=" and isinstance(parts[-1], Group):
        matrix = parts[-1]
        if matrix.is_matrix:
            group.parts = [*parts[:-2], r"\;", Group("(", ")", _size(matrix))]
            return
    for place, part in enumerate(group.parts):
        if isinstance(part, Group) and part.is_matrix:
            group.parts[place] = Group("[", "]", _size(part))
        elif isinstance(part, Group):
            sized(part)
    stretch(group)


def _bracketed(part: Group | str, where: tuple[str, ...], looked: list[Group | str] | None = None) -> list[Group | str]:
    """What stands in the group, in brackets if one of these signs is in what is looked at, else in all of it."""
    if isinstance(part, str):
        return [part]
    found = any(one in where for one in (part.parts if looked is None else looked))
    return [Group("(", ")", part.parts, part.tall)] if found else part.parts


def _size(matrix: Group) -> list[Group | str]:
    rows = 1 + matrix.parts.count(r"\\")
    columns = 1 + matrix.parts.count("&") // rows
    return [str(rows), r" \times ", str(columns)]
