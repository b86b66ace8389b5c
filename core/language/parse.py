"""`parse`: a text to a system, or a sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from functools import lru_cache

from .characters import check_text
from .check import check
from .reading import read, title_of
from .system import System


def parse(text: str) -> System:
    """The checked system that `text` describes.

    Raises FormulaError with line, column and cure; nothing in the text is ever run.
    """
    return _parsed(check_text(text))


@lru_cache(maxsize=256)
def _parsed(text: str) -> System:
    return check(read(text), text, title_of(text))
