"""In which order steps are taken and taken back when only a few states can be kept."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from typing import Literal, NamedTuple


class Move(NamedTuple):
    """advance: from the state before step `begin` to that before step `end`; keep: the state before step `begin`, where
    one stands; restore: go back to that state, which was kept; drop: forget it; reverse: take step `begin` back, from
    the state before it, where one stands."""

    kind: Literal["advance", "keep", "restore", "drop", "reverse"]
    begin: int
    end: int


def reversal(steps: int, checkpoints: int) -> Iterator[Move]:
    """Takes `steps` steps back, the last first, with at most `checkpoints` states kept at a time, the first included.

    It takes the fewest steps that there can be: with c checkpoints and l <= C(c + r, c) steps none is advanced over
    more than r times, and all together r l - C(c + r, c + 1) times.
    Source: A. Griewank, A. Walther, Algorithm 799: revolve, ACM TOMS 26 (2000) 19.
    """
    kept, here, last = [0], 0, steps
    yield Move("keep", 0, 0)
    while last:
        if kept[-1] != here:
            here = kept[-1]
            yield Move("restore", here, here)
        while last - here > 1:
            free = checkpoints - len(kept)
            end = here + _advance(last - here, free + 1) if free else last - 1
            yield Move("advance", here, end)
            here = end
            if free:
                kept.append(here)
                yield Move("keep", here, here)
        yield Move("reverse", here, here + 1)
        last = here
        if kept[-1] == last and last:
            yield Move("drop", kept.pop(), last)


def repetitions(steps: int, checkpoints: int) -> int:
    """The least r with steps <= C(checkpoints + r, checkpoints): how often a step is advanced over at most."""
    r = 0
    while comb(checkpoints + r, checkpoints) < steps:
        r += 1
    return r


def fewest_advances(steps: int, checkpoints: int) -> int:
    """r l - C(c + r, c + 1): by how many steps `reversal` of l steps advances in all."""
    r = repetitions(steps, checkpoints)
    return r * steps - comb(checkpoints + r, checkpoints + 1)


def checkpoints_for(steps: int, r: int) -> int:
    """The least number of checkpoints with which no step is advanced over more than r times."""
    count = 1
    while comb(count + r, r) < steps:
        count += 1
    return count


def _advance(steps: int, checkpoints: int) -> int:
    """How far to go before the next state is kept; `checkpoints` counts the one where one stands."""
    r = repetitions(steps, checkpoints)
    most_right = comb(checkpoints - 1 + r, checkpoints - 1)
    least_left = comb(checkpoints + r - 2, checkpoints) if r > 1 else 1
    return max(least_left, steps - most_right, 1)
