"""A loss landscape as colours, contours, arrows and columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from core.readings import ClaimedSlope, LossLandscape

from ..canvas.colour_scale import ColourScale
from ..canvas.number_text import power_text
from ..canvas.plot_labels import PlotLabel
from ..canvas.raster import step_of
from ..canvas.vectors import Vector
from ..view import Table
from .gradient_marks import method_colour, method_glyph

if TYPE_CHECKING:
    from jaxtyping import Float, UInt32

    from ..canvas.view_history import Rectangle
    from ..theme import Theme

ARROW = 0.17
"""Length of the reference's arrow, as a part of what is seen."""
LONGEST = 2.4
"""Lengths of the reference up to which an arrow is drawn: how long it is then stands beside it."""
_OFF = 0.1


@dataclass(frozen=True)
class Way:
    """The way down that a method claims: from `tail` to `tip` in places of the plot, cut at `LONGEST`.

    ratio: its length beside the true one, angle to that in degrees, both by positions of the sliders; NaN where it has
    no gradient. uphill: whether the loss rises along it.
    """

    claimed: ClaimedSlope
    tail: tuple[float, float]
    tip: tuple[float, float]
    ratio: float
    angle: float
    uphill: bool

    def words(self) -> str:
        """How far off it is."""
        if not math.isfinite(self.ratio):
            return self.claimed.note or "no gradient"
        text = f"{power_text(self.angle)}° off the true way down, {power_text(self.ratio, 2)} times as long"
        return f"{text}: uphill" if self.uphill else text

    @property
    def name(self) -> str:
        """The method's, and how many times too long its arrow is where that is more than is drawn."""
        cut = self.ratio > LONGEST and len(self.claimed.slope) > 1
        return f"{self.claimed.title} ×{power_text(self.ratio, 2)}" if cut else self.claimed.title

    @property
    def wrong(self) -> bool:
        """Whether it is far from the true one."""
        apart = math.hypot(
            self.ratio * math.cos(math.radians(self.angle)) - 1.0, self.ratio * math.sin(math.radians(self.angle))
        )
        return not apart <= _OFF


