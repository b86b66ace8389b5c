"""The adjoint view: the way back over the way forward, their gap in colour, and honest words about the gradient."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import adjoint_frames
import fixed_point_frames as fixed
import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import AdjointGap
from explorer.canvas.colour_scale import ColourScale
from explorer.theme import DARK, LIGHT
from explorer.views.adjoint import AdjointView
from explorer.views.gradient_marks import method_colour


@pytest.fixture(scope="module")
def circle() -> AdjointGap:
    """Forward the unit circle; backward a circle of radius 1 + gap."""
    reading = adjoint_frames.adjoint_gap(frames.rotation(), rate=4.0)
    gap = np.geomspace(0.5, 1e-8, len(reading.t))
    return replace(reading, backward=reading.forward * (1 + gap)[:, None], gap=gap)


@pytest.fixture
def view(qtbot: QtBot, circle: AdjointGap) -> AdjointView:
    return shown(qtbot, AdjointView(), frames.rotation(), fixed.frame(circle), (560, 620))


def hide(view: AdjointView, *names: str) -> None:
    for entry in view.legend.entries():
        if entry.text() in names:
            QTest.mouseClick(entry, mouse.LEFT)


def test_both_ways_are_where_they_are(view: AdjointView, circle: AdjointGap) -> None:
    hide(view, "adjoint", "backward")
    for index in (40, 120, 230):
        x, y = circle.forward[index]
        assert colour_near(view, x, y, DARK.colour_of(0), 2, 90)
    x, y = circle.backward[3]
    assert not colour_near(view, x, y, DARK.colour_of(0), 2, 90)
    hide(view, "backward", "forward")
    assert colour_near(view, x, y, view._lines.scale().colour(np.log10(circle.gap[3]), DARK), 2, 60)


def test_the_colour_of_the_way_back_tells_the_gap(view: AdjointView, circle: AdjointGap) -> None:
    scale = view._lines.scale()
    assert scale is not None
    assert (scale.low, scale.high) == pytest.approx((-8.0, np.log10(0.5)))
    hide(view, "adjoint", "forward")
    for index in (5, 120, 235):
        x, y = circle.backward[index]
        assert colour_near(view, x, y, scale.colour(float(np.log10(circle.gap[index])), DARK), 1, 70)
    assert view.bar.ends() == ("10⁻⁸", "0.5")


def test_the_order_of_the_colours_is_their_lightness() -> None:
    scale = ColourScale(0.0, 1.0, alarm=True)
    for theme, sign in ((DARK, 1), (LIGHT, -1)):
        names = [scale.colour(level, theme) for level in np.linspace(0, 1, 9)]
        luma = [0.3 * int(name[1:3], 16) + 0.59 * int(name[3:5], 16) + 0.11 * int(name[5:7], 16) for name in names]
        assert all(sign * (b - a) > 0 for a, b in pairwise(luma))


def test_a_runaway_way_back_does_not_flatten_the_way_forward(qtbot: QtBot, circle: AdjointGap) -> None:
    gap = np.geomspace(1e12, 1e-9, len(circle.t))
    wild = replace(circle, backward=circle.forward * (1 + gap)[:, None], gap=gap)
    view = shown(qtbot, AdjointView(), frames.rotation(), fixed.frame(wild))
    for low, high in view.box.rectangle():
        assert high - low < 6
    assert view.chips.text("gap") == "gap 10¹²"


def test_arrows_ride_along_the_adjoint(view: AdjointView, circle: AdjointGap) -> None:
    hide(view, "forward", "backward")
    assert count(pixels(view), DARK.violet, 40) > 150
    scale = np.array(view.box.projection().scale)
    for index in (0, len(circle.t) - 1):
        along = circle.adjoint[index] * scale
        along = along / np.linalg.norm(along) * 10.0 / scale  # ten pixels along the arrow
        assert colour_near(view, *(circle.forward[index] + along), DARK.violet, 2, 60)
        assert not colour_near(view, *(circle.forward[index] - along), DARK.violet, 1, 60)


def test_one_component_is_drawn_against_time(qtbot: QtBot) -> None:
    reading = adjoint_frames.adjoint_gap(frames.decay(), rate=3.0)
    view = shown(qtbot, AdjointView(), frames.decay(), fixed.frame(reading))
    assert (view.plot.bottom.labelText, view.plot.left.labelText) == ("t", "x")
    (left, right), (low, high) = view.box.rectangle()
    assert left < 0 < 5 < right
    assert low < 0 < 1 < high
    assert colour_near(view, 0.0, 1.0, DARK.colour_of(0), 3, 90)


def test_distrust_is_written_in_the_warning_colour(view: AdjointView, circle: AdjointGap) -> None:
    assert view.chips.text("trust") == "not to be trusted"
    assert view.chips.text("error").startswith("rel. error 0.83")
    assert view.caution.text() == circle.note
    assert count(pixels(view.chips), DARK.rose, 60) > 20
    good = replace(circle, trusted=True, note="", chosen=circle.discrete)
    view.draw(fixed.frame(good))
    assert view.chips.text("trust") == "trusted"
    assert view.caution.isHidden()
    assert count(pixels(view.chips), DARK.rose, 60) == 0


def test_the_table_sets_both_gradients_beside_the_reference(view: AdjointView, circle: AdjointGap) -> None:
    rows = view.figures.rows()
    described = view.figures.accessibleDescription()
    assert f"{circle.chosen.title} 1.75" in described
    assert "solver 1.25" in described
    assert count(pixels(view.figures), method_colour(DARK, circle.chosen.method), 40) > 5
    assert [row.name for row in rows] == ["a", "b", "rel. error"]
    assert rows[0].figures == ("1.75", "1.25", "1.25")
    assert rows[1].figures == ("0.5", "−0.5", "−0.5")
    assert rows[2].figures[1:] == ("10⁻⁷", "–")
    assert [row.warning for row in rows] == [True, True, True]


def test_many_parameters_leave_the_largest(view: AdjointView, circle: AdjointGap) -> None:
    size = 40
    reference = np.linspace(-1.0, 0.5, size)
    methods = (replace(circle.discrete, gradient=reference), replace(circle.chosen, gradient=reference))
    names = tuple(f"p{index}" for index in range(size))
    view.draw(fixed.frame(replace(circle, names=names, reference=reference, discrete=methods[0], chosen=methods[1])))
    assert [row.name for row in view.figures.rows()][:3] == ["p0", "p1", "p2"]
    assert view.figures.rows()[-1].name == "rel. error, 30 more"
    assert not view.figures.rows()[0].warning


def test_a_way_back_that_stopped_is_told(view: AdjointView, circle: AdjointGap) -> None:
    backward, gap = circle.backward.copy(), circle.gap.copy()
    backward[:100], gap[:100] = np.nan, np.nan
    view.draw(fixed.frame(replace(circle, backward=backward, gap=gap)))
    view.set_cursor(0.1)
    view.grab()
    assert view.chips.text("stopped") == f"back to t = {circle.t[100]:.4g}"
    nothing = np.full_like(gap, np.nan)
    view.draw(fixed.frame(replace(circle, backward=np.full_like(backward, np.nan), gap=nothing)))
    view.grab()
    assert view.bar.isHidden()


def test_the_playhead_shows_both_states(view: AdjointView, circle: AdjointGap) -> None:
    t = float(circle.t[60])
    view.set_cursor(t)
    assert colour_near(view, *circle.forward[60], DARK.colour_of(0), 1, 10)
    view.set_cursor(99.0)
    assert view._lines.now._groups == ()


def test_the_mouse_reads_time_gap_and_adjoint(view: AdjointView, circle: AdjointGap) -> None:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, *circle.backward[20])
    found = float(texts[-1].split("gap ")[1].split()[0])
    assert found == pytest.approx(circle.gap[20], rel=0.3)
    assert "a = (" in texts[-1]
    mouse.hover(view, 0.0, 0.0)
    assert texts[-1].startswith("x = ")


def test_the_csv_holds_both_ways(view: AdjointView, circle: AdjointGap) -> None:
    columns = view.table().columns
    names = ["t", "forward_x", "forward_y", "backward_x", "backward_y", "adjoint_x", "adjoint_y", "gap"]
    assert list(columns) == names
    assert columns["backward_y"] == pytest.approx(circle.backward[:, 1])
    view.box.show_rectangle(((0.0, 2.0), (-2.0, 2.0)))
    seen = view.table(visible_only=True).columns
    assert 0 < seen["t"].size < len(circle.t)
    assert seen["forward_x"].min() >= 0.0


@pytest.mark.parametrize("size", [(420, 260), (370, 480), (960, 760)])
def test_everything_has_its_room(qtbot: QtBot, circle: AdjointGap, size: tuple[int, int]) -> None:
    view = shown(qtbot, AdjointView(), frames.rotation(), fixed.frame(circle), size)
    assert (view.width(), view.height()) == size
    for part in (view.plot, view.figures, view.caution, view.bar):
        assert view.rect().contains(part.geometry())
    assert view.plot.height() >= 90
    assert view.legend.isHidden() == (size[1] < 300)


def test_nothing_yet_then_data_then_another_theme(qtbot: QtBot, circle: AdjointGap) -> None:
    view = shown(qtbot, AdjointView(), frames.rotation())
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    view.set_cursor(1.0)
    view.draw(Frame(1))
    view.draw(fixed.frame(circle))
    assert empty_notes(view) == []
    view.apply_theme(LIGHT)
    assert count(pixels(view), LIGHT.violet, 30) > 100
    assert count(pixels(view), DARK.violet) < 10
    view.reset(fixed.experiment(), frames.rotation().system())
    assert view.figures.rows() == ()
    assert view.chips.text("trust") == ""


def test_one_click_takes_the_remedy(qtbot: QtBot, view: AdjointView, circle: AdjointGap) -> None:
    assert view.cure.isHidden()
    view.draw(fixed.frame(replace(circle, remedy="checkpointed", remedy_title="checkpointed")))
    assert view.cure.text() == "Use: checkpointed"
    with qtbot.waitSignal(view.gradient_edited) as told:
        view.cure.click()
    assert told.args == ["trajectory", "checkpointed"]


def test_a_method_that_keeps_the_steps_has_no_gap(view: AdjointView, circle: AdjointGap) -> None:
    same = replace(
        circle,
        backward=circle.forward,
        gap=np.zeros(len(circle.t)),
        trusted=True,
        note="",
        solves_back=False,
        chosen=circle.discrete,
        forward_evaluations=2012,
        backward_evaluations=1633,
        kept=56_624,
    )
    view.draw(fixed.frame(same))
    assert view.chips.text("trust") == "trusted"
    assert view.chips.text("gap") == "gap 0"
    assert view.chips.text("evaluations") == "f 2012 + 1633"
    assert view.chips.text("kept") == "56.6 kB"
    assert view.bar.isHidden()
    assert view.figures.rows()[0].figures == ("1.25", "1.25")  # the solver's own column would say it twice
    assert [entry.text() for entry in view.legend.entries()] == ["forward", "along the steps", "adjoint"]
    hide(view, "adjoint", "forward")
    assert colour_near(view, *circle.forward[120], DARK.teal, 1, 60)
    view.draw(fixed.frame(circle))
    assert [entry.text() for entry in view.legend.entries()] == ["forward", "backward", "adjoint"]
    assert all(entry.isChecked() for entry in view.legend.entries())
