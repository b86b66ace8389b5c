"""Help names what is there: every control that its sections on ensembles and maps speak of has that name."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QTextBrowser, QWidget

from core import presets
from core.ensemble_picture import _MOST_PLACED
from core.experiment import Ensemble
from core.language import parse
from core.parameter import Range
from explorer.actions import COMMANDS
from explorer.ensemble_panel import EnsemblePanel
from explorer.help_learning import LEARNING_HEADING
from explorer.help_page import HelpWindow, help_text
from explorer.layer_panel import LayerPanel
from explorer.views.orbit_diagram import OrbitDiagramView
from explorer.views.plane_basins import basins_layer
from explorer.views.plane_ensemble import LAYERS

SECTIONS = (
    "Follow very many trajectories",
    "See where every start ends",
    "See what a map settles to",
    "See whether a gradient is to be trusted",
)


@pytest.mark.parametrize("title", SECTIONS)
def test_there_is_a_section(title: str) -> None:
    assert f"\n# {title}\n" in help_text()


def test_sections_are_headings_of_the_page(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    document = HelpWindow("Help", help_text(), parent).findChild(QTextBrowser).document()
    blocks = (document.findBlockByNumber(number) for number in range(document.blockCount()))
    headings = [block.text() for block in blocks if block.blockFormat().headingLevel()]
    assert set(SECTIONS) < set(headings)


def test_it_opens_at_a_heading(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    window = HelpWindow("Help", help_text(), parent, LEARNING_HEADING)
    window.show()
    page = window.findChild(QTextBrowser)
    assert page.cursorForPosition(QPoint(5, 5)).block().text() == LEARNING_HEADING
    assert not page.textCursor().hasSelection()


def test_what_it_calls_by_name_has_that_name(qtbot) -> None:
    text, panel, layers = help_text(), EnsemblePanel(), LayerPanel()
    for widget in (panel, layers):
        qtbot.addWidget(widget)
    named = [panel.title, layers.title, basins_layer(visible=True).title, *(layer.title for layer in LAYERS)]
    named += [OrbitDiagramView.title, panel.box.reset.text()]
    named += [parse(presets.load_preset(name)[0].text).title for name in ("newton_cubic", "julia")]
    assert [name for name in named if f"*{name}*" not in text] == []
    keys = {command.name: command.keys for command in COMMANDS}
    assert (keys["view_back"], keys["fit"]) == (("Alt+Left",), ("Home",))


def test_its_numbers_are_those_of_the_program() -> None:
    hints = get_type_hints(Ensemble, include_extras=True)
    most = next(mark.hi for mark in hints["count"].__metadata__ if isinstance(mark, Range))
    words = " ".join(help_text().split())
    assert f"follows up to {most:,} trajectories".replace(",", " ") in words
    assert f"shows up to {_MOST_PLACED:,} of them".replace(",", " ") in words
    assert OrbitDiagramView.components == range(1, 7)
    assert "up to six real components" in words
