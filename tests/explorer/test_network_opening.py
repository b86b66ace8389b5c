"""What is looked at first of a network that is put together: a plot that shows something of it."""

from __future__ import annotations

import pytest
from map_bench import resting

from core.network_builder import recipe_for
from explorer.stage import fitting
from explorer.views import views


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with resting(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(
    ("kind", "data", "main"),
    [
        ("ode", "moons", "decision_boundary"),
        ("ode", "digits", "feature_evolution"),
        ("ode", "spiral", "phase_plane"),
        ("second_order", "minus_x", "feature_evolution"),
        ("flow", "eight_gaussians", "density"),
    ],
)
def test_a_network_opens_on_a_plot_that_shows_something(conductor, kind, data, main):
    notes = []
    conductor.choosing.chosen.connect(notes.append)
    conductor.building._create(recipe_for(data, kind, ()), data)
    fits = [view.name for view in fitting(views(), conductor.document.system) if view.place == "main"]
    assert main in fits
    assert (notes[0].main or fits[0]) == main
