"""The Poincare section in the window: laid by the command, dragged by its ends, undone, and the plot beside it."""

from __future__ import annotations

from dataclasses import replace

import frames
import mouse
import pytest
from map_bench import OSCILLATOR, furnished
from PySide6.QtWidgets import QMenu

from core.experiment import Section
from core.readings import PoincareSection
from core.request import Viewport
from explorer.conductor import Conductor
from explorer.section_editing import laid_section, set_section


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with furnished(tmp_path, monkeypatch) as made:
        made.clock.set_moving(False)
        yield made


def section(conductor: Conductor) -> Section:
    return conductor.document.experiment.section


def wanted(conductor: Conductor) -> frozenset[type]:
    return conductor._client.requests[-1].wanted


def beside(conductor: Conductor) -> set[str]:
    return {view.name for view in conductor.stage.on}


def test_it_is_laid_dragged_counted_and_taken_away_in_undo_steps(conductor: Conductor) -> None:
    command, plane, stack = (
        conductor.window.actions_by_name["section"],
        conductor.stage.main,
        conductor.document.undo_stack,
    )
    assert PoincareSection not in wanted(conductor)
    command.trigger()
    laid = section(conductor)
    (left, right), (bottom, top) = plane.box.rectangle()
    assert laid.begin == pytest.approx(((left + right) / 2, (bottom + top) / 2))
    assert laid.axes == ("x", "y")
    assert PoincareSection in wanted(conductor)
    assert "poincare_section" in beside(conductor)
    steps = stack.count()
    goal = laid.end[0] - 0.1 * (right - left), laid.end[1] + 0.1 * (top - bottom)
    mouse.drag(plane, laid.end, goal)
    assert section(conductor).end == pytest.approx(goal, abs=0.02 * (right - left))
    assert section(conductor).begin == laid.begin
    assert stack.count() == steps + 1  # one drag, one step
    assert not conductor.document.dragging
    stack.undo()
    assert section(conductor) == laid
    conductor.plot_menu.spans_chosen.emit(100)
    assert section(conductor).spans == 100
    command.trigger()
    assert not section(conductor).on
    assert "poincare_section" not in beside(conductor)
    conductor.solving.submit()
    assert PoincareSection not in wanted(conductor)
    stack.undo()
    assert "poincare_section" in beside(conductor)


def test_of_a_field_that_time_drives_it_is_one_of_moments(conductor: Conductor) -> None:
    conductor.document.set_text(OSCILLATOR.replace("-x", "-x + cos(2*t)"))
    conductor.window.actions_by_name["section"].trigger()
    laid = section(conductor)
    assert (laid.kind, laid.axes, laid.period) == ("period", ("x", "y"), 0.0)
    assert "poincare_section" in beside(conductor)
    plane = conductor.stage.main
    (left, right), (bottom, top) = plane.box.rectangle()
    ends = ((left + right) / 2, (bottom + top) / 2), (left + 0.95 * (right - left), (bottom + top) / 2)
    conductor.document.set_text(OSCILLATOR)
    for moments in (laid, Section(True, ("x", "y"), kind="period")):  # of a file that says nothing of a line
        conductor.document.edit(set_section(moments))
        plane.section_edited.emit(replace(moments, kind="line"), None)
        line = section(conductor)
        assert (line.kind, line.begin, line.end) == ("line", pytest.approx(ends[0]), pytest.approx(ends[1]))


def test_the_menu_of_the_plane_lays_it_and_takes_it_away(conductor: Conductor) -> None:
    def entry(words: str) -> None:
        conductor.stage.main.context_menu_requested.emit(conductor.window.pos())
        menus = conductor.window.findChildren(QMenu)
        *_, found = (action for menu in menus for action in menu.actions() if action.text() == words)
        found.trigger()

    entry("Poincaré section")
    assert section(conductor).on
    entry("Remove the Poincaré section")
    assert not section(conductor).on


def test_only_the_plane_and_the_sections_own_plot_offer_it(conductor: Conductor) -> None:
    stage, offers = conductor.stage, conductor.section_editing.offers
    assert {view.name for view in stage.fitting if offers(view)} == {"phase_plane", "poincare_section"}


def test_its_entry_can_be_chosen_where_it_does_something(conductor: Conductor) -> None:
    command = conductor.window.actions_by_name["section"]
    assert command.isEnabled()
    conductor.window.actions_by_name["show_space"].trigger()
    assert not command.isEnabled()
    assert "show that first" in command.toolTip()
    conductor.window.actions_by_name["show_phase_plane"].trigger()
    assert "show that first" not in command.toolTip()
    conductor.document.set_text("z <- (z + 2/z)/2")
    assert not command.isEnabled()
    conductor.document.set_text(OSCILLATOR)
    assert command.isEnabled()


def test_a_new_section_counts_the_way_that_the_field_crosses_it() -> None:
    seen = Viewport("x", "y", (-2.0, 2.0), (-1.0, 3.0))
    grid = frames.velocity_grid(frames.rotation())  # x' = y, y' = -x falls at x > 0
    laid = laid_section(seen, grid)
    assert (laid.begin, laid.end) == ((0.0, 1.0), (1.8, 1.0))
    assert laid.direction == "to the right"
    assert laid_section(replace(seen, x_range=(-4.0, -2.0)), grid).direction == "both ways"  # not known there
    upward = replace(grid, v=-grid.v)
    assert laid_section(seen, upward).direction == "to the left"


def test_another_system_keeps_a_section_whose_components_it_has(conductor: Conductor) -> None:
    conductor.window.actions_by_name["section"].trigger()
    laid = section(conductor)
    conductor.document.set_text(OSCILLATOR.replace("mu", "m"))
    assert section(conductor) == laid
    conductor.document.set_text("u' = v\nv' = -u")
    assert section(conductor) == Section()
