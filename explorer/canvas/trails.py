"""Drifting particles and the fading light they leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from .fading_light import density_light
from .flow import PlaneFlow, ScreenFlow
from .light_item import LightItem
from .projection import Projection
from .swarm import LONGEST_STEP, Swarm

if TYPE_CHECKING:
    from ..theme import Theme

_PARTICLES_PER_MEGAPIXEL = 7500
_MOST_PARTICLES = 5500
_FADE_SECONDS = 2.4
_LIGHT = 90
"""How much of 255 one pass of a particle adds to what is left of the dark."""


class Trails(LightItem):
    """Light that particles leave and that fades.

    It belongs to the rectangle of data it was drawn for; when the view moves it is carried over, so trails pan and
    zoom with the plot.
    """

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self._flow: PlaneFlow | None = None
        self._on_screen: ScreenFlow | None = None
        self._swarm = Swarm(0)
        self._drawn_for: Projection | None = None

    def set_flow(self, flow: PlaneFlow | None) -> None:
        """Drift along another field; the trails of the old one fade."""
        self._flow = flow
        if flow is None:
            self._swarm.clear()
            self.light.clear()
        self.invalidate()

    def advance(self, seconds: float) -> None:
        """Let time pass: fade, move, draw the new piece of every trail."""
        projection = self.ensure_layout()
        if projection is None or seconds <= 0:
            return
        # after a pause neither the particles nor the light make up for what nobody saw
        seconds = min(seconds, LONGEST_STEP)
        self.light.fade(255.0 * seconds / _FADE_SECONDS)
        if self._on_screen is not None:
            lines = self._swarm.move(self._on_screen, seconds, projection.width, projection.height)
            self.light.add(lines, _LIGHT)
        self.update()

    @override
    def colours(self, theme: Theme) -> list[int]:
        return density_light(theme)

    @override
    def layout(self, projection: Projection) -> None:
        self._on_screen = self._flow and self._flow.on_screen(projection)
        before, width, height = self._drawn_for, projection.width, projection.height
        if projection == before:
            return
        self.light.follow(before, projection)
        if before is not None:
            self._swarm.places = projection.pixels(before.data(self._swarm.places))
        wanted = min(_MOST_PARTICLES, int(width * height * 1e-6 * _PARTICLES_PER_MEGAPIXEL))
        if before is None or (before.width, before.height) != (width, height):
            self._swarm = Swarm(wanted)
        self._drawn_for = projection
