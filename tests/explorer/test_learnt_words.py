"""The words of lines for training, in the editor."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from core.language import parse
from explorer.formula_editor import FormulaEditor
from explorer.formula_highlighter import FormulaHighlighter
from explorer.theme import DARK


def test_learn_and_flow_are_coloured(qtbot: QtBot) -> None:  # noqa: ARG001 - colours need an application
    document = QTextDocument("learn W = learned\nflow normal(2)")
    highlighter = FormulaHighlighter(document, ("sin",), DARK)
    keyword = highlighter._formats["keyword"].foreground().color()
    for block, length in ((document.firstBlock(), 5), (document.lastBlock(), 4)):
        formats = block.layout().formats()
        assert [(one.start, one.length) for one in formats if one.format.foreground().color() == keyword] == [
            (0, length)
        ]


def test_tensors_are_offered(qtbot: QtBot) -> None:
    editor = FormulaEditor(DARK)
    qtbot.addWidget(editor)
    text = 'z\' = Weights z + shift_by*b\nz in R^2\nlearn Weights = eye(2)\nshift_by = 1\nb = data "b"'
    editor.show_names(parse(text, {"b": [1.0, 2.0]}))
    assert {"Weights", "b", "shift_by", "z[1]"} <= set(editor._names.stringList())
