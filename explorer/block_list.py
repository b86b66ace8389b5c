"""The blocks of a network below each other, and a choice of those that can be added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from . import icons
from .block_row import BlockRow
from .editors.labelled import choice_box, offer_option, refuse_option
from .labels import label, row

if TYPE_CHECKING:
    from core.network_block import Block

MOST = 16
"""Blocks of a network."""
_SEEN = 24
"""Pixels of the next row that are scrolled into sight with the present one."""


class BlockList(QWidget):
    """Holds the list; `changed` tells of every edit."""

    changed = Signal()
    refused = Signal(str)
    """A sentence about a number that does not fit; empty once it is fine again."""

    def __init__(self, kinds: Mapping[str, type[Block]]) -> None:
        super().__init__()
        self._kinds = kinds
        self._rows: list[BlockRow] = []
        self.touched = False
        """Whether a person has changed the list since it was shown."""
        self.kind_box = choice_box(tuple((name, kind.title) for name, kind in kinds.items()))
        self.kind_box.setAccessibleName("Kind of block to add")
        self.add_button = QPushButton("Add")
        self.add_button.setAutoDefault(False)
        self.add_button.setToolTip("Add a block of this kind at the end")
        self.add_button.clicked.connect(self._add)
        self._empty = label("No block: the right-hand side is one linear map.", "muted", wrap=True)
        self._column = QWidget()
        self._column.setObjectName("column")
        self._lines = QVBoxLayout(self._column)
        self._lines.setContentsMargins(0, 0, 6, 0)
        self._lines.setSpacing(4)
        self._lines.addWidget(self._empty)
        self._lines.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._column)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._scroll, 1)
        adding = row(self.kind_box, self.add_button)
        adding.setStretch(0, 1)
        layout.addLayout(adding)

    def blocks(self) -> tuple[Block, ...]:
        """The blocks from first to last."""
        return tuple(line.block for line in self._rows)

    def show_blocks(self, blocks: Sequence[Block]) -> None:
        """Show other blocks, which nobody has touched."""
        self._fill(blocks)
        self.touched = False

    def refuse_kinds(self, reasons: Mapping[str, str]) -> None:
        """Say of kinds of blocks why they cannot be added; all others can."""
        for name in self._kinds:
            if reasons.get(name):
                refuse_option(self.kind_box, name, reasons[name])
            else:
                offer_option(self.kind_box, name)
        item = self.kind_box.model().item(self.kind_box.currentIndex())
        if not item.isEnabled():
            self.kind_box.setCurrentIndex(next(k for k, name in enumerate(self._kinds) if not reasons.get(name)))

    def _fill(self, blocks: Sequence[Block]) -> None:
        for line in self._rows:
            self._lines.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._rows = [BlockRow(block, place, place == len(blocks) - 1) for place, block in enumerate(blocks)]
        for place, line in enumerate(self._rows):
            self._lines.insertWidget(place, line)
            line.edited.connect(self._edit)
            line.moved.connect(self._move)
            line.removed.connect(self._remove)
            line.refused.connect(self.refused)
        self._empty.setVisible(not blocks)
        self.add_button.setEnabled(len(blocks) < MOST)
        self.touched = True
        icons.dress(self._column)
        self.refused.emit("")

    def _add(self) -> None:
        self._fill([*self.blocks(), self._kinds[self.kind_box.currentData()]()])
        self._look_at(self._rows[-1])
        self.changed.emit()

    def _edit(self) -> None:
        self.touched = True
        self.changed.emit()

    def _move(self, line: BlockRow, by: int) -> None:
        place, blocks = self._rows.index(line), list(self.blocks())
        blocks[place], blocks[place + by] = blocks[place + by], blocks[place]
        self._fill(blocks)
        moved = self._rows[place + by]
        wanted, other = (moved.up, moved.down) if by < 0 else (moved.down, moved.up)
        (wanted if wanted.isEnabled() else other).setFocus()
        self._look_at(moved)
        self.changed.emit()

    def _remove(self, line: BlockRow) -> None:
        place, blocks = self._rows.index(line), list(self.blocks())
        del blocks[place]
        self._fill(blocks)
        if self._rows:
            self._rows[min(place, len(self._rows) - 1)].away.setFocus()
        else:
            self.kind_box.setFocus()
        self.changed.emit()

    def _look_at(self, line: BlockRow) -> None:
        self._lines.activate()
        self._column.adjustSize()
        self._scroll.ensureWidgetVisible(line, 0, _SEEN)
