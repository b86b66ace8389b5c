"""How complex unknowns look in the window: what the editor completes, what help says, what the axes show."""

from __future__ import annotations

import pytest

from core import presets
from core.experiment import Experiment
from core.language import parse
from explorer.formula_editor import FormulaEditor
from explorer.help_page import help_text
from explorer.theme import DARK
from explorer.views.plane_axes import PlaneAxes


def test_the_editor_completes_what_can_be_typed(qtbot) -> None:
    editor = FormulaEditor(DARK)
    qtbot.addWidget(editor)
    editor.show_names(parse("z' = i*w\nw' = z[1]*w\nx' = x\nz in C^2\nw in C"))
    offered = set(editor._names.stringList())
    assert {"z[1]", "z[2]", "w", "x", "conj", "re", "im", "arg"} <= offered
    assert not any(" " in name for name in offered)


def test_help_explains_complex_numbers() -> None:
    text = help_text()
    for name in ("re", "im", "conj", "arg"):
        assert f"| `{name}` |" in text
    assert "z in C" in text


@pytest.mark.parametrize("name", ["newton_cubic", "julia"])
def test_the_parts_are_on_the_axes(name: str) -> None:
    experiment, _ = presets.load_preset(name)
    system = parse(experiment.text)
    axes = PlaneAxes.of(system)
    assert (axes.x, axes.y) == ("re z", "im z")
    assert (axes.symbol(axes.x), axes.symbol(axes.y)) == ("Re z", "Im z")
    assert axes.home(experiment, system) == (system.view["re z"], system.view["im z"])


def test_the_two_parts_of_an_equation_have_names() -> None:
    axes = PlaneAxes.of(parse("0 = z^3 - w\n0 = x - 1\n0 = w\nsolve z = i, x = 1, w = i"))
    assert [axes.equation(name) for name in axes.components] == [
        "equation 1 (Re)", "equation 1 (Im)", "equation 2", "equation 3 (Re)", "equation 3 (Im)",
    ]  # fmt: skip
    real = PlaneAxes.of(parse("0 = z - 1\nsolve z in R^2"))
    assert [real.equation(name) for name in real.components] == ["equation 1", "equation 2"]


def test_both_parts_reach_equally_far_where_no_view_says_otherwise() -> None:
    experiment = Experiment("z' = i*z\nx' = -x\nz in C\nstart (1, 0, 5)")
    system = parse(experiment.text)
    assert PlaneAxes.of(system).home(experiment, system) == ((-1.6, 1.6), (-1.6, 1.6))
    assert PlaneAxes.of(system, ("re z", "x")).home(experiment, system) == ((-1.6, 1.6), (-8.0, 8.0))
