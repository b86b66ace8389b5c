"""Picard's iterates over time: their curves, the table of distances, and the choices of component and number."""

from __future__ import annotations

from dataclasses import replace
from math import factorial

import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, shown
from pytestqt.qtbot import QtBot

from core.experiment import Experiment, Integration
from core.frame import Frame
from core.readings import PicardIterates
from explorer.theme import DARK
from explorer.views.picard_iterates import PicardIteratesView


def growth(count: int = 3) -> PicardIterates:
    """x' = x, y' = -y from (1, 1) up to t = 2: the Taylor polynomials of the exponential functions."""
    t = np.linspace(0.0, 2.0, 401)
    powers = [np.stack([t**k, (-t) ** k], axis=1) / factorial(k) for k in range(count + 1)]
    iterates, solution = np.cumsum(powers, axis=0), np.stack([np.exp(t), np.exp(-t)], axis=1)
    distances = np.linalg.norm(iterates - solution, axis=2).max(axis=1)
    bounds = distances[0] * np.array([2.0**k / factorial(k) for k in range(count + 1)])
    exact, everywhere = np.full(count + 1, 1e-15), np.full(count + 1, 2.0)
    return PicardIterates(
        0, ("x", "y"), t, iterates, everywhere, exact, solution, 2.0, distances, 1.0, bounds
    )  # fmt: skip


@pytest.fixture
def view(qtbot: QtBot) -> PicardIteratesView:
    card = shown(qtbot, PicardIteratesView(), frames.rotation(), None, (700, 420))
    card.reset(Experiment("", integration=Integration(picard=3)), frames.rotation().system())
    card.draw(Frame(1, {PicardIterates: growth()}, final=True))
    card.grab()
    return card


def test_the_iterates_lie_over_the_solution_the_last_the_strongest(view: PicardIteratesView) -> None:
    first, *_, last = view._lines.colours()
    assert last == DARK.accent.lower()
    assert colour_near(view, 1.9, 1.0 + 1.9 + 1.9**2 / 2.0 + 1.9**3 / 6.0, last, reach=1)
    assert colour_near(view, 1.5, 1.0, first, reach=1)
    assert colour_near(view, 1.95, float(np.exp(1.95)), view._lines.solution_colour(), reach=2)


def test_the_table_has_their_distances_and_bounds(view: PicardIteratesView) -> None:
    rows = {row.name: row.figures for row in view.figures.rows()}
    assert list(rows) == ["y", "y₃", "y₂", "y₁", "y₀"]
    assert rows["y₀"] == (f"{np.hypot(np.e**2 - 1.0, 1.0 - np.e**-2):.4g}",) * 2
    assert float(rows["y₃"][0]) < float(rows["y₃"][1])
    assert view.chips.text("bound") == "L = 1"
    assert view.chips.text("until") == view.chips.text("accuracy") == ""


def test_another_component_is_drawn_and_another_number_is_asked_for(view: PicardIteratesView, qtbot: QtBot) -> None:
    view._pickers._up.setCurrentIndex(1)
    view._pickers._up.activated.emit(1)
    view.grab()
    assert view.plot.left._title == "y"
    assert colour_near(view, 1.0, 1.0 - 1.0 + 0.5 - 1.0 / 6.0, DARK.accent, reach=2)
    with qtbot.waitSignal(view.integration_edited) as edited:
        view._pickers._count.setCurrentIndex(8)
        view._pickers._count.activated.emit(8)
    assert edited.args == ["picard", 9]
    view.show_experiment(Experiment("", integration=Integration(picard=5)), frames.rotation().system())
    assert view._pickers._count.currentText() == "K = 5"


def test_the_mouse_reads_the_nearest_iterate(view: PicardIteratesView) -> None:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, 1.0, 2.02)
    time, iterate, solution = (float(part.split(" = ")[1]) for part in texts[-1].split("   "))
    assert time == pytest.approx(1.0, abs=0.02)
    assert texts[-1].split("   ")[1].startswith("y₁ = ")
    assert (iterate, solution) == (pytest.approx(1.0 + time), pytest.approx(np.exp(time), rel=1e-5))


def test_what_is_lost_or_not_known_is_told(view: PicardIteratesView) -> None:
    whole = growth()
    lost = whole.iterates.copy()
    lost[3, whole.t > 1.0] = np.nan
    until, distances = np.array([2.0, 2.0, 2.0, 1.0]), np.append(whole.distances[:3], np.inf)
    found = replace(whole, iterates=lost, known_until=until, distances=distances, until=1.5, lipschitz=np.nan)
    view.draw(Frame(2, {PicardIterates: replace(found, accuracy=np.full(4, 2e-4))}, final=True))
    last = view.figures.rows()[1]
    assert last.figures[0] == "∞"
    assert last.warning
    assert last.hint.startswith("not known after t = 1:")
    assert view.chips.text("until") == "solution until t = 1.5"
    assert view.chips.text("accuracy") == "iterates ± 2·10⁻⁴"
    assert view.chips.text("bound") == ""
    unknown = replace(found, solution=np.full_like(whole.solution, np.nan), until=np.nan)
    view.draw(Frame(3, {PicardIterates: unknown}, final=True))
    assert view.chips.text("until") == "no solution"
    view.draw(Frame(4, {}, final=True, absent={PicardIterates: "too large"}))
    assert view._note._text == "too large"
    assert view.figures.rows() == ()
    assert view.table().columns == {}


def test_the_data_hold_every_iterate_and_the_solution(view: PicardIteratesView) -> None:
    columns = view.table().columns
    assert list(columns) == ["iterate", "t", "x", "y", "distance", "bound"]
    mine = columns["iterate"] == "2"
    assert columns["x"][mine] == pytest.approx(growth().iterates[2, :, 0])
    assert columns["y"][columns["iterate"] == "solution"] == pytest.approx(np.exp(-growth().t))
    view.box.show_rectangle(((0.0, 1.0), (0.0, 8.0)))
    assert view.table(visible_only=True).columns["t"].max() == 1.0
