"""Eigenvalues in the complex plane, one sample's strongly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import Spectrum

from ..canvas.colour import blend
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.legend import Swatch
from ..canvas.marks import Marks
from ..canvas.nearest import nearest_point
from ..canvas.number_text import eigenvalue_text, number_text, power_text
from ..canvas.plot_labels import PlotLabel, PlotLabels
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.unit_disc import UnitDisc
from ..canvas.view_history import Rectangle

if TYPE_CHECKING:
    from jaxtyping import Bool, Complex, Float

    from ..theme import Theme

_REACH = 10.0
_NO_DAMPING = 0.9995
_HUGE = 0.5
"""Damping below which its disc, three times as wide as the unit circle, may leave the picture."""


class SpectrumMarks:
    """The eigenvalues of every sample over the regions they may lie in."""

    def __init__(self, theme: Theme) -> None:
        self.regions = UnitDisc(theme, z=-50)
        self.others = Marks(theme, "dot", 5.0, z=-10)
        self.ways = Segments(theme, z=-5)
        self.after = Marks(theme, "dot", 3.5, z=0)
        self.inside = Marks(theme, "dot", 8.0, z=10)
        self.outside = Glyphs(theme, z=20)
        self.pointed = PlotLabels(theme, z=50)
        self.spectrum: Spectrum | None = None
        self.focus = 0
        self.beta = math.nan
        self._theme = theme

    def still_items(self) -> tuple[CanvasItem, ...]:
        """All but what follows the mouse."""
        return self.regions, self.others, self.ways, self.after, self.inside, self.outside

    def paint(self, theme: Theme) -> None:
        """Draw everything anew."""
        self._theme = theme
        values, trusted = self._shown()
        places, modulus = _places(values), np.abs(values)
        stable, flow = trusted & (modulus < 1.0), trusted & (modulus >= 1.0) & (values.real < 1.0)
        neither = trusted & (values.real >= 1.0)
        every = np.empty((0, 0), complex) if self.spectrum is None else self.spectrum.eigenvalues
        rest = every[np.arange(len(every)) != self.focus]
        self.others.set_points(_places(rest), blend(theme.muted, theme.card, 0.62))
        self.inside.set_points(places[stable], theme.colour_of(self.sample()))
        self.outside.set_groups(
            [
                GlyphGroup("disc", places[~trusted], theme.muted, 3.5, hollow=True),
                GlyphGroup("diamond", places[flow], theme.amber, 5.0, halo=True),
                GlyphGroup("cross", places[neither], theme.rose, 4.5, halo=True),
            ]
        )
        self._paint_ways(values[trusted][:0] if math.isnan(self.damping()) else values[trusted])
        self.regions.set_damping(self.damping())
        self.pointed.set_labels(())

    def _paint_ways(self, values: Complex[np.ndarray, "n"]) -> None:
        """Where damping takes every eigenvalue: a part of its way from 1."""
        theme, after = self._theme, 1.0 - self.damping() * (1.0 - values)
        self.after.set_points(_places(after), theme.violet)
        ends = _places(np.stack([values, after], axis=1))
        stroke = Stroke.pale(theme.violet, 1.0, 0.5, theme)
        self.ways.set_segments(ends, [StrokeGroup(2 * np.arange(len(values)), stroke)])

    def _shown(self) -> tuple[Complex[np.ndarray, "n"], Bool[np.ndarray, "n"]]:
        """The eigenvalues of the sample in focus, and whether each is exact enough."""
        spectrum = self.spectrum
        if spectrum is None or len(spectrum.radius) <= self.focus:
            return np.empty(0, complex), np.empty(0, bool)
        return spectrum.eigenvalues[self.focus], spectrum.converged[self.focus]

    def sample(self) -> int:
        """The sample in focus."""
        spectrum = self.spectrum
        return 0 if spectrum is None or len(spectrum.samples) <= self.focus else int(spectrum.samples[self.focus])

    def best_damping(self) -> float:
        """Of the sample in focus; NaN where none helps."""
        spectrum = self.spectrum
        unknown = spectrum is None or len(spectrum.damping) <= self.focus
        return math.nan if spectrum is None or unknown else float(spectrum.damping[self.focus])

    def damping(self) -> float:
        """The damping in force; NaN where it changes nothing."""
        return self.beta if self.beta < _NO_DAMPING else math.nan

    def names(self) -> list[tuple[str, Swatch, str]]:
        """What every mark and region means: a name, its swatch and colour."""
        theme, beta = self._theme, self.damping()
        names: list[tuple[str, Swatch, str]] = [
            ("stable", "dot", theme.colour_of(self.sample())),
            ("only as a flow", "lozenge", theme.amber),
            ("in neither", "cross", theme.rose),
            ("|λ| < 1", "area", blend(theme.muted, theme.card, 0.45)),
            ("Re λ < 1", "area", blend(theme.teal, theme.card, 0.72)),
        ]
        damped = [] if math.isnan(beta) else [(f"damped by {number_text(beta, 3)}", theme.violet)]
        return [*names, *((name, "dash", colour) for name, colour in damped)]

    def point_at(self, position: QPointF) -> tuple[int, str] | None:
        """Label the eigenvalue under a position in pixels; returns its sample and a text, None where there is none."""
        spectrum, found = self.spectrum, self.found_at(position)
        if spectrum is None or found is None:
            self.pointed.set_labels(())
            return None
        value, sample = complex(spectrum.eigenvalues[found]), int(spectrum.samples[found[0]])
        lines = [*eigenvalue_text(np.array([value])), f"|λ| = {number_text(abs(value), 6)}"]
        if not spectrum.converged[found]:
            lines.append(f"not converged: residual {power_text(float(spectrum.bounds[found]), 2)}")
        self.pointed.set_labels([PlotLabel((value.real, value.imag), tuple(lines), self._theme.text)])
        words = [*lines, fate(value)] if spectrum.converged[found] else lines
        return sample, "   ".join([*words, *([f"sample {sample + 1}"] if len(spectrum.radius) > 1 else [])])

    def found_at(self, position: QPointF) -> tuple[int, int] | None:
        """(place of the sample, eigenvalue) under a position in pixels; those of the sample in focus come first."""
        spectrum, projection = self.spectrum, self.regions.projection
        if spectrum is None or projection is None:
            return None
        for place in sorted(range(len(spectrum.radius)), key=lambda place: place != self.focus):
            pixels = projection.pixels(_places(spectrum.eigenvalues[place]))
            found = nearest_point(pixels, (position.x(), position.y()), _REACH)
            if found is not None:
                return place, found
        return None

    def content(self) -> Rectangle:
        """What holds the unit circle, every eigenvalue, and the disc of the best damping unless it is huge."""
        values = np.empty(0) if self.spectrum is None else self.spectrum.eigenvalues.ravel()
        values = values[np.isfinite(values)]
        best = self.best_damping()
        disc = 1.0 / best if best > _HUGE else 1.0
        x = np.array([1.0 - 2.0 * disc, 1.0, *values.real])
        y = np.abs(values.imag).max(initial=disc)
        return (float(x.min()), float(x.max())), (-float(y), float(y))


def fate(value: complex) -> str:
    """Where a direction with this eigenvalue is stable: as an iteration, as a flow."""
    if abs(value) < 1.0:
        return "stable as an iteration and as a flow"
    return "stable only as a flow" if value.real < 1.0 else "stable neither as an iteration nor as a flow"


def _places(values: Complex[np.ndarray, "*shape"]) -> Float[np.ndarray, "N 2"]:
    return np.stack([values.real.ravel(), values.imag.ravel()], axis=1)
