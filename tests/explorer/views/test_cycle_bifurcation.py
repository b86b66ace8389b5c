"""Limit cycles in the bifurcation diagram of a flow: lines, marks, words, columns and the inspector's rows."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import mouse
import numpy as np
import pytest
from pictures import colour_near
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.language import parse
from core.readings import Branch, Branches, BranchMark, CycleFamily, CycleMark
from explorer.inspector_bifurcations import BifurcationSection
from explorer.theme import DARK
from explorer.views.bifurcation import BifurcationView
from explorer.views.bifurcation_cycle_words import cycle_legend

TEXT = "x' = p*x - 2*y\ny' = 2*x + p*y\np = -0.1 in [-0.5, 0.5]\nview x [-2, 2], y [-2, 2]\n"
FOLD = CycleMark("fold", -0.25, 2 * np.pi, np.full(2, -(0.5**0.5)), np.full(2, 0.5**0.5), 1 + 0j)


def family() -> CycleFamily:
    """p = R^2 - R with R = r^2: unstable below R = 1/2, stable above; its multiplier is exp(4 pi R (1 - 2 R))."""
    squared = np.linspace(0.01, 1.3, 259)  # with 0.5
    radius = np.sqrt(squared)[:, None] * np.ones(2)
    across = np.exp(4 * np.pi * squared * (1 - 2 * squared))
    multipliers = np.column_stack([np.ones(259), across]).astype(complex)
    return CycleFamily(squared**2 - squared, np.full(259, 2 * np.pi), -radius, radius, multipliers)


def subcritical() -> Branches:
    p = np.linspace(-0.5, 0.5, 21)
    curve = Branch(p, np.zeros((21, 2)), np.column_stack([p + 1j, p - 1j]), is_flow=True)
    mark = BranchMark("hopf", 0.0, np.zeros(2), 1j, lyapunov=1.0)
    found = Branches("p", ("x", "y"), (curve,), (mark,), None, "ode", traced=True)
    return replace(found, cycles=(family(),), cycle_marks=(FOLD,))


@pytest.fixture
def diagram(qtbot: QtBot) -> BifurcationView:
    view = BifurcationView()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.resize(680, 480)
    view.show()
    view.reset(Experiment(TEXT), parse(TEXT))
    view.show_experiment(Experiment(TEXT), parse(TEXT))
    view.draw(frames.frame(subcritical()))
    for _ in range(3):
        view.grab()
        QApplication.processEvents()
    return view


def read(view: BifurcationView, x: float, y: float) -> str:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, x, y)
    return texts[-1]


def test_largest_and_smallest_values_are_solid_or_dashed(diagram: BifurcationView) -> None:
    names = [entry.text() for entry in diagram.legend.entries()]
    assert names == ["stable", "unstable", "stable cycles, max and min", "unstable cycles"]
    diagram.set_layer_visible("marks", False)
    stable = np.linspace(0.6, 1.2, 12)
    for sign in (1, -1):
        places = [(R**2 - R, sign * np.sqrt(R)) for R in stable]
        assert all(colour_near(diagram, *place, DARK.accent, 1, 60) for place in places)
        small = [(R**2 - R, sign * np.sqrt(R)) for R in np.linspace(0.05, 0.4, 40)]
        dashed = [colour_near(diagram, *place, DARK.amber, 1, 80) for place in small]
        assert 8 < sum(dashed) < 38
        assert not any(colour_near(diagram, *place, DARK.accent, 1, 60) for place in small)
    diagram.set_layer_visible("cycles", False)
    assert not any(colour_near(diagram, R**2 - R, np.sqrt(R), DARK.accent, 1, 60) for R in stable)


def test_the_legend_names_the_cycles_around_a_centre() -> None:
    centre = replace(family(), multipliers=np.ones((259, 2), dtype=complex))
    assert cycle_legend(replace(subcritical(), cycles=(centre,)), DARK) == [("neutral cycles", "line", DARK.violet)]


def test_marks_and_the_mouse_tell_period_and_multipliers(diagram: BifurcationView) -> None:
    titles = [label.lines for label in diagram._lines.words.shown()]
    assert ("fold of cycles", "p = −0.25, period 6.283") in titles
    text = read(diagram, -0.25, -(0.5**0.5))  # its smallest value
    assert text.startswith("fold of cycles at p = −0.25, period 6.28319   x from −0.707107 to 0.707107   μ = 1")
    words = read(diagram, 0.0, 1.0)
    assert "stable limit cycle   x from −1 to 1   period 6.28319   μ = 3.48" in words
    R = 0.1
    assert "unstable limit cycle, 1 of 1 directions across it unstable" in read(diagram, R**2 - R, -np.sqrt(R))


def test_a_period_without_bound_is_said_where_the_family_ends(diagram: BifurcationView) -> None:
    endless = replace(family(), last="infinite")
    diagram._outdated = True
    diagram.draw(frames.frame(replace(subcritical(), cycles=(endless,))))
    titles = [label.lines for label in diagram._lines.words.shown()]
    assert ("period grows without bound", "p ≈ 0.39") in titles
    assert read(diagram, 0.39, 1.3**0.5).endswith("as at a homoclinic orbit")


def test_the_table_has_a_row_per_cycle(diagram: BifurcationView) -> None:
    columns = diagram.table().columns
    assert list(columns) == [
        *("curve", "p", "x", "y", "growth", "unstable directions", "period"),
        *("lowest x", "highest x", "lowest y", "highest y", "multiplier 1 real", "multiplier 1 imaginary"),
    ]
    cycles = columns["curve"] == 2.0
    assert cycles.sum() == 259
    assert np.isnan(columns["x"][cycles]).all()
    assert np.isnan(columns["period"][~cycles]).all()
    np.testing.assert_allclose(
        columns["growth"][cycles], np.log(columns["multiplier 1 real"][cycles]) / (2 * np.pi), atol=1e-12
    )
    diagram.box.show_rectangle(((-0.1, 0.1), (0.9, 1.1)))
    seen = diagram.table(visible_only=True).columns
    assert len(seen["p"]) > 5
    assert ((seen["highest x"] >= 0.9) & (seen["highest x"] <= 1.1)).all()


def test_the_inspector_tells_period_and_multiplier_of_a_mark(qtbot: QtBot) -> None:
    section = BifurcationSection(DARK)
    qtbot.addWidget(section)
    torus = replace(FOLD, kind="torus", multiplier=0.6 + 0.8j)
    section.show_branches(replace(subcritical(), cycle_marks=(FOLD, torus)), parse(TEXT))
    rows = [label.text() for label in section.findChildren(QLabel)]
    assert "fold of cycles" in rows
    assert "Period 6.2832" in rows
    assert "Multiplier 0.6 ± 0.8i" in rows
