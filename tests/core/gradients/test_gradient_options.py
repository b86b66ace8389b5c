"""Options of gradient methods outside what their fields declare are refused with a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core
from core import catalogue


@pytest.mark.parametrize(
    ("method", "options", "sentence"),
    [
        ("checkpointed", {"checkpoints": 1.5}, "checkpoints must be a whole number, not 1.5"),
        ("checkpointed", {"checkpoints": -1}, "checkpoints must lie between 0 and 100000; -1 does not"),
        ("backsolve", {"checkpoints": 2.5}, "checkpoints must be a whole number, not 2.5"),
        ("backsolve", {"checkpoints": -1}, "checkpoints must lie between 0 and 10000; -1 does not"),
        ("backsolve", {"tightening": "a"}, "tightening must be a number, not 'a'"),
        ("backsolve", {"tightening": None}, "tightening must be a number, not None"),
        ("backsolve", {"tightening": 1e-12}, "tightening must lie between 1e-06 and 1; 1e-12 does not"),
        ("backsolve", {"evaluations": 0}, r"evaluations must lie between 10 and 1e\+07; 0 does not"),
        ("backsolve", {"norm": "semi"}, "norm must be one of full, seminorm, not 'semi'"),
        ("interpolating", {"tightening": 0.0}, "tightening must lie between 1e-06 and 1; 0 does not"),
        ("interpolating", {"tightening": None}, "tightening must be a number, not None"),
        ("quadrature", {"tightening": 2.0}, "tightening must lie between 1e-06 and 1; 2 does not"),
        ("quadrature", {"tightening": "a"}, "tightening must be a number, not 'a'"),
        ("forward_sensitivity", {"columns": None}, "columns must be a whole number, not None"),
        ("forward_sensitivity", {"columns": 0}, "columns must lie between 1 and 10000; 0 does not"),
        ("unrolled", {"k": 0}, "k must lie between 1 and 10000; 0 does not"),
        ("unrolled", {"k": True}, "k must be a whole number, not True"),
        ("unrolled", {"k": 2.5}, "k must be a whole number, not 2.5"),
        ("unrolled", {"begin": "end"}, "begin must be one of solution, path, start, not 'end'"),
    ],
)
def test_an_option_without_sense_is_refused(method: str, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=sentence):
        catalogue.gradient_methods()[method](**options)


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert catalogue.gradient_methods()["checkpointed"](checkpoints=3.0).checkpoints == 3


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ({"t": (0.0, np.array([1.0, 2.0]))}, "share their time span: t cannot differ"),
        ({"t": (0.0, 1.0), "at": [[0.1, 0.2], [0.3, 0.4]]}, "share their output times: at cannot differ"),
    ],
)
@pytest.mark.parametrize("event", ["", "\nwhen x = 1: stop"])
def test_times_of_each_trajectory_are_refused(times: dict[str, Any], sentence: str, event: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        core.gradient(
            core.parse("x' = -k*x\nk = 1" + event), lambda z: z.sum(), "k", start=[[2.0], [3.0]], integrate=times
        )
