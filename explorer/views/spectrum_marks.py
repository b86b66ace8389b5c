"""Eigenvalues in the complex plane, one sample's strongly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import Spectrum

from ..canvas.chip_row import ChipRow
from ..canvas.colour import blend
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.marks import Marks
from ..canvas.nearest import nearest_point
from ..canvas.number_text import eigenvalue_text, number_text, power_text
from ..canvas.plot_labels import PlotLabel, PlotLabels
from ..canvas.unit_disc import UnitDisc
from ..canvas.view_history import Rectangle

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

    from ..theme import Theme

NEARLY_SINGULAR = 1e6
"""Condition of I - J from which on its gradients are not to be trusted."""
_REACH = 10.0
_NO_DAMPING = 0.9995


class SpectrumMarks:
    """The eigenvalues of every sample over the regions they may lie in."""

    def __init__(self, theme: Theme) -> None:
        self.regions = UnitDisc(theme, z=-50)
        self.others = Marks(theme, "dot", 5.0, z=-10)
        self.after = Marks(theme, "dot", 3.0, z=0)
        self.inside = Marks(theme, "dot", 8.0, z=10)
        self.outside = Glyphs(theme, z=20)
        self.pointed = PlotLabels(theme, z=50)
        self.spectrum: Spectrum | None = None
        self.focus = 0
        self._theme = theme

    def still_items(self) -> tuple[CanvasItem, ...]:
        """All but what follows the mouse."""
        return self.regions, self.others, self.after, self.inside, self.outside

    def paint(self, theme: Theme) -> None:
        """Draw everything anew."""
        self._theme = theme
        values, beta = self.values(), self.damping()
        places, beyond = _places(values), np.abs(values) >= 1.0
        every = np.empty((0, 0), complex) if self.spectrum is None else self.spectrum.eigenvalues
        rest = every[np.arange(len(every)) != self.focus]
        self.others.set_points(_places(rest), blend(theme.muted, theme.card, 0.62))
        self.inside.set_points(places[~beyond], theme.colour_of(self.focus))
        self.outside.set_groups([GlyphGroup("diamond", places[beyond], theme.rose, 5.0, halo=True)])
        self.after.set_points(_places(values[:0] if math.isnan(beta) else 1.0 - beta + beta * values), theme.violet)
        self.regions.set_damping(beta)
        self.pointed.set_labels(())

    def values(self) -> Complex[np.ndarray, "n"]:
        """The eigenvalues of the sample in focus."""
        shown = self.spectrum is not None and len(self.spectrum.radius) > self.focus
        return self.spectrum.eigenvalues[self.focus] if self.spectrum is not None and shown else np.empty(0, complex)

    def damping(self) -> float:
        """The best damping of the sample in focus; NaN where none helps or none is better."""
        spectrum = self.spectrum
        if spectrum is None or len(spectrum.damping) <= self.focus:
            return math.nan
        beta = float(spectrum.damping[self.focus])
        return beta if beta < _NO_DAMPING else math.nan

    def point_at(self, position: QPointF) -> tuple[int, str] | None:
        """Label the eigenvalue under a position in pixels; returns its sample and a text, None where there is none."""
        spectrum, found = self.spectrum, self.found_at(position)
        if spectrum is None or found is None:
            self.pointed.set_labels(())
            return None
        value = complex(spectrum.eigenvalues[found])
        lines = (*eigenvalue_text(np.array([value])), f"|λ| = {number_text(abs(value), 6)}")
        self.pointed.set_labels([PlotLabel((value.real, value.imag), lines, self._theme.text)])
        return found[0], "   ".join([*lines, *([f"sample {found[0] + 1}"] if len(spectrum.radius) > 1 else [])])

    def found_at(self, position: QPointF) -> tuple[int, int] | None:
        """(sample, eigenvalue) under a position in pixels; those of the sample in focus come first."""
        spectrum, projection = self.spectrum, self.regions.projection
        if spectrum is None or projection is None:
            return None
        for sample in sorted(range(len(spectrum.radius)), key=lambda sample: sample != self.focus):
            pixels = projection.pixels(_places(spectrum.eigenvalues[sample]))
            found = nearest_point(pixels, (position.x(), position.y()), _REACH)
            if found is not None:
                return sample, found
        return None

    def content(self) -> Rectangle:
        """What holds the unit circle and every eigenvalue."""
        values = np.empty(0) if self.spectrum is None else self.spectrum.eigenvalues.ravel()
        values = values[np.isfinite(values)]
        x = np.array([-1.0, 1.0, *values.real])
        y = np.abs(values.imag).max(initial=1.0)
        return (float(x.min()), float(x.max())), (-float(y), float(y))


def tell(chips: ChipRow, spectrum: Spectrum | None, focus: int) -> None:
    """The numbers of one sample as chips: solved, radius, norm, damping, condition."""
    if spectrum is None or focus >= len(spectrum.radius):
        for name in ("solved", "radius", "norm", "damping", "condition"):
            chips.set_text(name, "")
        return
    radius, beta, condition = (
        float(column[focus]) for column in (spectrum.radius, spectrum.damping, spectrum.condition)
    )
    unsolved = "" if spectrum.solved[focus] else "no fixed point"
    chips.set_text("solved", unsolved, "the solver ended at no fixed point: J is taken there", warning=True)
    fate = "Picard's method converges with this rate" if radius < 1 else "Picard's method does not converge"
    text = f"ρ = {number_text(radius, 6)}"
    chips.set_text("radius", text, f"{text}: spectral radius; {fate}", warning=not radius < 1)
    text = f"|J|₂ = {power_text(float(spectrum.norm[focus]), 4)}"
    chips.set_text("norm", text, f"{text}: how much one iteration can stretch an error")
    if math.isnan(beta):
        chips.set_text("damping", "no damping helps", "an eigenvalue at or right of 1: no damping", warning=True)
    else:
        best, rate = number_text(beta, 3), number_text(float(spectrum.damped_radius[focus]))
        chips.set_text("damping", f"β = {best}: {rate}", f"best damping β = {best}: its rate is {rate}")
    text = f"cond(I − J) = {power_text(condition)}"
    chips.set_text(
        "condition", text, f"{text}: how far gradients are magnified", warning=not condition < NEARLY_SINGULAR
    )


def _places(values: Complex[np.ndarray, "*shape"]) -> Float[np.ndarray, "N 2"]:
    return np.stack([values.real.ravel(), values.imag.ravel()], axis=1)
