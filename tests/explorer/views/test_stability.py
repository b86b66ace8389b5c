"""The stability region: area and dots, the step under the playhead, what stiffness looks like, and the data."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from functools import cache

import mouse
import numpy as np
import pytest
from pictures import colour_near
from pytestqt.qtbot import QtBot

import core
from core.amplification import Amplification
from core.experiment import Experiment
from core.frame import Frame
from core.readings import StabilitySteps
from core.request import Request
from core.runner import frames
from explorer.theme import DARK, LIGHT
from explorer.views.stability import Stability

STIFF = "x' = y\ny' = 40*(1 - x^2)*y - x\nstart (2, 0)\nview x [-3, 3], y [-60, 60]\nt in [0, 12]\n"
SMOOTH = "x' = y\ny' = -x\nstart (1, 0)\nt in [0, 10]\n"


@cache
def frame(text: str) -> Frame:
    *_, last = frames(Request(Experiment(text), frozenset({StabilitySteps})))
    assert last.error is None
    return last


def shown(qtbot: QtBot, text: str) -> Stability:
    view = Stability()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(520, 420)
    view.show()
    view.reset(Experiment(text), core.parse(text))
    view.draw(frame(text))
    view.grab()
    return view


@pytest.fixture
def stiff(qtbot: QtBot) -> Stability:
    return shown(qtbot, STIFF)


def steps(text: str = STIFF) -> StabilitySteps:
    found: StabilitySteps = frame(text).readings[StabilitySteps]
    return found


def test_the_region_is_coloured_inside_and_bare_outside(stiff: Stability) -> None:
    image = stiff.plot.grab().toImage()

    def colour(x: float, y: float) -> tuple[int, int, int]:
        place = mouse.place(stiff, x, y)
        return image.pixelColor(place).getRgb()[:3]

    inside, outside = colour(-1.5, 1.5), colour(-4.2, 1.5)
    card = tuple(int(DARK.card[place : place + 2], 16) for place in (1, 3, 5))
    assert max(abs(a - b) for a, b in zip(outside, card, strict=True)) <= 12
    assert inside[1] > outside[1] + 15  # teal over the card
    assert colour_near(stiff, *_edge(stiff, 2.2), DARK.teal, reach=3, tolerance=60)


def _edge(view: Stability, angle: float) -> tuple[float, float]:
    assert view._steps is not None
    radius = float(view._steps.amplification.edge(np.array([angle]))[0])
    return radius * math.cos(angle), radius * math.sin(angle)


def test_the_first_view_holds_the_region_and_its_limit(stiff: Stability) -> None:
    (left, right), (low, high) = stiff.box.rectangle()
    assert left < -3.306567892634947 < 0.0 < right
    assert low < -3.5
    assert high > 3.5
    assert [label.lines for label in stiff._limits._labels] == [("−3.3066",)]
    assert stiff._limits._labels[0].place == pytest.approx((-3.3065678926349465, 0.0))


def test_a_stiff_problem_is_told_at_a_glance(stiff: Stability, qtbot: QtBot) -> None:
    assert stiff.chips.text("held").startswith("stability limits ")
    assert int(stiff.chips.text("held").split()[2]) > 80
    smooth = shown(qtbot, SMOOTH)
    assert smooth.chips.text("held") == ""


def test_the_playhead_shows_its_step_and_the_limit_there(stiff: Stability) -> None:
    stiff.set_cursor(6.0)
    reading = steps()
    place = reading.at(6.0)
    group = stiff._now._groups[0]
    z = reading.products[place]
    assert group.points == pytest.approx(np.column_stack([z.real, z.imag]))
    told = stiff._step._full
    assert f"h = {reading.h[place]:.3g}" in told
    assert f"stability allows {reading.h[place] / reading.used[place]:.3g}" in told
    stiff.set_cursor(math.nan)
    assert stiff._now._groups == ()


def test_where_nothing_decays_there_is_no_limit(qtbot: QtBot) -> None:
    view = shown(qtbot, SMOOTH.replace("-x", "x - 0.0*x"))  # a saddle: one grows, one decays
    view.set_cursor(1.0)
    assert "stability allows" in view._step._full
    growing = shown(qtbot, "x' = x\nstart (1)\nt in [0, 2]\n")
    growing.set_cursor(1.0)
    assert growing._step._full.endswith("stability sets no limit")


def test_a_click_on_a_dot_goes_to_its_time(stiff: Stability, qtbot: QtBot) -> None:
    reading = steps()
    place = int(np.argmin(reading.products.real.min(axis=1)))
    z = reading.products[place]
    far = z[np.argmin(z.real)]
    with qtbot.waitSignal(stiff.cursor_moved) as told:
        mouse.click(stiff, float(far.real), float(far.imag))
    near = np.abs(reading.products - far).min(axis=1) < 0.3
    assert told.args[0] in reading.t[near]


def test_pointing_tells_the_eigenvalue(stiff: Stability) -> None:
    reading = steps()
    place = len(reading.t) // 2
    z = reading.products[place]
    far = z[np.argmin(z.real)]
    told: list[str] = []
    stiff.readout.connect(told.append)
    mouse.hover(stiff, float(far.real), float(far.imag))
    assert "λ = " in told[-1]
    assert "|R| = " in told[-1]


def test_the_table_holds_every_eigenvalue(stiff: Stability) -> None:
    columns, reading = stiff.table().columns, steps()
    assert len(columns["t"]) == reading.eigenvalues.size
    assert columns["h_eigenvalue_real"] == pytest.approx(columns["h"] * columns["eigenvalue_real"], nan_ok=True)
    one = reading.amplification(columns["h_eigenvalue_real"] + 1j * columns["h_eigenvalue_imaginary"])
    assert columns["amplification"] == pytest.approx(np.abs(one), nan_ok=True)
    assert 0 < len(stiff.table(visible_only=True).columns["t"]) <= len(columns["t"])


def test_a_rational_function_has_a_region_without_a_limit(stiff: Stability) -> None:
    reading = steps()
    implicit = Amplification((Fraction(1),), (Fraction(1), Fraction(-1)))
    edge = implicit.edge(reading.angle)
    changed = replace(
        reading,
        title="Implicit Euler",
        amplification=implicit,
        edge=edge,
        real_limit=implicit.real_limit(),
        imaginary_limit=implicit.imaginary_limit(),
    )
    stiff.draw(Frame(2, {StabilitySteps: changed}, final=True, quality="full"))
    assert stiff._limits._labels == ()
    assert stiff.chips.text("held") == ""
    image = stiff.plot.grab().toImage()
    left, pole = (image.pixelColor(mouse.place(stiff, *at)).green() for at in ((-2.0, 2.0), (0.9, 0.3)))
    assert left > pole + 15  # |1 / (1 - z)| <= 1 outside the disc about 1 alone


def test_it_follows_the_theme_and_forgets_another_system(stiff: Stability) -> None:
    stiff.apply_theme(LIGHT)
    assert stiff._dots._colour == LIGHT.colour_of(0)
    stiff.reset(Experiment(SMOOTH), core.parse(SMOOTH))
    assert stiff.table().columns == {}
    assert stiff._note.isVisible()
