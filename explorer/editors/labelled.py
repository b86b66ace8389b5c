"""A line with a name on the left and an editor on the right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from ..labels import label


class Labelled(QWidget):
    """The name is the editor's label for keyboards and screen readers; its tooltip is the help."""

    def __init__(self, name: str, *editors: QWidget, help: str = "") -> None:
        super().__init__()
        self.name: QLabel = label(name)
        self.name.setBuddy(editors[0])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.name)
        layout.addStretch(1)
        for editor in editors:
            layout.addWidget(editor)
            if not editor.accessibleName():
                editor.setAccessibleName(name)
        self.setToolTip(help)


def choice_box(options: tuple[tuple[str, str], ...]) -> QComboBox:
    """A combo box of (value, text) pairs that the wheel does not change by accident."""
    box = QComboBox()
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for value, text in options:
        box.addItem(text, value)
    return box


def headed_box(groups: Mapping[str, tuple[tuple[str, str], ...]]) -> QComboBox:
    """A choice box whose (value, text) pairs stand under headings, which cannot be chosen."""
    box = choice_box(())
    for heading, options in groups.items():
        box.addItem(heading.upper())
        item = box.model().item(box.count() - 1)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        for value, text in options:
            box.addItem(text, value)
    return box


def choose(box: QComboBox, value: object) -> None:
    """Show the option that stands for `value`."""
    box.setCurrentIndex(box.findData(value))


def refuse_option(box: QComboBox, value: object, reason: str) -> None:
    """Grey out an option and say why in its tooltip."""
    index = box.findData(value)
    item = box.model().item(index)
    item.setEnabled(False)
    box.setItemData(index, reason, Qt.ItemDataRole.ToolTipRole)


def offer_option(box: QComboBox, value: object) -> None:
    """Let an option be chosen that was greyed out."""
    index = box.findData(value)
    box.model().item(index).setEnabled(True)
    box.setItemData(index, None, Qt.ItemDataRole.ToolTipRole)
