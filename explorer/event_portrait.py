"""How the gallery's small picture of a text with events jumps and ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.event_functions import WatchedEvent, declared_events
from core.formula_field import FormulaField

if TYPE_CHECKING:
    from core.language import System

State = tuple[float, ...]
Step = Callable[[float, State, float], State]
"""t, z, h -> the state after a step."""


class PortraitEvents:
    """Watches the ends of steps: a picture of 132 pixels needs no more."""

    def __init__(self, system: System, values: Sequence[float]) -> None:
        names = [parameter.name for parameter in system.parameters]
        field = FormulaField(system, dict(zip(names, values, strict=True)))
        self._events = declared_events(field, "cpu", "float64")

    def step(self, step: Step, t: float, z: State, h: float) -> State:
        """One step, with the events in it; NaN where one ends the trajectory or follows itself at once."""
        after = step(t, z, h)
        for event in self._events:
            before, past = _value(event, t, z), _value(event, t + h, after)
            crossed = before * past < 0.0 or (past == 0.0 and before != 0.0)
            if not crossed or (event.direction and np.sign(before) == event.direction):
                continue
            part = before / (before - past)
            there = step(t, z, part * h)
            if event.change is None:
                return (float("nan"),) * len(z)
            new = tuple(event.change(np.array([t + part * h]), np.array([there]))[0].tolist())
            after = step(t + part * h, new, (1.0 - part) * h)
            if np.sign(_value(event, t + h, after)) == np.sign(past) != 0.0:
                return (float("nan"),) * len(z)  # it comes again within the step
        return after


def _value(event: WatchedEvent, t: float, z: State) -> float:
    return float(event.condition(np.array([t]), np.array([z]))[0])
