"""The question before a Python file runs for the first time: where it is, what it says, and what running it means."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextOption
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from .labels import label

if TYPE_CHECKING:
    from core.module_file import ModuleSource

_SIZE = QSize(820, 620)
FORBIDDEN = 2
"""How it ends where a person says no; closed without an answer it changes nothing, which is no as well."""
_ROOM = 60
"""Pixels that the window stays larger than the dialog."""
_WARNING = (
    "It runs as a program with your rights: it can read, change, delete and send whatever you can. "
    "Run it only if you understand what stands below, and trust who wrote it."
)


class TrustDialog(QDialog):
    """Shows a file as it was read; what is shown is what would run. Its default answer is no."""

    def __init__(self, source: ModuleSource, why: str, allowed: bool, parent: QWidget) -> None:
        """why: a sentence about the occasion. allowed: it may run already, and could be forbidden."""
        super().__init__(parent)
        self.setWindowTitle(f"Run {source.name}?" if not allowed else f"{source.name} may run")
        shown, odd = visible(source.text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(10)
        layout.addWidget(label(why, "heading", wrap=True))
        layout.addWidget(label(_WARNING, "warning", wrap=True))
        layout.addLayout(_facts(source))
        if odd:
            sentence = f"{odd} characters that cannot be seen, or turn the text around, are shown as ⟨U+…⟩."
            layout.addWidget(label(sentence, "error", wrap=True))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("The file's text")
        self.text.setReadOnly(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)  # nothing hides beyond the edge
        self.text.setProperty("role", "code")
        self.text.setFont(_plain_font())
        self.text.setTabStopDistance(4 * QFontMetricsF(_plain_font()).horizontalAdvance(" "))
        self.text.setPlainText(shown)
        layout.addWidget(self.text, 1)
        layout.addWidget(self._buttons(allowed))
        (self.yes if allowed else self.no).setFocus()
        self.resize(_SIZE.boundedTo(parent.size() - QSize(_ROOM, _ROOM)))

    def _buttons(self, allowed: bool) -> QDialogButtonBox:
        box, role = QDialogButtonBox(), QDialogButtonBox.ButtonRole
        self.yes = box.addButton("Keep it allowed" if allowed else "Run it", role.AcceptRole)
        self.no = box.addButton("Do not run it any more" if allowed else "Do not run", role.RejectRole)
        default = self.yes if allowed else self.no
        for button in (self.yes, self.no):
            button.setAutoDefault(button is default)
            button.setDefault(button is default)
        box.accepted.connect(self.accept)
        self.no.clicked.connect(self._forbid)
        return box

    def _forbid(self) -> None:
        self.done(FORBIDDEN)


def _plain_font() -> QFont:
    """Every character by itself: a font that draws -> as an arrow shows other signs than there are."""
    font = QFont("JetBrains Mono", -1)
    font.setPixelSize(12)
    for ligatures in ("liga", "calt"):
        font.setFeature(QFont.Tag(ligatures), 0)
    return font


def _facts(source: ModuleSource) -> QGridLayout:
    """Where the file is, and the hash of its content, in fields that can be copied from."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    for row, (name, text) in enumerate((("File", visible(source.path)[0]), ("SHA-256", source.sha256))):
        field = QLineEdit(text)
        field.setReadOnly(True)
        field.setCursorPosition(0)
        field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        field.setProperty("role", "fact")
        field.setAccessibleName(name)
        grid.addWidget(label(name, "muted"), row, 0)
        grid.addWidget(field, row, 1)
    return grid


def visible(text: str) -> tuple[str, int]:
    """A text with every character that has no picture of its own written out, and how many there were.

    A file must not read otherwise than it runs: marks of direction could show its words in another order.
    """
    parts = [_visible(character) for character in text.replace("\r\n", "\n")]
    return "".join(parts), sum(len(part) > 1 for part in parts)


def _visible(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp"):
        return character
    return f"⟨U+{ord(character):04X}⟩"
