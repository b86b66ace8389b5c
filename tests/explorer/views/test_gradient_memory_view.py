"""The view of what gradients keep: lines on either kind of axes, laws in words, the menu, and the table."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as fixed
import frames
import numpy as np
import pytest
from pictures import colour_near, empty_notes, shown
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from core.readings import GradientMemory, MemoryLaw, MemoryLine
from explorer.theme import DARK, LIGHT
from explorer.views.gradient_marks import method_colour
from explorer.views.gradient_memory import GradientMemoryView
from explorer.views.memory_courses import continued, law_words, short_law

DEPTH = np.array([2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0])


@pytest.fixture
def memory() -> GradientMemory:
    unrolled = MemoryLine("unrolled", "unrolled", 12_000 + 2_000 * DEPTH, MemoryLaw("linear", 12e3, 2e3), exact=False)
    implicit = MemoryLine("implicit", "implicit, dense", np.full(7, 216e3), MemoryLaw("constant", 216e3))
    refused = MemoryLine("other", "another one", np.full(7, np.nan), note="it wants another solver")
    lines = (implicit, unrolled, refused)
    return GradientMemory("fixed point", "plain iteration", 10, 50, "float32", ("W",), 21, 15.0, DEPTH, lines, 21)


@pytest.fixture
def view(qtbot: QtBot, memory: GradientMemory) -> GradientMemoryView:
    return shown(qtbot, GradientMemoryView(), frames.rotation(), fixed.frame(memory), (620, 300))


def test_lines_are_where_the_bytes_are(view: GradientMemoryView) -> None:
    implicit, unrolled = (method_colour(DARK, name) for name in ("implicit", "unrolled"))
    assert colour_near(view, np.log10(80.0), np.log10(172e3), unrolled, 3, 60)
    assert colour_near(view, np.log10(5.0), np.log10(216e3), implicit, 3, 60)
    assert (view.plot.bottom.labelText, view.plot.left.labelText) == ("iterations K", "bytes kept")
    view._axes.buttons()[1].click()
    view.grab()
    assert colour_near(view, 80.0, 172e3, unrolled, 3, 60)
    assert colour_near(view, 5.0, 216e3, implicit, 3, 60)
    (low, _), _ = view.box.rectangle()
    assert low <= 0.0
    assert not view.plot.bottom.logarithmic
    view._axes.buttons()[0].click()
    assert view.plot.left.logarithmic


def test_the_table_beside_the_plot_has_the_laws_in_words(view: GradientMemoryView) -> None:
    rows = {row.name: row for row in view.figures.rows()}
    assert _plain(rows["unrolled"].figures[0]) == "12 000 + 2 000 K"
    assert _plain(rows["implicit, dense"].figures[0]) == "216 000"
    assert rows["another one"].figures == ("–",)
    assert "it wants another solver" in rows["another one"].hint
    assert view.figures.accessibleDescription().startswith("implicit, dense: bytes, float32")
    assert view.chips.text("batch") == "10 × 50 float32"


def test_a_number_under_the_mouse(qtbot: QtBot, view: GradientMemoryView) -> None:
    x, y = view.box.projection().pixels(np.log10([[80.0, 172e3]]))[0].tolist()
    with qtbot.waitSignal(view.readout) as told:
        view.box.hover_moved.emit(QPointF(x, y))
    assert _plain(told.args[0]) == "unrolled   K = 80   172 000 bytes   12 000 + 2 000 K bytes"
    x, y = view.box.projection().pixels(np.log10([[10.0, 216e3]]))[0].tolist()
    with qtbot.waitSignal(view.readout) as told:
        view.box.hover_moved.emit(QPointF(x, y))
    assert _plain(told.args[0]) == "implicit, dense   K = 10   216 000 bytes   the same for every K"


def test_the_menu_hides_a_line(view: GradientMemoryView) -> None:
    entries = {entry.text(): entry for entry in view._menu.entries()}
    entries["unrolled"].trigger()
    view.grab()
    assert not colour_near(view, np.log10(20.0), np.log10(52e3), method_colour(DARK, "unrolled"), 3, 60)
    assert "unrolled" not in [row.name for row in view.figures.rows()]


def test_the_menu_has_the_methods_of_the_system_alone(view: GradientMemoryView, memory: GradientMemory) -> None:
    line = MemoryLine("discrete", "through the solver", 100.0 * DEPTH)
    view.draw(fixed.frame(replace(memory, about="trajectory", lines=(line,))))
    assert [entry.text() for entry in view._menu.entries() if entry.isVisible()] == ["through the solver"]
    assert view.plot.bottom.labelText == "steps N"


def test_a_sentence_where_there_is_nothing(qtbot: QtBot, memory: GradientMemory) -> None:
    view = shown(qtbot, GradientMemoryView(), frames.rotation())
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    nothing = replace(memory, depth=np.empty(0), lines=(), note="in 4 steps the trajectory ended: reduce the step")
    view.draw(fixed.frame(nothing))
    assert view._note.text == "In 4 steps the trajectory ended: reduce the step."
    assert view.table().columns == {}


def test_measured_again_the_picture_stays_until_it_is_another(memory: GradientMemory) -> None:
    first = replace(
        memory,
        depth=DEPTH[:2],
        lines=tuple(replace(line, kept=line.kept[:2], law=None) for line in memory.lines),
        done=5,
        now=17.0,
    )
    assert continued(None, first) is first
    again = continued(memory, first)
    assert (again.now, again.done, again.depth.tolist()) == (17.0, 21, DEPTH.tolist())
    twice = replace(first, lines=tuple(replace(line, kept=2 * line.kept) for line in first.lines))
    assert continued(memory, twice) is twice
    assert continued(memory, replace(first, dtype="float64")).dtype == "float64"
    assert continued(memory, replace(memory, now=3.0)).now == 3.0


def test_all_that_is_measured_or_seen_as_columns(view: GradientMemoryView) -> None:
    columns = view.table().columns
    assert list(columns) == ["method", "iterations", "bytes", "law", "note"]
    assert len(columns["bytes"]) == 3 * len(DEPTH)
    seen = view.table(visible_only=True).columns
    assert len(seen["bytes"]) == 2 * len(DEPTH)
    assert set(seen["method"]) == {"unrolled", "implicit, dense"}


def test_a_card_that_holds_no_rows_asks_for_room_once(qtbot: QtBot) -> None:
    view = shown(qtbot, GradientMemoryView(), frames.rotation())
    view.resize(400, 190)
    for _ in range(3):
        view.arrange()
        assert view.minimumHeight() == view.lowest


def test_another_theme(view: GradientMemoryView) -> None:
    view.apply_theme(LIGHT)
    view.grab()
    assert colour_near(view, np.log10(80.0), np.log10(172e3), method_colour(LIGHT, "unrolled"), 3, 60)


def test_laws_in_words() -> None:
    def words(law: MemoryLaw | None) -> str:
        return _plain(law_words(law, "N"))

    assert words(None) == ""
    assert words(MemoryLaw("constant", 24.0)) == "24 bytes"
    assert words(MemoryLaw("constant", 24.0, off=0.01)) == "about 24 bytes, off by 1 % at most"
    assert words(MemoryLaw("linear", 0.0, 24e3)) == "24 000 N bytes"
    assert words(MemoryLaw("linear", -8.0, 144.0)) == "144 N − 8 bytes"
    assert words(MemoryLaw("root", 104.96, 11.257, 0.0157)) == "about 105 + 11 √N bytes, off by 1.6 % at most"
    assert words(MemoryLaw("between", 10.0, 1900.0)) == "between 10 and 1 900 bytes"
    assert _plain(short_law(MemoryLaw("root", 104.96, 11.257, 0.0157), "N")) == "≈ 105 + 11 √N"


def _plain(text: str) -> str:
    """With the spaces of a keyboard."""
    return text.replace("\u202f", " ")
