"""Depth: one slider from a layer to the differential equation to its equilibrium."""

from __future__ import annotations

import time
from dataclasses import replace

import depth_frames
import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, empty_notes, shown
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.fitted_order import FittedOrder
from core.frame import Frame
from core.readings import DepthLimit
from explorer.canvas.plot_labels import EmptyNote
from explorer.export.dressing import dressed
from explorer.solving import _OF_ONE
from explorer.theme import DARK, LIGHT
from explorer.views.depth import Depth

KEY = Qt.Key


def frame(depth: DepthLimit) -> Frame:
    return Frame(1, {DepthLimit: depth}, final=True)


@pytest.fixture
def view(qtbot: QtBot) -> Depth:
    return shown(qtbot, Depth(), depth_frames.example(), frame(depth_frames.depth_limit()), (800, 500))


def press(view: Depth, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view.slider.slider, key)
    view.grab()


def network(depth: DepthLimit, layers: int) -> np.ndarray:
    part = depth.network(depth.layers.tolist().index(layers))
    return np.stack([depth.t[part], depth.z[part, 0]], axis=1)


def test_eight_layers_the_curve_and_the_level_of_its_rest(view: Depth) -> None:
    assert view.chips.text("layers") == "8 layers, h = 0.5"
    error = depth_frames.depth_limit().error[7]
    assert view.chips.text("gap") == f"error {error:.3g}"
    assert view.chips.text("order") == "order 1.04"
    assert view.chips.text("rest") == "0.0625 from z*"  # |1 + h lambda|^8
    assert view.chips.text("thick") == ""
    for t, x in network(depth_frames.depth_limit(), 8)[1:4]:
        assert colour_near(view, t, x, DARK.amber)
    assert colour_near(view, 1.5, float(depth_frames.damped(np.array([1.5]))[0, 0]), DARK.colour_of(0))
    assert any(colour_near(view, t, 0.0, DARK.violet) for t in np.linspace(3.2, 3.6, 20))


def test_keys_go_from_stop_to_stop_and_to_both_ends(view: Depth) -> None:
    told = []
    for key in (KEY.Key_Right, KEY.Key_PageUp, KEY.Key_PageDown, KEY.Key_Left, KEY.Key_Home, KEY.Key_PageUp):
        press(view, key)
        told.append(view.slider.layers)
    assert told == [9, 18, 9, 8, 1, 2]
    assert view.chips.text("layers") == "2 layers, h = 2"
    press(view, KEY.Key_Home)
    assert view.chips.text("layers") == "1 layer, h = 4"
    assert view.chips.text("thick") == "unstable, |1 + hλ| = 5"
    press(view, KEY.Key_End)
    assert (view.slider.layers, view.slider.at_rest) == (None, True)
    press(view, KEY.Key_Left)
    assert (view.slider.layers, view.slider.at_rest) == (None, False)
    assert view.chips.text("layers") == "ODE, h → 0"
    assert "known to 10⁻¹³ at T" in view.chips.accessibleName()
    assert view.chips.text("rest") == "0.0183 from z*"
    press(view, KEY.Key_Left)
    assert view.slider.layers == 256
    assert view.chips.text("thick") == ""


def test_at_the_equilibrium_the_axis_follows_the_curve_there(view: Depth) -> None:
    assert view.box.rectangle()[0][1] < 4.2
    press(view, KEY.Key_End)
    assert 8.0 < view.box.rectangle()[0][1] < 8.5
    assert colour_near(view, 5.0, float(depth_frames.damped(np.array([5.0]))[0, 0]), DARK.colour_of(0))
    assert view.chips.text("rest") == "z* 0.0183 from z(T)"
    press(view, KEY.Key_Left)
    assert view.box.rectangle()[0][1] < 4.2
    mouse.drag(view, (2.0, 0.6), (2.5, 0.6))
    moved = view.box.rectangle()
    press(view, KEY.Key_Right, KEY.Key_Home)
    assert view.box.rectangle() == moved  # a person's own zoom stays
    view.fit()
    assert view.box.rectangle() != moved


def test_a_picture_has_no_slider_and_a_choice_of_trajectory_is_followed(view: Depth) -> None:
    with dressed(view, LIGHT, DARK):
        assert view.slider.isHidden()
    assert view.slider.slider.isVisible()
    assert view.wanted <= _OF_ONE


def test_a_drag_of_the_slider_repaints_quickly_and_asks_for_nothing(view: Depth) -> None:
    asked = []
    view.viewport_changed.connect(lambda: asked.append(1))
    view.wants_changed.connect(lambda: asked.append(1))
    slider, spent = view.slider.slider, np.full((3, 41), np.inf)
    for drag, stop in np.ndindex(spent.shape):
        begun = time.thread_time()  # what else the machine does is no fault of the view
        slider.go_to(stop)
        view.plot.viewport().repaint()
        view.errors.viewport().repaint()
        spent[drag, stop] = time.thread_time() - begun
    assert np.median(spent.min(axis=0)) < 0.016
    assert asked == []


