"""Ten thousand points that move with the playhead, each with a fading trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from .course import Course
from .fading_light import colour_table
from .light_item import LightItem
from .lines import visible_lines
from .projection import Projection

if TYPE_CHECKING:
    from ..theme import Theme

_LIFE = 0.04
"""Of the time span: how long a trail is."""
_PIECES = 8
"""Lines of a whole trail, where it is drawn at once."""
_LONGEST_PIECE = 0.5
"""Of the time between two known places."""
_BRIGHTEST, _FAINTEST, _MANY = 150, 26, 1_500.0
"""How much of 255 a line adds to what is left of the dark: of few points, and of very many."""


class CourseTrails(LightItem):
    """The light of an ensemble at the playhead's time.

    A little later the light fades and the newest pieces of all trails are drawn, whatever course they belong to; where
    the time jumps, or another course comes while it stands still, whole trails are drawn anew. When the view moves the
    light is carried over.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._course: Course | None = None
        self._time = 0.0
        self._points: np.ndarray | None = None  # in pixels at that time; None while they are not known
        self._drawn_for: Projection | None = None
        self._anew = True

    def set_course(self, course: Course | None) -> None:
        """Show other points."""
        if course is not self._course:
            self._course, self._points, self._anew = course, None, True
            self.invalidate()

    def set_time(self, t: float) -> None:
        """Let the points be where they are at t."""
        course, passed = self._course, t - self._time
        if course is None or not passed:
            self._time = t
            return
        goes_on = self.isVisible() and 0.0 < passed < 0.5 * _life(course)
        if goes_on and self._drawn_for is not None:
            self._anew = False  # what there is fades by itself
            projection = self.ensure_layout()
            if projection is not None:
                self._go_on(course, projection, t)
                self.update()
                return
        self._time, self._anew = t, True
        self.invalidate()

    @override
    def colours(self, theme: Theme) -> list[int]:
        """The upper end of the density colours: it is seen over the lower."""
        return colour_table(theme.density, np.linspace(0.0, 1.0, 256) ** 0.8, 0.7)

    @override
    def layout(self, projection: Projection) -> None:
        before = self._drawn_for
        if self._anew or projection != before:
            self.light.follow(None if self._anew else before, projection)
        if projection != before:
            self._points = None
        self._drawn_for = projection
        if self._anew and self._course is not None:
            self._draw_whole(self._course, projection)
        self._anew = False

    def _draw_whole(self, course: Course, projection: Projection) -> None:
        begin, end = float(course.run.times.min()), self._time
        self._time = min(end, max(begin, end - _life(course)))
        self._points = course.at(self._time, projection)
        for piece in np.linspace(self._time, end, _PIECES + 1)[1:].tolist():
            self._draw_to(course, projection, piece, smooth=False)

    def _go_on(self, course: Course, projection: Projection, t: float) -> None:
        if self._points is None:
            self._points = course.at(self._time, projection)
        pieces = int(np.ceil((t - self._time) / (_LONGEST_PIECE * abs(course.spacing))))
        for piece in np.linspace(self._time, t, max(1, pieces) + 1)[1:].tolist():
            self._draw_to(course, projection, piece, smooth=True)

    def _draw_to(self, course: Course, projection: Projection, t: float, *, smooth: bool) -> None:
        """Fade, and draw the way of every point from where it was."""
        self.light.fade(255.0 * (t - self._time) / _life(course))
        points = course.at(t, projection)
        if self._points is not None and t > self._time:
            lines = visible_lines(self._points, points, projection.width, projection.height)
            self.light.add(lines, _light_of(len(points)), smooth=smooth)
        self._points, self._time = points, t


def _life(course: Course) -> float:
    return _LIFE * float(np.ptp(course.run.times))


def _light_of(count: int) -> int:
    """The more points, the less each of them."""
    return round(_FAINTEST + (_BRIGHTEST - _FAINTEST) / (1.0 + count / (_MANY)))
