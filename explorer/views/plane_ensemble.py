"""An ensemble in a plane: the glow of its density, its points with their trails, and what the heading says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.frame import Frame
from core.readings import EnsembleRun

from ..canvas.colour_bar import ColourBar
from ..canvas.colour_scale import ColourScale
from ..canvas.course import Course
from ..canvas.course_trails import CourseTrails
from ..canvas.plot_card import PlotCard
from ..canvas.raster import Raster
from ..canvas.veil import Veil
from ..layered import Layer
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from jaxtyping import UInt32

    from ..theme import Theme

_NEEDS = frozenset({EnsembleRun})
LAYERS = (
    Layer("density", "Ensemble density", help="How long the ensemble stays where; brighter is longer", needs=_NEEDS),
    Layer("ensemble", "Ensemble trails", help="The ensemble at the playhead's time, each with its trail", needs=_NEEDS),
)
_UNIT = ColourScale(0.0, 1.0)
_GAMMA = 0.85
_VEIL = 2.0
"""Power of the glow's height that is its alpha over a map: the middle of the scale lets most of it through."""
_TYPICAL = 12.0
"""What the mean number of visits counts as before the logarithm: equal glows for any number of trajectories."""
_MOST_LEVELS = 1 << 16


class PlaneEnsemble:
    """The newest picture of the ensemble; nothing while it is switched off.

    below: pictures of the whole plane: where one is shown it is seen through the glow.
    """

    def __init__(self, card: PlotCard, *below: Raster) -> None:
        self._card = card
        self._below = below
        self.image = Veil(card.theme, z=-90)
        self.trails = CourseTrails(card.theme, z=-65)
        self._bar = ColourBar(card.theme)
        card.header.insertWidget(card.header.indexOf(card.legend), self._bar)
        self._run: EnsembleRun | None = None
        self.image.visibleChanged.connect(self._paint)
        for picture in below:
            picture.visibleChanged.connect(self._paint)

    def clear(self) -> None:
        """Forget the picture."""
        self._run = None
        self.trails.set_course(None)
        self._paint()

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the picture of a frame if it is one of these axes; until there is one the last stays."""
        newest, reason = frame.get(EnsembleRun), frame.absent.get(EnsembleRun)
        if reason:
            self._card.chips.set_text("ensemble", "no ensemble", reason, warning=True)
        if newest is None or newest is self._run or (newest.x_name, newest.y_name) != (axes.x, axes.y):
            return
        self._run = newest
        self._paint()
        if len(newest.times) > 1:
            self.trails.set_course(Course(newest))

    def set_time(self, t: float) -> None:
        """Move the points to where they are at t."""
        self.trails.set_time(t)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the glow and its key."""
        self._bar.set_theme(theme)
        self._paint()

    def _paint(self) -> None:
        run, chips = self._run, self._card.chips
        seen = run is not None and self.image.isVisible()
        self._bar.show_scale(_UNIT if seen else None, words=("density", ""))
        if run is None:
            self.image.clear()
            chips.set_text("ensemble", "")
            return
        if seen:
            self.image.translucent = any(picture.isVisible() for picture in self._below)
            colours = glow(run.visits, run.bright, self._card.theme, veiled=self.image.translucent)
            self.image.set_pixels(run.x, run.y, colours)
        lost = run.ran_away + run.failed + run.left_out
        chips.set_text("ensemble", _counted(len(run.ending)), _in_words(run), warning=lost > 0)


def veil(theme: Theme) -> UInt32[np.ndarray, "256"]:
    """The colours of the glow as translucent ones, their channels multiplied by the alpha.

    Alpha a and colour c with (1 - a) card + a c = opaque, as far as c can be that bright: hues of a map stay
    recognisable below the common, and what is rare still shines.
    """
    opaque = _channels(_UNIT.table(theme)[:-1])
    alpha = np.linspace(0.0, 1.0, len(opaque))[:, None] ** _VEIL
    multiplied = np.clip(opaque - (1.0 - alpha) * opaque[0], 0.0, 255.0 * alpha)
    alpha_and_colour = np.rint(np.hstack([255.0 * alpha, multiplied])).astype(np.uint32)
    packed: np.ndarray = (alpha_and_colour << np.array([24, 16, 8, 0], dtype=np.uint32)).sum(axis=1, dtype=np.uint32)
    return packed


def _channels(colours: UInt32[np.ndarray, "256"]) -> np.ndarray:
    return np.stack([(colours >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(np.float64)


def glow(
    visits: UInt32[np.ndarray, "ny nx"], bright: float, theme: Theme, *, veiled: bool = False
) -> UInt32[np.ndarray, "ny nx"]:
    """Colours from the card's own, where nobody was, to the brightest from `bright` visits on; veiled: see `veil`.

    Their logarithm counts, so that the few are seen beside the many.
    """
    table = veil(theme) if veiled else _UNIT.table(theme)[:-1]
    if bright <= 0:
        return np.full(visits.shape, table[0])
    cut = np.minimum(visits, np.uint32(np.ceil(bright)))
    mean = float(cut.mean())
    shift = max(0, int(bright).bit_length() - _MOST_LEVELS.bit_length() + 1)
    levels = np.arange((int(np.ceil(bright)) >> shift) + 1) << shift
    gain = _TYPICAL / mean if mean > 0 else 1.0
    part = (np.log1p(gain * levels) / np.log1p(gain * bright)) ** _GAMMA
    colours: np.ndarray = table[_UNIT.levels(part)]
    return colours[cut >> shift]


def _counted(count: int) -> str:
    return f"{count:,} trajectories".replace(",", " ")


def _in_words(run: EnsembleRun) -> str:
    """What became of them."""
    parts = [f"ensemble of {_counted(run.count)}, {run.arrived:,} to the end of the time span"]
    if run.ran_away:
        parts.append(f"{run.ran_away:,} ran away")
    if run.failed:
        parts.append(f"{run.failed:,} ended early")
    if run.left_out:
        parts.append(f"{run.left_out:,} left out when the seconds were over that the card Run allows")
    parts.append(f"{run.evaluations:,} evaluations on the path {run.path}, {run.seconds:.2g} s")
    return ", ".join(parts)
