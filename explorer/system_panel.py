"""The card of the system: which one, what it says, and the text that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from core.language import latex

from .card import Card
from .equation_echo import EquationEcho
from .formula_editor import FormulaEditor
from .labels import ElidedButton, label, link_button, set_text

if TYPE_CHECKING:
    from core.language import FormulaError, System

    from .theme import Theme


_CHEVRON = 44
"""Pixels of the chooser beside its text."""


class SystemPanel(Card):
    """Shows the document's text; an error stands below it in words, with the button that cures it."""

    gallery_asked = Signal()
    help_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("System")
        self._chooser = ElidedButton(room=_CHEVRON)
        self._chooser.setObjectName("chooser")
        self._chooser.setToolTip("Choose one of the prepared systems (Ctrl+G)")
        self._chooser.setAccessibleName("Gallery of systems")
        self._chooser.clicked.connect(self.gallery_asked)
        self._echo = EquationEcho()
        self.editor = FormulaEditor(theme)
        self._sentence = label("", "error", wrap=True)
        self._cure = QPushButton()
        self._cure.setProperty("role", "offer")
        self._cure.clicked.connect(self._define)
        self._unknown = ""
        for widget in (self._chooser, self._echo, self.editor, self._sentence, self._cure):
            self.body.addWidget(widget)
        help_link = link_button("?", "How to write equations (F1)")
        help_link.setAccessibleName("Help on the formula language")
        help_link.clicked.connect(self.help_asked)
        self.add_to_header(help_link)
        self.show_error(None)

    @property
    def chooser(self) -> QPushButton:
        """The button under which the gallery opens."""
        return self._chooser

    @property
    def sentence(self) -> str:
        """What is said about the text; empty where it is in force."""
        return self._sentence.text()

    def show_system(self, system: System, title: str) -> None:
        """Show another system in force."""
        self._chooser.show_text(title)
        self._echo.show_lines(latex(system))
        self.editor.show_names(system)

    def show_draft(self, text: str, error: FormulaError | None) -> None:
        """Show the text as it was last left, and its error."""
        self.editor.show_text(text)
        self.show_error(error)

    def show_error(self, error: FormulaError | None) -> None:
        """Say what is wrong and where; None: nothing is."""
        self.editor.show_error(error)
        self._echo.set_stale(error is not None)
        set_text(self._sentence, "" if error is None else str(error))
        self._sentence.setVisible(error is not None)
        self._unknown = "" if error is None or error.unknown is None else error.unknown
        self._cure.setText(f"Make slider {self._unknown} = 1")
        self._cure.setVisible(bool(self._unknown))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self.editor.apply_theme(theme)
        self._echo.recolour()

    def _define(self) -> None:
        text = self.editor.toPlainText().rstrip("\n")
        self.editor.setPlainText(f"{text}\n{self._unknown} = 1\n")
