"""The orbit diagram: what it shows, the line that is the slider, and the way into it and back."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import map_frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, empty_notes, pixels
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, SliderRange
from core.language import parse
from explorer import edits
from explorer.document import Document
from explorer.editors.drag import next_drag
from explorer.interaction import Interaction
from explorer.stage import Stage, fitting
from explorer.theme import DARK, LIGHT
from explorer.views import views
from explorer.views.orbit_diagram import OrbitDiagramView
from explorer.views.orbit_picture import diagram_pixels

TEXT = "# Logistic\nz <- r*z*(1 - z) + 0*s\nr = 3.5 in [2.5, 4]\ns = 1 in [0, 2]\nstart (0.3)\nview z [0, 1]\n"
WIDE = TEXT.replace("view z [0, 1]\n", "")


def prepared(qtbot: QtBot, text: str = TEXT) -> OrbitDiagramView:
    view = OrbitDiagramView()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.resize(640, 460)
    view.show()
    view.reset(Experiment(text), parse(text))
    view.show_experiment(Experiment(text), parse(text))
    settle(view)
    return view


def settle(view: OrbitDiagramView) -> None:
    """Lay out until the axes have the width of their numbers."""
    for _ in range(3):
        view.grab()
        QApplication.processEvents()


def of_view(view: OrbitDiagramView, step: int = 1) -> object:
    """The diagram that the view asks for."""
    seen = view.viewport()
    return map_frames.logistic(seen.x_range, seen.y_range, seen.pixels, step)


@pytest.fixture
def diagram(qtbot: QtBot) -> OrbitDiagramView:
    view = prepared(qtbot)
    view.draw(frames.frame(of_view(view)))
    settle(view)
    return view


def test_orbits_lie_where_they_are(diagram: OrbitDiagramView) -> None:
    for r in (2.6, 2.8, 2.95):
        assert colour_near(diagram, r, 1 - 1 / r, DARK.density[-1][1], reach=1, tolerance=60)
    z = (3.2 + 1 + np.array([1, -1]) * np.sqrt((3.2 - 3) * (3.2 + 1))) / (2 * 3.2)  # the cycle of period 2
    for value in z:
        assert colour_near(diagram, 3.2, value, DARK.density[-1][1], reach=1, tolerance=60)
    assert colour_near(diagram, 3.2, 1 - 1 / 3.2, DARK.card, reach=1, tolerance=2)


def test_a_single_visit_stands_out_in_both_themes() -> None:
    found = map_frames.logistic()
    for theme in (DARK, LIGHT):
        colours = diagram_pixels(found, theme)
        light = np.stack([(colours >> shift) & 255 for shift in (16, 8, 0)], axis=-1).sum(axis=-1).astype(float)
        card = light[found.visits == 0]
        assert np.ptp(card) == 0
        once, often = light[found.visits == 1].mean(), light[found.visits > 50].mean()
        assert abs(once - card[0]) > 30
        assert abs(often - card[0]) > 2 * abs(once - card[0])


def test_the_header_tells_the_period_at_the_sliders_value(diagram: OrbitDiagramView) -> None:
    assert diagram.chips.text("period") == "period 4 at r = 3.5"
    for value, words in ((3.2, "period 2"), (2.7, "period 1"), (3.9, "no period up to 64")):
        diagram.show_experiment(Experiment(TEXT, {"r": value}), parse(TEXT))
        assert diagram.chips.text("period") == f"{words} at r = {value:g}"
    diagram.draw(frames.frame(of_view(diagram, step=4)))
    assert diagram.chips.text("coarse") == ""


def test_a_coarse_diagram_gives_way_but_never_takes_over_of_the_same(diagram: OrbitDiagramView) -> None:
    sharp = diagram._diagram
    diagram.show_experiment(Experiment(TEXT, {"r": 3.1}), parse(TEXT))  # its own parameter changes nothing
    diagram.draw(frames.frame(of_view(diagram, step=8)))
    assert diagram._diagram is sharp
    diagram.show_experiment(Experiment(TEXT, {"r": 3.1, "s": 0.5}), parse(TEXT))
    diagram.draw(frames.frame(of_view(diagram, step=8)))
    assert diagram.chips.text("coarse") == "step 8"
    diagram.draw(frames.frame(of_view(diagram)))
    assert diagram.chips.text("coarse") == ""


def test_a_dragged_region_fills_the_plot_and_back_returns(diagram: OrbitDiagramView) -> None:
    whole = diagram.box.rectangle()
    assert not diagram._gestures.back.isEnabled()
    asked: list[bool] = []
    diagram.viewport_changed.connect(lambda: asked.append(True))
    mouse.drag(diagram, (3.7, 0.9), (3.9, 0.3), button=Qt.MouseButton.RightButton)
    (left, right), (bottom, top) = diagram.box.rectangle()
    assert (left, right) == pytest.approx((3.7, 3.9), abs=0.006)
    assert (bottom, top) == pytest.approx((0.3, 0.9), abs=0.006)
    assert asked
    assert diagram.viewport().x_range == (left, right)
    assert not diagram._image.empty  # the old picture, larger, until the new one is there
    assert diagram._gestures.back.isEnabled()
    diagram._gestures.back.click()
    assert diagram.box.rectangle() == whole
    assert not diagram._gestures.back.isEnabled()


def test_the_zoom_button_gives_the_left_button_to_regions(diagram: OrbitDiagramView) -> None:
    diagram._gestures.zoom.click()
    mouse.drag(diagram, (3.0, 0.2), (3.3, 0.6))
    (left, right), (bottom, top) = diagram.box.rectangle()
    assert (left, right) == pytest.approx((3.0, 3.3), abs=0.006)
    assert (bottom, top) == pytest.approx((0.2, 0.6), abs=0.006)
    diagram._gestures.zoom.click()
    mouse.drag(diagram, (3.2, 0.4), (3.1, 0.4))
    assert diagram.box.rectangle()[0] == pytest.approx((3.1, 3.4), abs=0.006)  # it pans again


def test_a_click_is_no_region(diagram: OrbitDiagramView) -> None:
    menus: list[object] = []
    diagram.context_menu_requested.connect(menus.append)
    before = diagram.box.rectangle()
    mouse.click(diagram, 3.0, 0.2, Qt.MouseButton.RightButton)
    assert len(menus) == 1
    assert diagram.box.rectangle() == before


def test_the_mouse_reads_period_and_visits(diagram: OrbitDiagramView) -> None:
    texts: list[str] = []
    diagram.readout.connect(texts.append)
    mouse.hover(diagram, 2.8, 1 - 1 / 2.8)
    parts = dict(part.split(" = ") for part in texts[-1].split("   ")[:2])
    assert float(parts["r"]) == pytest.approx(2.8, abs=0.003)
    assert float(parts["z"]) == pytest.approx(1 - 1 / 2.8, abs=0.004)
    assert "   period 1" in texts[-1]
    mouse.hover(diagram, 2.8, 0.1)
    assert "visited" not in texts[-1]


def test_dragging_the_line_moves_the_slider_as_one_undo_step(qtbot: QtBot) -> None:
    view = prepared(qtbot)
    document = Document(Experiment(TEXT))
    stage = Stage(document, (view,))
    interaction = Interaction(document, stage)
    document.experiment_changed.connect(lambda: view.show_experiment(document.experiment, document.system))
    document.edit(edits.set_value("r", 3.4), drag=next_drag())
    document.finish_drag()
    settled: list[bool] = []
    document.settled.connect(lambda: settled.append(True))
    mouse.drag(view, (3.4, 0.2), (3.0, 0.2), steps=6)
    value = document.experiment.values["r"]
    assert value == pytest.approx(3.0, abs=0.005)
    assert view._gestures.line.t == value
    assert len(f"{value:g}") <= 6  # as many digits as the mouse has
    assert document.undo_stack.count() == 2
    assert settled == [True]
    assert view.box.rectangle()[0] == pytest.approx((2.5, 4.0))  # the plane stays
    mouse.drag(view, (value, 0.2), (3.9, 0.2))
    document.undo_stack.undo()
    assert document.experiment.values["r"] == value
    document.undo_stack.undo()
    assert document.experiment.values["r"] == 3.4
    del interaction


def test_the_line_stays_within_its_slider(qtbot: QtBot) -> None:
    view = prepared(qtbot)
    moved: list[tuple[str, float, int]] = []
    view.parameter_dragged.connect(lambda *what: moved.append(what))
    view.show_experiment(Experiment(TEXT, ranges={"r": SliderRange(3.0, 3.6)}), parse(TEXT))
    mouse.drag(view, (3.5, 0.2), (3.9, 0.2))
    assert moved[-1][:2] == ("r", 3.6)
    assert len({drag for _, _, drag in moved}) == 1


def test_the_height_follows_the_orbits_where_the_text_does_not_say(qtbot: QtBot) -> None:
    view = prepared(qtbot, WIDE)
    for _ in range(12):
        view.draw(frames.frame(of_view(view)))
    (left, right), (bottom, top) = view.box.rectangle()
    assert (left, right) == pytest.approx((2.5, 4.0))
    assert bottom == pytest.approx(0.0, abs=0.15)
    assert top == pytest.approx(1.0, abs=0.15)
    view.box.show_rectangle(((3.0, 3.1), (0.4, 0.5)))
    view.fit()
    assert view.box.rectangle() == ((left, right), pytest.approx((bottom, top), abs=0.05))


def test_a_deep_zoom_keeps_its_digits(qtbot: QtBot) -> None:
    view = prepared(qtbot)
    centre, width = 3.5699456718, 1e-10
    view.box.show_rectangle(((centre - width, centre + width), (0.89, 0.895)))
    view.draw(frames.frame(of_view(view)))
    seen = view.viewport()
    assert seen.x_range[1] - seen.x_range[0] == pytest.approx(2 * width, rel=1e-4)
    settle(view)
    projection = view.box.projection()
    across = projection.pixels(np.array([[centre, 0.89], [centre + width / 2, 0.89]]))[:, 0] / projection.width
    assert across == pytest.approx([0.5, 0.75], abs=2e-4)
    texts: list[str] = []
    view.readout.connect(texts.append)
    at = view.plot.mapFromScene(view.box.mapToScene(projection.width / 4, 100.0))
    QTest.mouseMove(view.plot.viewport(), at + QPoint(1, 0))
    QTest.qWait(15)
    QTest.mouseMove(view.plot.viewport(), at)
    QTest.qWait(15)
    read = float(texts[-1].split("   ")[0].removeprefix("r = "))
    assert read == pytest.approx(centre - width / 2, abs=2e-12)
    title, numbers = view.plot.bottom.labelText, view.plot.bottom.tickStrings(*_ticks(view))
    assert title.startswith("r − 3.5699456")
    assert max(map(len, numbers)) <= 10
    assert len(set(numbers)) == len(numbers) > 2


def _ticks(view: OrbitDiagramView) -> tuple[list[float], float, float]:
    axis = view.plot.bottom
    ((step, values),) = axis.tickValues(*axis.range, view.box.width())
    return values, 1.0, step


def test_it_is_for_maps_with_a_parameter() -> None:
    def offered(text: str) -> list[str]:
        return [view.name for view in fitting(views(), parse(text)) if view.place == "main"]

    assert offered(TEXT) == ["cobweb", "orbit_diagram", "bifurcation", "gradient_landscape"]
    assert "orbit_diagram" not in offered("z <- cos(z)\n")
    assert "orbit_diagram" not in offered("z <- z^2 + a\nz in C\na = 0.2\n")
    assert "orbit_diagram" not in offered("0 = z^2 - c\nc = 2\nsolve z = 1\n")


def test_pickers_choose_the_parameter_and_the_component(qtbot: QtBot) -> None:
    henon = "x <- 1 - a*x^2 + y\ny <- b*x\na = 1.4 in [0, 1.4]\nb = 0.3 in [-0.5, 0.5]\nview x [-2, 2], y [-1, 1]\n"
    view = prepared(qtbot, henon)
    assert (view.viewport().x, view.viewport().y) == ("a", "x")
    pickers = view._pickers
    pickers._over.setCurrentIndex(1)
    pickers._over.activated.emit(1)
    pickers._up.setCurrentIndex(1)
    pickers._up.activated.emit(1)
    seen = view.viewport()
    assert (seen.x, seen.y, seen.x_range, seen.y_range) == ("b", "y", (-0.5, 0.5), (-1.0, 1.0))
    assert (view.plot.bottom.labelText, view.plot.left.labelText) == ("b", "y")
    view.draw(frames.frame(map_frames.logistic()))  # of other axes
    assert view._image.empty
    again = henon.replace("b = 0.3 in [-0.5, 0.5]\n", "b = 0.3 in [-1, 1]\nc = 1\n")
    view.show_experiment(Experiment(again), parse(again))
    assert view.viewport().x == "b"
    assert view.viewport().x_range == (-1.0, 1.0)


def test_the_table_holds_what_is_visited(diagram: OrbitDiagramView) -> None:
    columns = diagram.table().columns
    assert list(columns) == ["r", "period", "z", "visits"]
    assert columns["visits"].sum() == diagram._diagram.visits.sum()
    fixed = columns["r"] < 2.9
    assert np.abs(columns["z"][fixed] - (1 - 1 / columns["r"][fixed])).max() < 0.003
    assert set(columns["period"][fixed]) == {1}
    diagram.box.show_rectangle(((3.0, 3.2), (0.5, 0.9)))
    seen = diagram.table(visible_only=True).columns
    assert 0 < seen["r"].size < columns["r"].size
    assert ((seen["z"] >= 0.5) & (seen["z"] <= 0.9) & (np.abs(seen["r"] - 3.1) <= 0.1)).all()


def test_nothing_yet_then_data_then_another_theme(qtbot: QtBot) -> None:
    view = prepared(qtbot)
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    view.draw(frames.frame(of_view(view)))
    assert empty_notes(view) == []
    dark = pixels(view)
    view.apply_theme(LIGHT)
    assert np.abs(pixels(view) - dark).mean() > 100
    found = replace(map_frames.logistic(), visits=np.zeros((300, 400), dtype=np.uint32))
    view.draw(frames.frame(found))  # every orbit may have run away
    settle(view)
    assert view.table().columns["r"].size == 0
