"""Every run ends with a final frame."""

from __future__ import annotations

from dataclasses import dataclass

from core.experiment import Experiment
from core.frame import Frame
from core.guarded_run import guarded_frames
from core.request import Request


@dataclass(frozen=True)
class Count:
    value: int


REQUEST = Request(Experiment("x' = x"), frozenset({Count}), generation=7, quality="preview")


def _collect(frames, should_stop=lambda: False):
    return list(guarded_frames(frames, REQUEST, should_stop))


def _counted(request, should_stop, upto=3, error=None):
    for value in range(upto):
        if should_stop():
            return
        yield Frame(request.generation, {Count: Count(value)}, quality=request.quality)
    if error is not None:
        raise error


def test_final_frame_is_added_where_the_run_forgot_it():
    found = _collect(_counted)
    assert [frame.final for frame in found] == [False, False, False, True]
    assert found[-1].get(Count) == Count(2)
    assert found[-1].error is None


def test_final_frame_is_not_doubled():
    def frames(request, _should_stop):
        yield Frame(request.generation)
        yield Frame(request.generation, final=True)

    assert [frame.final for frame in _collect(frames)] == [False, True]


def test_stopped_run_ends_with_what_it_had():
    looks = iter([False, False, True])
    found = _collect(_counted, lambda: next(looks))
    assert found[-1].final
    assert found[-1].get(Count) == Count(1)


def test_run_without_a_frame_still_ends():
    (only,) = _collect(lambda _request, _should_stop: iter(()))
    assert only.final
    assert only.generation == 7
    assert only.quality == "preview"


def test_exception_becomes_a_sentence_with_traceback_and_last_readings():
    found = _collect(lambda request, stop: _counted(request, stop, error=ArithmeticError("the mass is negative")))
    last = found[-1]
    assert last.final
    assert last.error == "The run failed: the mass is negative"
    assert "ArithmeticError: the mass is negative" in last.traceback
    assert last.get(Count) == Count(2)
    assert [frame.final for frame in found[:-1]] == [False, False, False]


def test_exception_without_words_is_named():
    def frames(_request, _should_stop):
        raise ZeroDivisionError
        yield

    assert _collect(frames)[-1].error == "The run failed with ZeroDivisionError."


def test_lack_of_memory_comes_with_a_cure():
    found = _collect(lambda request, stop: _counted(request, stop, upto=1, error=MemoryError()))
    assert found[-1].error == (
        "The run ran out of memory: use fewer trajectories, fewer output times or a shorter span."
    )
