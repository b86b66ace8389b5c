"""Messages through a pipe."""

from __future__ import annotations

import io

import pytest

from core.channel import Cancel, Status, Submit, read, write
from core.experiment import Experiment
from core.readings import Trajectories
from core.request import Request, Viewport


def test_messages_arrive_in_order_and_equal():
    request = Request(
        Experiment("x' = mu*x", values={"mu": 2.0}),
        frozenset({Trajectories}),
        Viewport("x", "t", (0.0, 1.0), (2.0, 3.0)),
        generation=3,
    )
    sent = [Submit(1, request), Cancel(1), Status("busy", 1, importing=False)]
    pipe = io.BytesIO()
    for message in sent:
        write(pipe, message)
    pipe.seek(0)
    assert [read(pipe) for _ in sent] == sent


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 9, 40])
def test_pipe_that_ends_is_an_end_of_file_wherever_it_is_cut(kept):
    pipe = io.BytesIO()
    write(pipe, Submit(1, Request(Experiment("x' = x"), frozenset())))
    assert len(pipe.getvalue()) > 40
    with pytest.raises(EOFError):
        read(io.BytesIO(pipe.getvalue()[:kept]))
