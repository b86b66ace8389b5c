"""Syntax colours of the formula language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

if TYPE_CHECKING:
    from .theme import Theme

_WORDS = (
    "start",
    "view",
    "in",
    "log",
    "step",
    "unit",
    "solve",
    "minimise",
    "over",
    "subject",
    "to",
    "when",
    "flow",
    "data",
    "learn",
    "module",
    "seed",
)
_OF_EVENTS = r"\b(?:falling|rising)\b(?=\s*:)|(?<=:)\s*stop\b"
"""Words that mean something beside the colon of an event only."""


class FormulaHighlighter(QSyntaxHighlighter):
    """Colours by kind of token, not by meaning: it runs on every key, long before the parser."""

    def __init__(self, document: QTextDocument, functions: tuple[str, ...], theme: Theme) -> None:
        super().__init__(document)
        called = "|".join(functions)
        self._patterns = {
            "keyword": re.compile(rf"\b(?:{'|'.join(_WORDS)})\b|\bdW\b|{_OF_EVENTS}"),
            "function": re.compile(rf"\b({called})\b(?=\s*\()"),
            "number": re.compile(r"(?<![\w.])\d+\.?\d*(?:[eE][+-]?\d+)?"),
            "derivative": re.compile(r"\w+'|d\w+/dt"),
            "string": re.compile(r'"[^"]*"?'),
            "comment": re.compile(r"#.*"),
        }
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take over colours."""
        colours = {
            "keyword": theme.violet,
            "function": theme.accent,
            "number": theme.amber,
            "derivative": theme.text,
            "string": theme.teal,
            "comment": theme.muted,
        }
        for kind, colour in colours.items():
            look = QTextCharFormat()
            look.setForeground(QColor(colour))
            if kind == "derivative":
                look.setFontWeight(QFont.Weight.DemiBold)
            self._formats[kind] = look
        self.rehighlight()

    @override
    def highlightBlock(self, text: str) -> None:
        for kind, pattern in self._patterns.items():  # later kinds paint over earlier ones
            for match in pattern.finditer(text):
                self.setFormat(match.start(), match.end() - match.start(), self._formats[kind])
