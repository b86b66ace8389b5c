"""When the followed root begins at its last place, and when at the start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.experiment import Experiment, RootFinding, SliderRange
from core.frame import Frame
from core.readings import FollowedRoots
from explorer.following import Following

EXPERIMENT = Experiment("z <- tanh(2 z + x)\nx = 0.3\n")


def answer(generation: int, z: float) -> Frame:
    found = FollowedRoots(("z",), np.array([[z]]), (), warm=True)
    return Frame(generation, {FollowedRoots: found})


def test_the_first_request_is_cold_and_values_are_warm() -> None:
    following = Following()
    assert following.start(EXPERIMENT, 1, cold=False) is None
    following.take(answer(1, 0.9))
    moved = replace(EXPERIMENT, values={"x": 0.2}, ranges={"x": SliderRange(-2, 2)})
    assert following.start(moved, 2, cold=False).item() == 0.9
    following.take(Frame(2))
    assert following.start(moved, 3, cold=False).item() == 0.9


def test_any_other_setting_is_cold() -> None:
    for change in (
        {"starts": ((0.1,),)},
        {"text": "z <- tanh(3 z + x)\nx = 0.3\n"},
        {"root": RootFinding("newton")},
    ):
        following = Following()
        following.start(EXPERIMENT, 1, cold=False)
        following.take(answer(1, 0.9))
        changed = replace(EXPERIMENT, **change)
        assert following.start(changed, 2, cold=False) is None
        following.take(answer(1, 0.8))  # late, and of the experiment before
        assert following.start(changed, 3, cold=False) is None
        following.take(answer(3, 0.7))
        assert following.start(changed, 4, cold=False).item() == 0.7


def test_every_request_of_a_cold_drag_is_cold() -> None:
    following = Following()
    following.start(EXPERIMENT, 1, cold=False)
    following.take(answer(1, 0.9))
    for generation in (2, 3):
        assert following.start(EXPERIMENT, generation, cold=True) is None
        following.take(answer(generation, 0.5))
    assert following.start(EXPERIMENT, 4, cold=False).item() == 0.5
