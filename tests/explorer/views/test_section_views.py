"""The Poincare section in its own plot and in the phase plane, from crossings that are made up."""

from __future__ import annotations

from dataclasses import replace

import frames
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown, shown_plane
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, Section
from core.frame import Frame
from core.readings import PoincareSection
from explorer.theme import DARK
from explorer.views.poincare_section import PoincareSectionView

LINE = Section(True, ("x", "y"), (0.0, 0.0), (1.8, 0.0), "to the right")


def crossings(components: tuple[str, ...] = ("x", "y")) -> PoincareSection:
    """Two trajectories: one comes nearer to 1 by half each turn, one stays at 1.5."""
    s = np.array([1.8, 1.4, 1.2, 1.1, 1.5, 1.5])
    z = np.zeros((6, len(components)))
    z[:, 0] = s
    z[:, -1] = 0.1 * np.arange(6) if len(components) > 2 else 0.0
    owner = np.array([0, 0, 0, 0, 1, 1])
    return PoincareSection(components, LINE, owner, np.arange(6.0), z, s, np.zeros(6, dtype=bool), 2)


def card(qtbot: QtBot, example: frames.Example, found: PoincareSection) -> PoincareSectionView:
    view = shown(qtbot, PoincareSectionView(), example)
    view.show_experiment(Experiment("", section=LINE), example.system())
    view.draw(Frame(1, {PoincareSection: found}, final=True))
    return view


def test_the_return_map_of_a_plane_with_the_diagonal(qtbot: QtBot) -> None:
    view = card(qtbot, frames.rotation(), crossings())
    for point in ((1.8, 1.4), (1.4, 1.2), (1.2, 1.1)):
        assert colour_near(view, *point, DARK.colour_of(0))
    assert colour_near(view, 1.5, 1.5, DARK.colour_of(1))
    assert not colour_near(view, 1.1, 1.5, DARK.colour_of(1), reach=4)  # no return from one trajectory to another
    assert view._diagonal.isVisible()
    assert (view.plot.bottom._title, view.plot.left._title) == ("s", "next s")
    table = view.table().columns
    assert table["next_s"][:3].tolist() == [1.4, 1.2, 1.1]
    assert np.isnan(table["next_s"][[3, 5]]).all()


def test_of_more_dimensions_another_component_stands_over_s_until_the_return_map_is_chosen(qtbot: QtBot) -> None:
    view = card(qtbot, frames.lorenz(), crossings(("x", "y", "z")))
    assert view.plot.left._title == "z"
    assert not view._diagonal.isVisible()
    assert colour_near(view, 1.4, 0.1, DARK.colour_of(0))
    view._pickers._up.setCurrentIndex(1)
    view._pickers._up.activated.emit(1)
    assert view.plot.left._title == "next s"
    assert colour_near(view, 1.8, 1.4, DARK.colour_of(0))


def test_what_counts_is_chosen_in_the_plot(qtbot: QtBot) -> None:
    view, edited = card(qtbot, frames.rotation(), crossings()), []
    view.section_edited.connect(lambda section, drag: edited.append((section, drag)))
    assert view._pickers._way.currentText() == "→ right"
    view._pickers._way.activated.emit(0)
    assert edited == [(replace(LINE, direction="to the left"), None)]


EVERY = Section(True, ("x", "y"), kind="period")


def strobed() -> PoincareSection:
    """One trajectory at (1, 0.5) once a period, one that moves."""
    z = np.array([[1.0, 0.5], [1.0, 0.5], [-1.0, 0.0], [-0.5, 1.0]])
    nothing = np.zeros(4)
    owner, t = np.array([0, 0, 1, 1]), np.array([2.0, 4.0, 2.0, 4.0])
    return PoincareSection(("x", "y"), EVERY, owner, t, z, nothing, nothing.astype(bool), 2, (), 2.0)