def test_a_click_on_a_name_and_on_an_error_goes_there(view: Depth) -> None:
    stop, _, place = next(each for each in view.slider._names() if each[1] == "32")
    QTest.mouseClick(view.slider, mouse.LEFT, pos=place.center().toPoint())
    assert (stop, view.slider.layers) == (31, 32)
    box = view.errors.box
    at = box.projection().pixels(np.array([np.log10(128.0), -1.0]))
    target = view.errors.mapFromScene(box.mapToScene(*at.tolist()))
    texts: list[str] = []
    view.readout.connect(texts.append)
    QTest.mouseMove(view.errors.viewport(), target + QPoint(1, 0))
    QTest.qWait(15)
    QTest.mouseMove(view.errors.viewport(), target)
    QTest.qWait(15)
    errors = depth_frames.depth_limit().error
    assert texts[-1] == f"N = 128   h = 0.03125   error {errors[36]:.3g}   twice as many layers: {errors[38]:.3g}"
    QTest.mouseClick(view.errors.viewport(), mouse.LEFT, pos=target, delay=1)
    assert view.slider.layers == 128
    low, high = view.errors.box.rectangle()[1]
    view.errors.box.navigated.emit()
    view.errors.box.show_rectangle(((0.0, 1.0), (-1.0, 0.0)))
    view.draw(frame(depth_frames.depth_limit()))
    assert view.errors.box.rectangle() == ((0.0, 1.0), (-1.0, 0.0))  # a person's own zoom stays
    view.fit()
    assert view.errors.box.rectangle()[1] == (low, high)
    assert low < np.log10(errors.min()) < np.log10(errors.max()) < high


def test_the_mouse_reads_a_layer_and_the_table_lists_it(view: Depth) -> None:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, 1.45, 0.2)
    depth = depth_frames.depth_limit()
    x, row = network(depth, 8)[3, 1], depth.network(7).start + 3
    exact = float(depth_frames.damped(np.array([1.5]))[0, 0])
    told = f"layer 3 of 8   t = 1.5   x = {x:.5g}   ODE {exact:.4g}"
    assert texts[-1].replace("−", "-").startswith(told[:-1])
    assert texts[-1].endswith(f"distance {depth.gap[row]:.3g}")
    columns = view.table().columns
    assert list(columns) == ["curve", "layers", "layer", "t", "x", "y", "distance"]
    assert len(columns["t"]) == len(depth.t) + 800
    seen = view.table(visible_only=True).columns
    assert set(seen["curve"]) == {"layers", "solution"}
    own = seen["curve"] == "layers"
    assert seen["layer"][own].tolist() == list(range(9))
    assert seen["x"][own] == pytest.approx(network(depth, 8)[:, 1])


def test_the_choice_of_component_and_stop_outlives_the_system(view: Depth) -> None:
    view._component.setCurrentIndex(1)
    view._component.activated.emit(1)
    press(view, KEY.Key_PageUp)
    view.reset(frames.experiment(), depth_frames.example().system())
    assert empty_notes(view) == ["Euler's method with more and more layers appears here."]
    view.draw(frame(depth_frames.depth_limit(trajectory=2)))  # whose own colour is that of layers
    assert (view._component.currentText(), view.slider.layers) == ("y", 16)
    assert view.plot.left.labelText == "y"
    view.apply_theme(LIGHT)
    t, y = 1.0, float(depth_frames.damped(np.array([1.0]))[0, 1])
    assert colour_near(view, t, y, LIGHT.colour_of(2), tolerance=60)


def test_what_is_not_known_is_said(view: Depth) -> None:
    depth = depth_frames.depth_limit()
    nothing = np.full(len(depth.layers), np.nan)
    lost = replace(
        depth,
        error=nothing,
        from_rest=nothing,
        gap=np.full(len(depth.t), np.nan),
        order=FittedOrder(np.nan, reason="too few of its runs reach the end"),
        further_t=np.empty(0),
        further_z=np.empty((0, 2)),
        rest=None,
        rest_note="the field depends on time, and so does where it would rest",
        note="the solution is not known to the end: it blows up",
    )
    view.draw(frame(lost))
    view.grab()
    texts = {name: view.chips.text(name) for name in ("note", "gap", "order", "rest")}
    assert texts == {"note": "the solution is not known to the end", "gap": "error –", "order": "no order", "rest": ""}
    assert [entry.text() for entry in view.legend.entries()] == ["layers z + h f(z)", "ODE z' = f(z)"]
    notes = [item for item in view.errors.box.items_on_plot() if isinstance(item, EmptyNote)]
    assert notes[0].isVisible()
    assert notes[0].text == "The error at the end is not known."
    view.draw(frame(replace(lost, error=np.zeros(len(nothing)), curve_t=lost.curve_t[:1], curve_z=lost.curve_z[:1])))
    assert notes[0].text.startswith("There is no error")
    view.draw(frame(lost))
    press(view, KEY.Key_End)
    assert view.chips.text("rest") == "no equilibrium"
    assert "depends on time" in view.chips.accessibleName()
    assert view.box.rectangle()[0][1] < 4.2
    view.reset(frames.experiment(), depth_frames.example().system())
    view.draw(Frame(2, {}, final=True, absent={DepthLimit: "depth: the text has events"}))
    assert empty_notes(view) == ["Depth: the text has events."]
