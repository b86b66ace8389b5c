"""An equation's LaTeX, made short enough to be typeset while the window waits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .typeset_forms import in_line, sized
from .typeset_tree import Group, read_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUDGET = 72
"""How many signs are set in about 35 ms. A sign in a group counts twice, in a group in that four times, and so on:
the typesetter sets what stands in a group twice, the first time to measure it."""
_TABLE = 3
"""A matrix is a group that sets its entries more often still."""
_DOTS = r" \cdots "
_TAKES_GROUPS = re.compile(r"\\(?:frac|sqrt|overline|dot)$|[\^_]$")


@dataclass(slots=True)
class _Purse:
    left: int
    spent: bool = False


def shortened(line: str) -> str:
    """The line in the first of these forms that is short enough.

    With brackets stretched only around what is tall; with fractions a/b too; with the sizes of matrices in place of
    their entries too, a matrix by itself as W (16 x 16); with dots for all that would take too long.
    """
    whole = read_line(line)
    text = ""
    for change in (None, in_line, sized):
        if change is not None:
            change(whole)
        purse = _Purse(_BUDGET)
        text = _written(whole, 1, purse)
        if not purse.spent:
            break
    return text


def _written(group: Group, weight: int, purse: _Purse) -> str:
    """What stands in the group, as far as the purse goes, where a sign counts this much."""
    text = ""
    for unit in _units(group.parts):
        if purse.left < sum(weight if isinstance(part, str) else _inner(part, weight) for part in unit):
            purse.spent = True
            return text + _DOTS
        for part in unit:
            if isinstance(part, str):
                purse.left -= weight * _signs(part)
                text += part
            else:
                purse.left -= 2 * _inner(part, weight) * (part.opener != "{")
                text += f"{part.opener}{_written(part, _inner(part, weight), purse)}{part.closer}"
    return text


def _units(parts: list[Group | str]) -> Iterator[list[Group | str]]:
    """The parts in runs that may not be torn apart: a fraction with both its groups, a base with its exponent."""
    unit: list[Group | str] = []
    for part in parts:
        if unit and not _goes_on(unit[-1], part):
            yield unit
            unit = []
        unit.append(part)
    if unit:
        yield unit


def _goes_on(before: Group | str, part: Group | str) -> bool:
    if isinstance(before, str) and _TAKES_GROUPS.match(before):
        return True
    if isinstance(part, str):
        return part in ("^", "_", " ")
    return part.opener == "{" and isinstance(before, Group) and before.opener == "{"


def _inner(group: Group, weight: int) -> int:
    """What a sign in the group counts, where one beside it counts this much."""
    if group.opener in ("(", "["):
        return weight
    return weight * (_TABLE if group.is_matrix else 2)


def _signs(token: str) -> int:
    if token in (" ", "&", r"\\"):
        return 0
    if token.startswith(r"\operatorname"):  # a word is set at once
        return 1 + (token.index("}") - token.index("{") - 1) // 5
    if token.endswith("}"):
        return token.index("}") - token.index("{") - 1
    return 1 + len(token) // 3 if token[0].isdigit() else 1