def test_states_once_a_period_stand_in_their_plane(qtbot: QtBot) -> None:
    view, edited = shown(qtbot, PoincareSectionView(), frames.rotation()), []
    view.section_edited.connect(lambda section, drag: edited.append((section, drag)))
    view.show_experiment(Experiment("", section=EVERY), frames.rotation().system())
    view.draw(Frame(1, {PoincareSection: strobed()}, final=True))
    assert colour_near(view, 1.0, 0.5, DARK.colour_of(0))
    assert all(colour_near(view, *place, DARK.colour_of(1)) for place in ((-1.0, 0.0), (-0.5, 1.0)))
    assert (view.plot.bottom._title, view.plot.left._title) == ("x", "y")
    assert view.chips.text("count") == "4 points"
    assert not view._diagonal.isVisible()
    assert list(view.table().columns) == ["trajectory", "t", "x", "y"]
    pickers = view._pickers
    assert pickers._way.currentText() == "every period"
    assert pickers._period.text() == "2"  # of the forcing
    assert pickers._up.isHidden()
    pickers._period.value_edited.emit(3.0)
    pickers._way.activated.emit(2)
    assert [section for section, _ in edited] == [replace(EVERY, period=3.0), replace(EVERY, kind="line")]
    view.draw(Frame(1, {}, absent={PoincareSection: "the formula does not tell the period"}))
    assert pickers._period.text() == "0"  # and no period of before
    view.show_experiment(Experiment("", section=LINE), frames.rotation().system())
    view.draw(Frame(2, {PoincareSection: strobed()}))  # late
    assert view.table().columns == {}
    assert pickers._period.isHidden()


def test_the_plane_shows_states_once_a_period_without_a_line(qtbot: QtBot) -> None:
    plane = shown_plane(qtbot, frames.rotation())
    plane.show_experiment(Experiment("", section=EVERY), frames.rotation().system())
    plane.draw(Frame(1, {PoincareSection: strobed()}))
    assert len(plane._section.marks._points) == 4
    assert len(plane._section.ends._points) == 0


def test_sentences_where_there_is_nothing_to_see(qtbot: QtBot) -> None:
    empty = crossings()
    nothing = np.zeros(0, dtype=np.int64)
    none = PoincareSection(("x", "y"), LINE, nothing, empty.t[:0], empty.z[:0], empty.s[:0], empty.to_left[:0], 2)
    view = card(qtbot, frames.rotation(), none)
    assert "drag its ends" in empty_notes(view)[0]
    view.show_experiment(Experiment(""), frames.rotation().system())
    assert "menu of the plane" in empty_notes(view)[0]
    view.show_experiment(Experiment("", section=LINE), frames.rotation().system())
    view.draw(Frame(2, {}, absent={PoincareSection: "this field depends on time"}))
    assert empty_notes(view) == ["This field depends on time."]
    view.draw(Frame(3, {PoincareSection: crossings()}))
    assert view.chips.text("count").endswith("crossings")
    view.draw(Frame(4, {}, absent={PoincareSection: "this field depends on time"}))
    assert empty_notes(view) == ["This field depends on time."]
    assert view.chips.text("count") == ""
    assert not view._diagonal.isVisible()


def test_a_mark_under_the_mouse_tells_its_state(qtbot: QtBot) -> None:
    view, said = card(qtbot, frames.rotation(), crossings()), []
    view.readout.connect(said.append)
    view.box.hover_moved.emit(QPointF(*view.box.projection().pixels(np.array([1.4, 1.2])).tolist()))
    assert said[-1].startswith("trajectory 1, t = 1:   x = 1.4")


@pytest.mark.parametrize("layer", ["section", "starts"])
def test_the_plane_shows_line_arrows_and_crossings(qtbot: QtBot, layer: str) -> None:
    plane = shown_plane(qtbot, frames.rotation())
    plane.show_experiment(Experiment("", section=LINE), frames.rotation().system())
    for one in plane.layers():
        plane.set_layer_visible(one.name, one.name == layer)
    plane.draw(Frame(2, {PoincareSection: crossings()}))
    on = layer == "section"
    assert colour_near(plane, 1.2, 0.0, DARK.amber) is on
    assert colour_near(plane, 0.7, 0.0, DARK.text) is on
    below, above = (colour_near(plane, 0.45, y, DARK.text, reach=3) for y in (-0.07, 0.07))
    assert (below, above) == (on, False)  # to the right of a line to the right: down
    assert (count(pixels(plane), DARK.amber) > 20) is on
    assert (PoincareSection in plane.wants()) is on
