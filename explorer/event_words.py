"""What the window says of the events of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .editors.number_text import number_text

if TYPE_CHECKING:
    from core.readings import EventMeetings, Trajectories

FORWARD_ONLY = "A text with events is followed forward only: many states before a jump lead to one after it."


def event_sentences(trajectories: Trajectories, index: int) -> tuple[str, ...]:
    """One for each event: what it is, and when trajectory `index` met it."""
    return tuple(_sentence(number, event, index) for number, event in enumerate(trajectories.events, start=1))


def _sentence(number: int, event: EventMeetings, index: int) -> str:
    times = event.times(index)
    name = f"event {number}: {event.text}"
    if not len(times):
        return f"{name}, not met"
    last = number_text(float(times[-1]), 4)
    if len(times) == 1:
        return f"{name}, at t = {last}"
    return f"{name}, {len(times)} times, last at t = {last}"
