"""One colour and one mark for every gradient method, told by its name alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import fixed_point_frames as fixed
import fixed_point_maps as maps
import numpy as np
import pytest

from core.catalogue import gradients_about
from core.gradient_method import About
from core.gradient_places import gradient_places
from core.readings import GradientCosts, GradientMemory, MemoryLine, MethodCost
from explorer.theme import DARK, LIGHT, Theme
from explorer.views.cost_figures import cost_rows
from explorer.views.gradient_figures import figure_rows, vectors
from explorer.views.gradient_marks import method_colour, method_glyph, method_swatch
from explorer.views.memory_rows import memory_rows


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("about", ["fixed point", "trajectory"])
def test_no_two_methods_of_a_kind_look_alike_and_none_is_red(about: About, theme: Theme) -> None:
    looks = [(method_colour(theme, name), method_glyph(name)) for name in gradients_about(about)]
    assert all(one != other for one, other in combinations(looks, 2))
    assert theme.rose not in {colour for colour, _ in looks}


def test_what_no_method_has_is_in_the_colour_of_the_text() -> None:
    assert (method_colour(DARK, "exact"), method_swatch("exact")) == (DARK.text, "dot")


def test_cards_that_stand_side_by_side_agree_wherever_they_list_a_method() -> None:
    reading = fixed.gradients(maps.layer(10))
    known = {name: method.title for name, method in gradients_about("fixed point").items()}
    methods = tuple(replace(reading.methods[0], method=name, title=title) for name, title in known.items())
    costs = tuple(MethodCost(name, title, np.ones(1), 0.0, 1.0) for name, title in reversed(known.items()))
    lines = tuple(MemoryLine(name, title, np.ones(2)) for name, title in known.items() if name != "implicit")
    card = figure_rows(methods, DARK, tuple(range(len(methods))))
    table = cost_rows(GradientCosts("fixed point", 0, ("x",), np.ones(1), costs, len(costs), 1.0, "sum", 1), DARK)
    depth = np.array([1.0, 2.0])
    memory = GradientMemory("fixed point", "Picard", 1, 1, "float64", ("x",), len(lines), depth=depth, lines=lines)
    kept = memory_rows(memory, tuple(range(len(lines))), DARK)
    looks = {row.name: (row.colour, row.glyph) for row in card}
    assert {row.name: (row.colour, row.glyph) for row in table} == looks
    assert {row.name: (row.colour, row.glyph) for row in kept}.items() < looks.items()
    arrows = vectors(methods, DARK, tuple(range(len(methods))))
    assert [(one.colour, one.glyph) for one in arrows] == list(looks.values())


@pytest.mark.parametrize("about", ["fixed point", "trajectory"])
def test_the_places_are_those_of_the_catalogue(about: About) -> None:
    assert [gradient_places()[name] for name in gradients_about(about)] == list(range(len(gradients_about(about))))
