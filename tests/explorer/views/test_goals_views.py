"""Ends that are dragged and points that are fitted, in the plots."""

from __future__ import annotations

import mouse
import pytest
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.fit_choice import FitChoice
from core.language import parse
from core.readings import Trajectories
from core.request import Request
from core.runner import frames
from explorer.canvas.plot_card import PlotCard
from explorer.views.phase_plane import PhasePlane
from explorer.views.time_series import TimeSeries

TEXT = "x' = -y\ny' = x\nw = 1\nstart (1, 0), (0.5, 0)\nview x [-2, 2], y [-2, 2]\nt in [0, 3.141592653589793]"
DATA = {"t": (0.5, 1.0), "x": (0.9, 0.5), "y": (float("nan"), 1.5)}


def shown(qtbot: QtBot, view: PlotCard, text: str = TEXT) -> PlotCard:
    """The view with the experiment's own trajectories."""
    experiment = Experiment(text, fit=FitChoice(data=DATA))
    *_, frame = frames(Request(experiment, frozenset({Trajectories})))
    view.resize(700, 600)
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.show()
    qtbot.waitExposed(view)
    view.reset(experiment, parse(text))
    view.show_experiment(experiment, parse(text))
    view.draw(frame)
    qtbot.wait(30)  # it is painted, and knows where its handles are
    return view


def test_the_end_is_dragged_in_the_plane(qtbot: QtBot) -> None:
    view = shown(qtbot, PhasePlane())
    assert view.ends is not None
    told: list[tuple[dict[str, float], int]] = []
    released: list[bool] = []
    view.ends.dragged.connect(lambda wish, drag: told.append((wish, drag)))
    view.ends.released.connect(lambda: released.append(True))
    mouse.drag(view, (-1.0, 0.0), (-1.2, 0.8))
    assert told[-1][0] == pytest.approx({"x": -1.2, "y": 0.8}, abs=0.02)
    assert len({drag for _, drag in told}) == 1
    assert released == [True]
    view.set_selected(1)
    told.clear()
    mouse.drag(view, (-0.5, 0.0), (-0.5, 0.5))
    assert told[-1][0] == pytest.approx({"x": -0.5, "y": 0.5}, abs=0.02)


def test_words_stand_at_the_target_until_it_is_let_go(qtbot: QtBot) -> None:
    view = shown(qtbot, PhasePlane())
    assert view.ends is not None
    view.ends.dragged.connect(lambda *_: view.ends.show_words(("x → 1", "0.1 away")))
    mouse.drag(view, (-1.0, 0.0), (-1.2, 0.8))
    (label,) = view.ends.words.shown()
    assert label.lines == ("x → 1", "0.1 away")
    view.ends.let_go()
    assert view.ends.words.shown() == ()


def test_an_end_without_parameters_or_with_events_has_no_handle(qtbot: QtBot) -> None:
    for text in (TEXT.replace("w = 1\n", ""), TEXT.replace("w = 1", "w = 1\nwhen x = 0: stop")):
        view = shown(qtbot, PhasePlane(), text)
        assert view.ends is not None
        assert len(view.ends._places) == 0


def test_components_are_dragged_up_and_down_over_time(qtbot: QtBot) -> None:
    view = shown(qtbot, TimeSeries())
    assert view.ends is not None
    told: list[dict[str, float]] = []
    view.ends.dragged.connect(lambda wish, _: told.append(wish))
    mouse.drag(view, (3.141592653589793, -1.0), (3.0, -0.5))
    assert told[-1] == pytest.approx({"x": -0.5}, abs=0.02)


def test_points_are_dots_where_both_numbers_are_known(qtbot: QtBot) -> None:
    plane = shown(qtbot, PhasePlane())
    (group,) = plane._ends._dots._groups
    assert group.points.tolist() == [[0.5, 1.5]]
    series = shown(qtbot, TimeSeries())
    first, second = series._data._groups
    assert first.points.tolist() == [[0.5, 0.9], [1.0, 0.5]]
    assert second.points[1].tolist() == [1.0, 1.5]
    low, high = series.content_range()
    assert high >= 1.5 > low
