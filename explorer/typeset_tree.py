"""An equation's LaTeX as a tree of what stands between two brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"\\(?:left|right)(?:\\\||.)|\\(?:begin|end)\{\w+\}|\\(?:mathrm|operatorname)\{[^{}]*\}|\\[A-Za-z]+|\\.|[0-9.]+|."
)
_OPENING = re.compile(r"\\left(?![a-z])|\\begin|\{")
_CLOSING = re.compile(r"\\right(?![a-z])|\\end|\}")
_WORD = re.compile(r"\\mathrm(\{[A-Za-z0-9]+\})$")
"""Set as an operator a word looks the same, and is one sign and not as many as it has letters."""


@dataclass(slots=True)
class Group:
    """What stands between two brackets; the whole line has empty ones."""

    opener: str = ""
    closer: str = ""
    parts: list[Group | str] = field(default_factory=list)
    tall: bool = False

    @property
    def is_matrix(self) -> bool:
        """Whether its parts are the entries of a matrix, with & and double backslashes between them."""
        return self.opener.startswith(r"\begin")


def read_line(line: str) -> Group:
    """The whole line."""
    return _read(iter(_TOKEN.findall(line)), Group())


def stretch(group: Group) -> None:
    """Round brackets stretch around what is tall only."""
    inside = any(part == r"\frac" or (isinstance(part, Group) and part.tall) for part in group.parts)
    group.tall = inside or group.is_matrix
    if group.opener == r"\left(" and not group.tall:
        group.opener, group.closer = "(", ")"


def _read(tokens: Iterator[str], group: Group) -> Group:
    """Read on to the end of the group."""
    for token in tokens:
        if _CLOSING.match(token):
            group.closer = token
            break
        part: Group | str = (
            _read(tokens, Group(token)) if _OPENING.match(token) else _WORD.sub(r"\\operatorname\1", token)
        )
        if isinstance(part, Group) and group.parts and group.parts[-1] in ("^", "_"):
            part = _bare(part)
        group.parts.append(part)
    stretch(group)
    return group


def _bare(group: Group) -> Group | str:
    """One sign needs no group, which would be set twice."""
    only = group.parts[0] if len(group.parts) == 1 else ""
    return only if isinstance(only, str) and only.isalnum() and len(only) == 1 else group
