"""Axes that follow the data until a person zooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .view_history import Rectangle

if TYPE_CHECKING:
    from .plot_box import PlotBox

_LITTLE = 0.4
"""Share of an axis below which its data are worth a closer look."""


class AutoFit:
    """They grow to hold the data, and close in once a drag is over that left them far too wide.

    framed: makes the visible rectangle of one that holds the data: adds room, keeps a circle in sight.
    """

    def __init__(self, box: PlotBox, framed: Callable[[Rectangle], Rectangle]) -> None:
        self._box, self._framed = box, framed
        self._on = True
        self._seen: Rectangle | None = None
        box.navigated.connect(self.stop)

    def stop(self) -> None:
        """A person moved the view: leave it alone."""
        self._on = False

    def reset(self) -> None:
        """Follow again, and forget how far the data reached."""
        self._on, self._seen = True, None

    def home(self) -> Rectangle:
        """The rectangle that shows what was seen."""
        return self._framed(self._seen or ((0.0, 1.0), (0.0, 1.0)))

    def follow(self, content: Rectangle | None, *, settled: bool = True) -> None:
        """New data fill `content`. settled: no drag is under way."""
        if content is None or not self._on:
            return
        before = self._seen
        if before is None:
            self._seen = content
        else:
            self._seen = (_grown(content[0], before[0], settled), _grown(content[1], before[1], settled))
        if self._seen != before:
            self._box.show_rectangle(self.home())


def _grown(content: tuple[float, float], before: tuple[float, float], settled: bool) -> tuple[float, float]:
    if settled and content[1] - content[0] < _LITTLE * (before[1] - before[0]):
        return content
    return min(before[0], content[0]), max(before[1], content[1])
