"""An equation's LaTeX, cut to what can be typeset while the window waits: the rest is dots."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUDGET = 70
"""How many signs are set in about 35 ms. A sign in a group counts twice, in a group in that four times, and so on:
the typesetter sets what stands in a group twice, the first time to measure it."""
_TABLE = 3
"""A matrix is a group that sets its entries more often still."""
_DOTS = r" \cdots "
_TOKEN = re.compile(
    r"\\(?:left|right)(?:\\\||.)|\\(?:begin|end)\{\w+\}|\\(?:mathrm|operatorname)\{[^{}]*\}|\\[A-Za-z]+|\\.|[0-9.]+|."
)
_OPENING = re.compile(r"\\left(?![a-z])|\\begin|\{")
_CLOSING = re.compile(r"\\right(?![a-z])|\\end|\}")
_TAKES_GROUPS = re.compile(r"\\(?:frac|sqrt|overline|dot)$|[\^_]$")


@dataclass(slots=True)
class _Group:
    """What stands between two brackets; the whole line has empty ones."""

    opener: str = ""
    closer: str = ""
    parts: list[_Group | str] = field(default_factory=list)
    tall: bool = False


@dataclass(slots=True)
class _Purse:
    left: int


def shortened(line: str) -> str:
    """The line with brackets stretched only around what is tall, and with dots for what would take too long to set."""
    return _written(_read(iter(_TOKEN.findall(line)), _Group()), 1, _Purse(_BUDGET))


def _read(tokens: Iterator[str], group: _Group) -> _Group:
    """Read on to the end of the group."""
    for token in tokens:
        if _CLOSING.match(token):
            group.closer = token
            break
        part = _read(tokens, _Group(token)) if _OPENING.match(token) else token
        group.tall = group.tall or part == r"\frac" or (isinstance(part, _Group) and part.tall)
        group.parts.append(part)
    group.tall = group.tall or group.opener.startswith(r"\begin")
    if group.opener == r"\left(" and not group.tall:
        group.opener, group.closer = "(", ")"
    return group


def _written(group: _Group, weight: int, purse: _Purse) -> str:
    """What stands in the group, as far as the purse goes, where a sign counts this much."""
    text = ""
    for unit in _units(group.parts):
        if purse.left < sum(weight if isinstance(part, str) else _inner(part, weight) for part in unit):
            return text + _DOTS
        for part in unit:
            if isinstance(part, str):
                purse.left -= weight * _signs(part)
                text += part
            else:
                purse.left -= 2 * _inner(part, weight) * (part.opener != "{")
                text += f"{part.opener}{_written(part, _inner(part, weight), purse)}{part.closer}"
    return text


def _units(parts: list[_Group | str]) -> Iterator[list[_Group | str]]:
    """The parts in runs that may not be torn apart: a fraction with both its groups, a base with its exponent."""
    unit: list[_Group | str] = []
    for part in parts:
        if unit and not _goes_on(unit[-1], part):
            yield unit
            unit = []
        unit.append(part)
    if unit:
        yield unit


def _goes_on(before: _Group | str, part: _Group | str) -> bool:
    if isinstance(before, str) and _TAKES_GROUPS.match(before):
        return True
    if isinstance(part, str):
        return part in ("^", "_", " ")
    return part.opener == "{" and isinstance(before, _Group) and before.opener == "{"


def _inner(group: _Group, weight: int) -> int:
    """What a sign in the group counts, where one beside it counts this much."""
    if group.opener == "(":
        return weight
    return weight * (_TABLE if group.opener.startswith(r"\begin") else 2)


def _signs(token: str) -> int:
    if token in (" ", "&", r"\\"):
        return 0
    if token.endswith("}"):
        return token.index("}") - token.index("{") - 1
    return 1 + len(token) // 3 if token[0].isdigit() else 1