def height_scale(values: Float[np.ndarray, "ny nx"]) -> tuple[Float[np.ndarray, "ny nx"], ColourScale]:
    """What is coloured: log(1 + (loss - lowest) / its median), so that a few high places leave the others colours."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return values, ColourScale(0.0, 1.0, heights=True)
    above = values - finite.min()
    middle = float(np.median(above[np.isfinite(above)])) or 1.0
    tones = np.log1p(above / middle)
    return tones, ColourScale(0.0, max(float(np.nanmax(tones)), 1e-12), heights=True)


def landscape_pixels(landscape: LossLandscape, theme: Theme) -> UInt32[np.ndarray, "ny nx"]:
    """Colours as 0xffrrggbb; the card itself where there is no solution."""
    tones, scale = height_scale(landscape.values)
    found: np.ndarray = scale.table(theme)[scale.levels(tones)]
    return np.where(np.isnan(tones), np.uint32(QColor(theme.card).rgba()), found)


def ways(landscape: LossLandscape, seen: Rectangle) -> tuple[Way | None, list[Way]]:
    """The true way down, None where there is none, and that of every method.

    A way is -slope by positions 0 to 1 of the sliders, drawn as long as `ARROW` of what is seen for the reference, and
    in proportion for the others. Over one parameter it is the tangent that a method claims of the curve, as long as
    the others, and drawn to both sides.
    """
    true = landscape.steepness
    if true is None:
        return None, []
    reference = ClaimedSlope("reference", "true descent", landscape.reference, True)  # type: ignore[arg-type]
    whole = [_way(landscape, one, true, seen) for one in (reference, *landscape.slopes)]
    return whole[0], whole[1:]


def _way(landscape: LossLandscape, claimed: ClaimedSlope, true: Float[np.ndarray, "k"], seen: Rectangle) -> Way:
    own, length = claimed.slope * landscape.lengths, float(np.linalg.norm(true))
    with np.errstate(all="ignore"):
        size = float(np.linalg.norm(own))
        ratio, cosine = size / length, float(np.dot(own / size, true / length)) if size > 0.0 else math.nan
    angle = math.degrees(math.acos(min(1.0, max(-1.0, cosine)))) if math.isfinite(cosine) else math.nan
    if size == 0.0:
        angle, ratio = 90.0, 0.0
    uphill = not landscape.descends(claimed)
    spans = np.array([high - low for low, high in seen])
    if len(landscape.axes) == 1:
        point = np.array([landscape.point[0], landscape.loss])
        direction = np.array([1.0, claimed.slope[0]]) / spans
        step = ARROW * spans * direction / np.linalg.norm(direction)
        step = -step if claimed.slope[0] > 0.0 else step
        return Way(claimed, _pair(point - step), _pair(point + step), ratio, angle, uphill)
    point, share = landscape.point, float((spans / landscape.lengths).min())
    step = -own / size * min(ratio, LONGEST) if size > 0.0 else np.zeros(2)
    tip = point + ARROW * share * landscape.lengths * step
    return Way(claimed, _pair(point), _pair(tip), ratio, angle, uphill)


def _pair(point: Float[np.ndarray, "2"]) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def arrows(true: Way | None, shown: Sequence[Way], chosen: str, theme: Theme) -> list[Vector]:
    """The true way, wide and below the others; approximate ones dashed, those that lead uphill wide."""
    if true is None:
        return []
    below = [
        Vector(true.tail, true.tip, theme.card, 7.5),
        Vector(true.tail, true.tip, theme.accent, 5.0),
    ]
    return below + [
        Vector(
            way.tail,
            way.tip,
            method_colour(theme, way.claimed.method),
            3.0 if way.claimed.method == chosen or way.uphill else 1.9,
            dashed=not way.claimed.exact,
            glyph=method_glyph(way.claimed.method),
            at=0.35 + 0.5 * place / len(shown),  # the best arrows lie on each other: their marks do not
        )
        for place, way in enumerate(shown)
        if math.isfinite(way.ratio)
    ]


def way_labels(shown: Sequence[Way], theme: Theme) -> list[PlotLabel]:
    """The names of those that lead uphill, in the warning colour."""
    return [PlotLabel(way.tip, (way.name,), theme.rose) for way in shown if way.uphill]


def merged(before: LossLandscape | None, now: LossLandscape) -> LossLandscape:
    """What is newest of either, where only the values on the axes have changed: the finer of two grids of the same
    places, and the slopes at the same point until there are others."""
    if before is None or not before.values.size or before.axes != now.axes:
        return now
    if not now.values.size or (now.step > before.step and _same_places(before, now)):
        now = replace(
            now,
            x=before.x,
            y=before.y,
            values=before.values,
            step=before.step,
            levels=before.levels,
            lines=before.lines,
        )
    if now.reference is None and np.array_equal(now.point, before.point):
        kept = {"reference": before.reference, "slopes": before.slopes, "total": before.total, "note": before.note}
        now = replace(now, loss=before.loss, **kept)  # type: ignore[arg-type]
    return now


def _same_places(before: LossLandscape, now: LossLandscape) -> bool:
    ends = [(line[0], line[-1]) for line in (before.x, now.x, before.y, now.y)]
    return bool(np.allclose(ends[0], ends[1], rtol=1e-9) and np.allclose(ends[2], ends[3], rtol=1e-9))


def loss_at(landscape: LossLandscape | None, x: float, y: float) -> float:
    """The loss at the nearest point of the grid; NaN outside it and where there is none."""
    if landscape is None or not landscape.values.size:
        return math.nan
    column = round((x - float(landscape.x[0])) / step_of(landscape.x))
    row = 0 if len(landscape.y) == 1 else round((y - float(landscape.y[0])) / step_of(landscape.y))
    rows, columns = landscape.values.shape
    return float(landscape.values[row, column]) if 0 <= row < rows and 0 <= column < columns else math.nan


def scale_words(values: Float[np.ndarray, "ny nx"]) -> tuple[str, str]:
    """The lowest and the highest loss."""
    finite = values[np.isfinite(values)]
    return (power_text(float(finite.min())), power_text(float(finite.max()))) if finite.size else ("", "")


def landscape_table(landscape: LossLandscape | None, seen: Rectangle | None = None) -> Table:
    """The grid row by row, then every method at the present values, with its derivatives by the parameters' values.

    seen: only the part of the grid that lies in it.
    """
    if landscape is None or not landscape.values.size:
        return Table({})
    axes, losses = landscape.axes, landscape.values.ravel()
    places = [axis.ravel() for axis in np.meshgrid(landscape.x, landscape.y)][: len(axes)]
    if seen is not None:
        inside = np.all([(one >= ends[0]) & (one <= ends[1]) for one, ends in zip(places, seen, strict=False)], axis=0)
        places, losses = [one[inside] for one in places], losses[inside]
    reference = landscape.reference
    claims = [] if reference is None else [("reference", reference)]
    claims += [(one.method, one.slope) for one in landscape.slopes]
    columns: dict[str, np.ndarray] = {"method": np.array([""] * len(losses) + [name for name, _ in claims])}
    for index, axis in enumerate(axes):
        here = [landscape.point[index]] * len(claims)
        columns[axis.name] = np.array([axis.value(float(place)) for place in (*places[index], *here)])
    columns["loss"] = np.concatenate([losses, np.full(len(claims), landscape.loss)])
    for index, axis in enumerate(axes):
        chain = axis.slope(axis.value(float(landscape.point[index])))
        slopes = [float(slope[index]) / chain for _, slope in claims]
        columns[f"d loss/d {axis.name}"] = np.concatenate([np.full(len(losses), np.nan), slopes])
    return Table(columns)
