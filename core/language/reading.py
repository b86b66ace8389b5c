"""From text to statements: limits first, then the grammar, and a place and a cure for every refusal."""

from __future__ import annotations

import unicodedata

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from .errors import FormulaError
from .grammar import parser
from .statements import Reader, Statement
from .tree import MOST_DEPTH

MOST_CHARACTERS = 20_000
_READER = Reader()
_WORDS = {
    "NAME": "a name",
    "NUMBER": "a number",
    "FUNCTION": "a function",
    "STRING": "a quoted text",
    "PRIME": "'",
    "COMPARISON": "a comparison",
    "TIMES": "an operator",
    "POW": "a power",
}


def read(text: str) -> list[Statement]:
    """The statements of `text`. Raises FormulaError."""
    _check_characters(text)
    try:
        return list(_READER.transform(parser().parse(text + "\n")))
    except VisitError as fault:
        if isinstance(fault.orig_exc, FormulaError):
            raise fault.orig_exc from None
        raise
    except UnexpectedToken as fault:
        raise _explained(fault) from None
    except UnexpectedCharacters as fault:
        raise FormulaError(
            fault.line, fault.column, f"the character {fault.char!r} has no meaning here", "remove it"
        ) from None
    except UnexpectedInput as fault:
        raise FormulaError(
            max(fault.line, 1), max(fault.column, 1), "the text ends too early", "finish the line"
        ) from None


def title_of(text: str) -> str:
    """The first comment, where the text begins with one."""
    for line in text.splitlines():
        if line.strip():
            return line.strip().lstrip("#").strip() if line.strip().startswith("#") else ""
    return ""


def _check_characters(text: str) -> None:
    if not isinstance(text, str):
        raise FormulaError(1, 1, f"a formula is text, not {type(text).__name__}", "type it as text")
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(
            1, 1, f"the text has {len(text)} characters, more than {MOST_CHARACTERS}", "split it into several systems"
        )
    nested = 0
    for row, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line, 1):
            nested += (character in "([") - (character in ")]")
            if nested > MOST_DEPTH:
                raise FormulaError(
                    row,
                    column,
                    f"more than {MOST_DEPTH} brackets are open",
                    "give inner parts a name on a line of their own",
                )
            if character not in "\t\r" and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
                code = f"U+{ord(character):04X}"
                raise FormulaError(row, column, f"the invisible character {code} is not allowed", "remove it")


def _explained(fault: UnexpectedToken) -> FormulaError:
    line, column = fault.line, fault.column
    kind, found, before = fault.token.type, str(fault.token), fault.token_history
    last = str(before[-1]) if before else ""
    if kind in ("_NL", "$END"):
        if last in ("+", "-", "*", "/", "^", "**", "@", "=", "<", ">", "<=", ">=", ","):
            return FormulaError(
                line, column, f"the line ends after '{last}' where a value is expected", "write a value there"
            )
        if {"RPAR", "RSQB"} & fault.expected:
            mark = ")" if "RPAR" in fault.expected else "]"
            return FormulaError(line, column, f"a '{mark}' is missing at the end of the line", f"close it with {mark}")
        return FormulaError(line, column, "the line ends too early", "write an equation such as x' = -x")
    if kind in ("RPAR", "RSQB"):
        return FormulaError(
            line, column, f"'{found}' closes nothing, or a value is missing before it", "remove it or add a value"
        )
    if kind == "EQUAL":
        return FormulaError(
            line, column, "a second '=' or one at the wrong place", "write one equation per line: x' = ... or k = 1"
        )
    what = _WORDS.get(kind, f"'{found}'")
    shown = f"{what} ({found})" if kind in ("NAME", "NUMBER", "FUNCTION", "STRING") else f"'{found}'"
    return FormulaError(line, column, f"{shown} is not expected here", "put an operator before it or start a new line")
