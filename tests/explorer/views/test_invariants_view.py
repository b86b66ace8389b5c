"""The drift of invariants over time: a curve per expression, its largest value in words."""

from __future__ import annotations

from dataclasses import replace

import mouse
import numpy as np
import pytest
from pictures import count, empty_notes, pixels
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.readings import Invariants
from explorer.theme import DARK, LIGHT
from explorer.views.invariants import InvariantsView
from explorer.views.series_layers import component_colour

SYSTEM = parse("x' = v\nv' = -x\nH = (v^2 + x^2)/2\nA = x*v\nstart (1, 0), (2, 0)\nt in [0, 10]")


def drifts() -> Invariants:
    """H grows linearly to 1e-3, and to 2e-3 of the second trajectory; A swings between -0.5e-3 and 0.5e-3."""
    t = np.linspace(0.0, 10.0, 101)
    return Invariants(
        ("H", "A"),
        ("H", "A"),
        np.tile(t, 2),
        np.stack([np.concatenate([1e-4 * t, 2e-4 * t]), 5e-4 * np.tile(np.sin(3.0 * t), 2)]),
        np.array([0, 101, 202]),
        np.array([[0.5, 2.0], [0.0, 0.0]]),
        np.array([[True, True], [False, False]]),
        np.array([[1e-3, 2e-3], [5e-4, 5e-4]]),
    )


@pytest.fixture
def view(qtbot: QtBot) -> InvariantsView:
    made = InvariantsView()
    qtbot.addWidget(made, before_close_func=lambda _: made.hide())
    made.apply_theme(DARK)
    made.resize(420, 320)
    made.show()
    made.reset(Experiment(SYSTEM.text), SYSTEM)
    assert empty_notes(made) == ["The drift appears here."]
    made.draw(Frame(1, {Invariants: drifts()}, final=True))
    made.grab()
    return made


def test_it_is_about_systems_that_name_something_only() -> None:
    assert InvariantsView.serves(SYSTEM)
    assert not InvariantsView.serves(parse("x' = v\nv' = -x"))


def test_every_expression_has_a_curve_and_a_name(view: InvariantsView) -> None:
    assert [entry.text() for entry in view.legend.entries()] == ["H", "A"]
    assert empty_notes(view) == []
    low, high = view.box.rectangle()[1]
    assert -7e-4 < low < -5e-4
    assert 2e-3 < high < 2.3e-3
    colours = [component_colour(DARK, 0, place) for place in range(2)]
    assert all(count(pixels(view), colour) > 100 for colour in colours)
    view.legend.entries()[1].click()
    assert count(pixels(view), colours[1]) < 30  # the legend's own mark is fainter
    view.apply_theme(LIGHT)
    assert count(pixels(view), component_colour(LIGHT, 0, 0)) > 100


def test_the_heading_tells_the_largest_drift_of_the_trajectory_in_focus(view: InvariantsView) -> None:
    assert (view.chips.text("most"), view.chips.text("focus")) == ("|Δ| ≤ 0.001", "trajectory 1")
    view.set_selected(1)
    assert (view.chips.text("most"), view.chips.text("focus")) == ("|Δ| ≤ 0.002", "trajectory 2")
    hint = view.chips._hints["most"]
    assert hint == "H(0) = 2, and at most 0.002 of |H(0)| away from it; A(0) = 0, and at most 5·10⁻⁴ away from it"


def test_what_is_no_number_at_the_start_is_told(view: InvariantsView) -> None:
    assert view.chips.text("unknown") == ""
    view.draw(Frame(2, {Invariants: replace(drifts(), largest=np.array([[np.nan, 2e-3], [5e-4, 5e-4]]))}))
    assert (view.chips.text("unknown"), view.chips.text("most")) == ("H is no number at the start", "|Δ| ≤ 5·10⁻⁴")
    view.set_selected(1)
    assert view.chips.text("unknown") == ""
    view.draw(Frame(3, {Invariants: replace(drifts(), largest=np.full((2, 2), np.nan))}))
    assert (view.chips.text("unknown"), view.chips.text("most")) == ("H, A are no numbers at the start", "")
    view.legend.entries()[0].click()
    assert view.chips.text("unknown") == "A is no number at the start"


def test_an_edited_text_names_others_and_forgets(view: InvariantsView) -> None:
    edited = parse(SYSTEM.text.replace("A = x*v", "B = x*v"))
    view.legend.entries()[1].click()
    view.show_experiment(Experiment(edited.text), edited)
    assert [(entry.text(), entry.isChecked()) for entry in view.legend.entries()] == [("H", True), ("B", True)]
    assert view.table().columns == {}
    assert view.chips.text("most") == ""
    assert empty_notes(view) == ["The drift appears here."]
    view.draw(Frame(2, {Invariants: drifts()}))  # of the text before
    assert view.table().columns == {}
    mine = replace(drifts(), names=("H", "B"), symbols=("H", "B"))
    view.draw(Frame(3, {Invariants: mine}, final=True))
    view.show_experiment(Experiment(edited.text, title="another title"), edited)
    assert "drift of B" in view.table().columns


def test_a_frame_at_the_end_without_it_leaves_nothing(view: InvariantsView) -> None:
    view.draw(Frame(2, final=True, quality="preview"))
    view.draw(Frame(2))
    assert view.table().columns
    view.draw(Frame(2, final=True))
    assert view.table().columns == {}
    assert empty_notes(view) == ["The drift appears here."]


def test_long_names_leave_the_column_its_width(view: InvariantsView) -> None:
    names = "total_energy", "kinetic_energy", "potential_energy", "angular_momentum", "linear_momentum"
    system = parse("x' = v\nv' = -x\n" + "\n".join(f"{name} = x*v + {place}" for place, name in enumerate(names)))
    view.show_experiment(Experiment(system.text), system)
    view.grab()
    assert len(view.legend.entries()) == 5
    assert view.minimumSizeHint().width() <= 362


def test_the_mouse_finds_a_curve_and_reads_the_drift(view: InvariantsView) -> None:
    hovered: list[object] = []
    texts: list[str] = []
    view.hovered.connect(hovered.append)
    view.readout.connect(texts.append)
    mouse.hover(view, 9.0, 1.8e-3)
    assert hovered[-1] == 1
    t, drift = (float(part.split(" = ")[1].split()[0]) for part in texts[-1].split("   "))
    assert (t, drift) == pytest.approx((9.0, 1.8e-3), rel=0.01)


def test_the_table_holds_every_curve_or_what_is_in_sight(view: InvariantsView) -> None:
    columns = view.table().columns
    assert list(columns) == ["trajectory", "t", "drift of H", "drift of A"]
    assert columns["drift of H"][201] == pytest.approx(2e-3)
    view.box.show_rectangle(((0.0, 1.0), (0.0, 1e-3)))
    assert view.table(visible_only=True).columns["t"].max() <= 1.0
    view.reset(Experiment(SYSTEM.text), SYSTEM)
    assert view.table().columns == {}
