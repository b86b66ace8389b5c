"""What happens at a place in state space: a condition to watch along trajectories, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """g(t, z) = 0 along a trajectory.

    g: a formula in the names of the system, such as "x", "y - sin(t)" or "x = 1"; or a callable of t (m,) and
    z (m, n) that gives m numbers, called with tensors along the field of a torch callable, else with numpy arrays.
    direction: 1 for the crossings at which g grows along the way that the trajectory is followed, -1 for those at
    which it falls, 0 for both.
    terminal: the trajectory ends there.
    change: the trajectory goes on from another state: a callable from z (m, n) to the new states (m, n), or formulas
    by the name of an unknown, {"v": "-0.9*v"}, all of them of the state before.
    name: under which `run.events` lists it; "event 1", "event 2", ... where none is given.

    g is looked at at both ends of every step and at seven places between them: crossings that lie closer together
    may be missed in pairs, so give smaller steps (step, rtol) where g oscillates faster than the solution. A start at
    which g is 0 is no crossing.

    Raises TypeError or ValueError, with a sentence, for what is no event.
    """

    g: str | Callable[[Any, Any], Any]
    direction: int = 0
    terminal: bool = False
    change: Callable[[Any], Any] | Mapping[str, str] | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if not callable(self.g) and not isinstance(self.g, str):
            raise TypeError(f"an event needs a formula or a callable g(t, z), not {type(self.g).__name__}")
        if self.direction not in (-1, 0, 1):
            raise ValueError(f"the direction of an event must be -1, 0 or 1, not {self.direction!r}")
        if self.change is None:
            return
        if self.terminal:
            raise ValueError("an event that ends the trajectory changes nothing after it: leave terminal or change out")
        if isinstance(self.change, Mapping):
            if not self.change:
                raise ValueError('the change of an event names no unknown: write it as {"v": "-0.9*v"}')
        elif not callable(self.change):
            raise TypeError(
                f"the change of an event is a callable, or formulas by name, not {type(self.change).__name__}"
            )
