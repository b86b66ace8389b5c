"""The playhead: span, loop, single steps."""

from __future__ import annotations

import numpy as np
import pytest

from core.outcome import Outcome
from core.readings import Iterations, SolverRun, Trajectories
from explorer.playback import ROW_SECONDS, SPAN_SECONDS, Playback
from explorer.stepping import step_end_beyond


@pytest.fixture
def playback(qapp):  # noqa: ARG001 - signals need an application
    playback = Playback()
    playback.set_span((0.0, 30.0))
    return playback


def curves(t, ends) -> Trajectories:
    t = np.asarray(t, dtype=float)
    one = np.ones(1, dtype=int)
    return Trajectories(
        components=("x",),
        t=t,
        z=t[:, None],
        step_end=np.isin(t, ends),
        offsets=np.array([0, len(t)]),
        starts=np.zeros((1, 1)),
        start_time=0.0,
        forward=(Outcome("success", 30.0),),
        backward=(),
        evaluations=one,
        accepted=one,
        rejected=one,
    )


def test_speed_one_takes_the_promised_time_for_the_span(playback):
    playback.set_playing(True)
    playback.advance(SPAN_SECONDS / 3)
    assert playback.t == pytest.approx(10.0)
    playback.set_speed(2.0)
    playback.advance(SPAN_SECONDS / 6)
    assert playback.t == pytest.approx(20.0)


def test_it_holds_still_while_paused(playback):
    playback.advance(1.0)
    assert playback.t == 0.0


def test_the_loop_begins_again_where_the_span_does(playback):
    playback.seek(29.0)
    playback.set_playing(True)
    playback.advance(SPAN_SECONDS / 10)
    assert playback.t == pytest.approx(2.0)


def test_without_loop_it_stops_at_the_end_and_play_begins_again(playback):
    playback.set_loop(False)
    playback.seek(29.0)
    playback.set_playing(True)
    playback.advance(SPAN_SECONDS)
    assert playback.t == 30.0
    assert not playback.playing
    playback.toggle()
    assert playback.t == 0.0
    assert playback.playing


def test_steps_go_from_one_end_of_a_solver_step_to_the_next():
    known = curves([0.0, 0.5, 1.0, 2.0, 3.0], ends=[0.0, 1.0, 3.0])
    forward = [step_end_beyond(known, 0, t, 1) for t in (0.0, 0.5, 1.0, 2.9, 3.0)]
    backward = [step_end_beyond(known, 0, t, -1) for t in (3.0, 2.0, 1.0, 0.5, 0.0)]
    assert forward == [1.0, 1.0, 3.0, 3.0, None]
    assert backward == [1.0, 1.0, 0.0, 0.0, None]


def test_the_range_reaches_back_as_far_as_the_curves(playback, qtbot):
    with qtbot.waitSignal(playback.range_changed) as told:
        playback.show_curves(curves([-4.0, 0.0, 30.0], ends=[]))
    assert told.args == [-4.0, 30.0]
    playback.seek(-9.0)
    assert playback.t == -4.0


def test_seeking_tells_that_it_holds_elsewhere(playback, qtbot):
    with qtbot.waitSignal(playback.held):
        playback.seek(7.0)
    playback.set_playing(True)
    with qtbot.assertNotEmitted(playback.held):
        playback.seek(8.0)


def row(*lasts: int) -> Iterations:
    """One sample; a run for each last iteration."""
    runs = tuple(_run(last) for last in lasts)
    return Iterations(("z",), np.zeros((1, 1)), np.zeros(1, int), "absolute", 1e-8, False, runs)


def _run(last: int) -> SolverRun:
    numbers = np.arange(last + 1)
    column = numbers[:, None] * 1.0
    ends = np.array([last]), np.zeros((1, 1)), (Outcome("converged", float(last)),)
    return SolverRun("picard", "Picard", numbers, column[..., None], column, column, numbers[:, None] + 1, *ends)


def test_iterations_are_gone_through_once_in_whole_numbers(playback):
    told = []
    playback.time_changed.connect(told.append)
    playback.begin(None)
    playback.set_playing(True)
    playback.advance(1.0)
    assert (playback.t, playback.playing) == (0.0, True)  # nothing is there yet
    playback.show_last(row(40, 12).last)
    for _ in range(8):
        playback.advance(ROW_SECONDS / 16)
    assert playback.t == 20.0
    playback.advance(ROW_SECONDS)
    assert (playback.t, playback.playing) == (40.0, False)
    assert all(t.is_integer() for t in told)
    playback.toggle()
    assert (playback.t, playback.playing) == (0.0, True)


def test_a_short_row_does_not_crawl(playback):
    playback.begin(None)
    playback.show_last(row(2).last)
    playback.rewind()
    playback.set_playing(True)
    playback.advance(0.5)
    assert playback.t == 1.0


def test_a_row_of_nothing_ends_at_once(playback):
    playback.begin(None)
    playback.set_playing(True)
    playback.show_last(row(0).last)
    playback.advance(0.01)
    assert (playback.t, playback.playing) == (0.0, False)


def test_what_rests_at_the_end_follows_it(playback):
    playback.begin(None)
    playback.show_last(row(10).last)
    assert playback.t == 10.0  # paused: the whole path shows at once
    playback.show_last(row(25).last)
    assert playback.t == 25.0
    playback.seek(7.4)
    assert playback.t == 7.0
    playback.show_last(row(30).last)
    assert playback.t == 7.0
    playback.show_last(row(4).last)
    assert playback.t == 4.0


def test_each_kind_has_its_own_loop(playback, qtbot):
    assert playback.loop
    with qtbot.waitSignal(playback.loop_changed) as told:
        playback.begin(None)
    assert told.args == [False]
    playback.set_loop(True)
    playback.show_last(row(10).last)
    playback.rewind()
    playback.set_playing(True)
    playback.advance(ROW_SECONDS * 1.25)
    assert playback.playing
    assert playback.t == 2.0
    playback.begin((0.0, 5.0))
    playback.set_loop(False)
    playback.begin(None)
    assert playback.loop


def test_what_played_to_its_end_plays_again_in_another_system_but_what_was_paused_does_not(playback):
    playback.begin(None)
    playback.set_playing(True)
    playback.show_last(row(10).last)
    playback.advance(ROW_SECONDS * 2)
    assert not playback.playing
    playback.begin((0.0, 5.0))
    assert playback.playing
    playback.set_playing(False)
    playback.begin(None)
    assert not playback.playing
