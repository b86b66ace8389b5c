"""What a text may be made of: its length, its characters, its brackets. Checked before anything else is done."""

from __future__ import annotations

import re
import unicodedata

from .errors import FormulaError

MOST_CHARACTERS = 20_000
MOST_BRACKETS = 100
_ORDINARY = re.compile(r"[\t\n\x20-\x7e]*")
_PARTS = re.compile(r'#[^\n]*|"[^"\n]*"|[()\[\]]')
_CLOSING = {")": "(", "]": "["}
_HIDDEN = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
_JOINERS = "\u200c\u200d\ufe0f"
"""Allowed in comments: scripts and pictures need them."""

_WRITE = {
    "|": "write abs(x) for |x|",
    "%": "write mod(a, b) for the remainder, 0.05 for 5%",
    ";": "begin a new line",
    "{": "group with ( )",
    "}": "group with ( )",
    "!": "write the product out",
    "&": "nest one if(...) in another",
    "²": "write ^2",
    "³": "write ^3",
    "√": "write sqrt(x)",
    "∞": "write a large number",
    "÷": "write /",
    "_": "a name begins with a letter",
    ".": "a point belongs between digits, as in 0.5",
    '"': "close the quotation in the same line",
    "\\": "write the letter's name without \\",
    "'": "the ' of a derivative follows its name, as in x' = ...",
}
_LOOKALIKES = dict(zip("асеіорхуАВЕКМНОРСТХ", "aceiopxyABEKMHOPCTX", strict=True))


def check_text(text: object) -> str:
    """`text` with its line ends as \\n. Raises FormulaError for what no formula may hold."""
    if not isinstance(text, str):
        raise FormulaError(1, 1, f"a formula is text, not {type(text).__name__}", "type it as text")
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(
            1, 1, f"the text has {len(text)} characters, more than {MOST_CHARACTERS}", "split it into several systems"
        )
    text = text.replace("\r\n", "\n")
    if not _ORDINARY.fullmatch(text):
        _check_characters(text)
    _check_brackets(text)
    return text


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column of the character at `offset`, from 1."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def foreign_character(line: int, column: int, character: str) -> FormulaError:
    """The error for a visible character that the language does not use, with what to write instead."""
    plain = _LOOKALIKES.get(character) or unicodedata.normalize("NFKC", character)
    if character in _WRITE:
        return FormulaError(line, column, f"the character {character} has no meaning here", _WRITE[character])
    if character.isascii():
        return FormulaError(line, column, f"the character {character} has no meaning here", "remove it")
    what = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    cure = f"did you mean {plain}?" if plain.isascii() else "use Latin or Greek letters, or put it into a comment"
    return FormulaError(line, column, f"the character {character} ({what}) does not belong to the language", cure)


def _check_characters(text: str) -> None:
    comment = False
    for offset, character in enumerate(text):
        if character == "\n":
            comment = False
        elif character == "#":
            comment = True
        elif character != "\t" and _is_hidden(character, comment):
            raise FormulaError(
                *place_of(text, offset), f"the invisible character U+{ord(character):04X} is not allowed", "remove it"
            )


def _is_hidden(character: str, comment: bool) -> bool:
    category = unicodedata.category(character)
    return category in _HIDDEN or (category == "Cf" and not (comment and character in _JOINERS))


def _check_brackets(text: str) -> None:
    opened: list[tuple[str, int]] = []
    for found in _PARTS.finditer(text):
        mark = found[0]
        if mark in ("(", "["):
            opened.append((mark, found.start()))
            if len(opened) > MOST_BRACKETS:
                place = place_of(text, found.start())
                cure = "give inner parts a name on a line of their own"
                raise FormulaError(*place, f"more than {MOST_BRACKETS} brackets are open", cure)
        elif mark in _CLOSING:
            place = place_of(text, found.start())
            if not opened:
                raise FormulaError(*place, f"'{mark}' closes nothing", f"remove it, or open it with {_CLOSING[mark]}")
            before, start = opened.pop()
            if before != _CLOSING[mark]:
                line, column = place_of(text, start)
                message = f"'{mark}' cannot close the '{before}' of line {line}, column {column}"
                raise FormulaError(*place, message, "close with the bracket that was opened last")
    if opened:
        mark, start = opened[-1]
        cure = f"close it with {')' if mark == '(' else ']'}"
        raise FormulaError(*place_of(text, start), f"'{mark}' is never closed", cure)
