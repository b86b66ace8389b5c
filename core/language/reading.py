"""From checked text to statements by the grammar, with a place and a cure for every refusal."""

from __future__ import annotations

from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from .characters import foreign_character
from .grammar import parser
from .statements import Statement
from .syntax_faults import syntax_fault


def read(text: str) -> list[Statement]:
    """The statements of a checked `text`. Raises FormulaError."""
    try:
        statements: list[Statement] = parser().parse(text + "\n")  # type: ignore[assignment]
    except UnexpectedToken as fault:
        raise syntax_fault(fault) from None
    except UnexpectedCharacters as fault:
        raise foreign_character(fault.line, fault.column, fault.char) from None
    return statements


def title_of(text: str) -> str:
    """The first comment, where the text begins with one."""
    for line in text.splitlines():
        if line.strip():
            return line.strip().lstrip("#").strip() if line.strip().startswith("#") else ""
    return ""
