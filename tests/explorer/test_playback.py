"""The playhead: span, loop, single steps."""

from __future__ import annotations

import numpy as np
import pytest

from core.outcome import Outcome
from core.readings import Trajectories
from explorer.playback import SPAN_SECONDS, Playback
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
