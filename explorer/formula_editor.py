"""The text of the system: colours, completion, and the place of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QCompleter, QPlainTextEdit, QTextEdit
from typing_extensions import override

from core.language import FUNCTIONS, GREEK

from .editors.undo_keys import asks_for_undo
from .formula_highlighter import FormulaHighlighter

if TYPE_CHECKING:
    from core.language import FormulaError, System

    from .theme import Theme

_PAUSE = 120
"""Milliseconds without a key after which the text is read; with the parser well within the promised 200."""
_COMPLETE_FROM = 2
_LINES = (4, 9)


class FormulaEditor(QPlainTextEdit):
    """Emits `text_edited` after a pause in typing. Undo is the document's: the text is part of its history."""

    text_edited = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "formula")
        self.setAccessibleName("Equations")
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setPlaceholderText("x' = y\ny' = -x")
        self._error_colour = QColor(theme.rose)
        self._highlighter = FormulaHighlighter(self.document(), tuple(FUNCTIONS), theme)
        self._names = QStringListModel(self)
        self._completer = self._made_completer()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._report)
        self.textChanged.connect(self._pause.start)
        self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        self._fit_height()

    def show_text(self, text: str) -> None:
        """Show the document's text, keeping the cursor where it is as far as possible."""
        if text != self.toPlainText():
            position = self.textCursor().position()
            self.setPlainText(text)
            cursor = self.textCursor()
            cursor.setPosition(min(position, len(text)))
            self.setTextCursor(cursor)
        self._pause.stop()

    def show_error(self, error: FormulaError | None) -> None:
        """Underline the place of the error."""
        invalid = error is not None
        if invalid != bool(self.property("invalid")):
            self.setProperty("invalid", invalid)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setExtraSelections([] if error is None else [self._underline(error)])

    def show_names(self, system: System) -> None:
        """Offer the names of this system for completion, besides functions and Greek letters."""
        entries = (component.rpartition(" ")[2] for component in system.components)  # z of re z and im z
        own = [*entries, *system.sources, *(helper.name for helper in system.helpers)]
        noise = ("dW",) if system.kind == "ode" else ()
        self._names.setStringList(sorted({*own, *noise, *FUNCTIONS, *GREEK}, key=str.lower))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._error_colour = QColor(theme.rose)
        self._highlighter.set_theme(theme)

    def _made_completer(self) -> QCompleter:
        completer = QCompleter(self._names, self)
        completer.setWidget(self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.popup().setObjectName("popup")
        completer.activated.connect(self._complete)
        return completer

    def _report(self) -> None:
        self.text_edited.emit(self.toPlainText())

    def _fit_height(self) -> None:
        lines = min(max(round(self.document().size().height()), _LINES[0]), _LINES[1])  # wrapped lines count too
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * int(self.document().documentMargin()) + 12)

    def _underline(self, error: FormulaError) -> QTextEdit.ExtraSelection:
        block = self.document().findBlockByNumber(error.line - 1)
        column = min(max(error.column - 1, 0), max(0, block.length() - 1))
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + column)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
        if not cursor.hasSelection():  # past the last character there is nothing to underline but the one before
            forward = column < block.length() - 1
            move = QTextCursor.MoveOperation.NextCharacter if forward else QTextCursor.MoveOperation.PreviousCharacter
            cursor.movePosition(move, QTextCursor.MoveMode.KeepAnchor)
        selection = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(self._error_colour)
        selection.format = look
        selection.cursor = cursor
        return selection

    def _word(self) -> str:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.StartOfWord, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText()

    def _complete(self, name: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.StartOfWord, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(name + "(" if name in FUNCTIONS else name)
        self.setTextCursor(cursor)

    def _offer(self, word: str) -> None:
        self._completer.setCompletionPrefix(word)
        model = self._completer.completionModel()
        only_itself = model.rowCount() == 1 and model.index(0, 0).data() == word
        if model.rowCount() == 0 or only_itself:
            self._completer.popup().hide()
            return
        self._completer.popup().setCurrentIndex(model.index(0, 0))
        place = self.cursorRect()
        place.setWidth(180)
        self._completer.complete(place)

    @override
    def event(self, event: QEvent) -> bool:
        if not asks_for_undo(event):
            return super().event(event)
        if self._pause.isActive():  # what was typed last is a step of its own
            self._pause.stop()
            self._report()
        event.ignore()
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self._completer.popup()
        if popup.isVisible() and event.key() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Tab,
            Qt.Key.Key_Escape,
        ):
            event.ignore()  # the popup's: choose or close
            return
        asked = event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not asked:
            super().keyPressEvent(event)
        word = self._word()
        typed = bool(event.text()) and event.text().isprintable()
        if asked or (typed and len(word) >= _COMPLETE_FROM and not word[0].isdigit()):
            self._offer(word)
        else:
            popup.hide()
