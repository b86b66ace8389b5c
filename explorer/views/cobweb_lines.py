"""What the cobweb draws: the curve, the way of every sample, fixed points, rivals and starts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import FixedPoint, FixedPoints, Iterations, MapCurve, RootProofs

from ..canvas.diagonal import Diagonal
from ..canvas.diagonal_bands import DiagonalBands
from ..canvas.effect_arrows import PointedParameter, effect_words
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.item import CanvasItem
from ..canvas.nearest import nearest_curve
from ..canvas.number_text import number_text
from ..canvas.plot_labels import PlotLabel, PlotLabels
from ..canvas.points import DraggablePoints
from ..canvas.segments import Segments, Stroke, StrokeGroup
from .cobweb_path import corners, images
from .fixed_point_marks import fixed_point_group
from .proved_boxes import proof_of, proved_bands
from .solver_race import focus_sample, record_at, solver_colour, solver_glyph

if TYPE_CHECKING:
    from jaxtyping import Float
    from PySide6.QtCore import QPointF

    from ..theme import Theme

_REACH = 7.0
_MOST_SAMPLES = 64
_MOST_FAINT = 1000
"""Pieces of the ways of all samples but the one in focus that are drawn: of many samples only what is recent."""
_MOST_AVOIDED = 8
"""Samples whose ways the labels keep clear of."""


class CobwebLines:
    """The layers of a cobweb and their readings."""

    def __init__(self, theme: Theme) -> None:
        self.diagonal = Diagonal(theme, z=-60)
        self.graph = Segments(theme, z=-40)
        self.bands = DiagonalBands(theme, z=-50)
        self.stems = Segments(theme, z=-30)
        self.stairs = Segments(theme, z=-20)
        self.rivals = Glyphs(theme, z=10)
        self.roots = Glyphs(theme, z=20)
        self.words = PlotLabels(theme, z=25)
        self.now = Glyphs(theme, z=30)
        self.starts = DraggablePoints(theme, "ring", 4.5, z=40)
        self.curve: MapCurve | None = None
        self.iterations: Iterations | None = None
        self.roots_found: FixedPoints | None = None
        self.pointed: PointedParameter | None = None
        self.proofs: RootProofs | None = None
        self.focus = 0
        self.symbol = "z"
        self._theme = theme
        self._iteration = math.nan
        self._paths: list[np.ndarray] = []
        self._bottom = 0.0

    def moving_items(self) -> tuple[CanvasItem, ...]:
        """All but the curve, the diagonal and the bands on it."""
        return self.stems, self.stairs, self.rivals, self.roots, self.words, self.now, self.starts

    def paint(self, theme: Theme) -> None:
        """Draw everything anew: other readings, another focus, another theme."""
        self._theme = theme
        iterations = self.iterations
        if iterations is not None:
            self.focus = focus_sample(iterations, self.focus)
        self._paint_graph()
        self._paths = []
        if iterations is not None and iterations.runs:
            run = iterations.runs[0]
            for sample in range(min(len(iterations), _MOST_SAMPLES)):
                row = int(iterations.row[sample])
                self._paths.append(corners(run, sample, images(run, sample, self.curve, row)))
        self._paint_roots()
        self.set_iteration(self._iteration)
        self.place_starts(self._bottom)

    def set_iteration(self, iteration: float) -> None:
        """Walk every sample up to the playhead; what comes later is faint."""
        self._iteration = iteration
        iterations, theme = self.iterations, self._theme
        if iterations is None or not self._paths:
            self.stairs.set_segments(np.empty((0, 2)), ())
            self.now.set_groups(())
            self.rivals.set_groups(())
            return
        groups, now, begin = [], [], 0
        order = sorted(range(len(self._paths)), key=lambda sample: sample == self.focus)
        for sample in order:
            path, colour, focused = self._paths[sample], theme.colour_of(sample), sample == self.focus
            record = record_at(iterations.runs[0], iteration, sample)
            joints = begin + np.arange(max(0, len(path) - 1))
            done = 2 * max(record, 0)
            recent = 0 if focused else max(0, done - max(8, _MOST_FAINT // len(order)))
            if focused or len(path) * len(order) <= _MOST_FAINT:
                groups.append(StrokeGroup(joints[done:], Stroke.pale(colour, 1.0, 0.3 if focused else 0.12, theme)))
            groups.append(
                StrokeGroup(
                    joints[recent:done], Stroke.pale(colour, 1.6 if focused else 1.0, 1.0 if focused else 0.5, theme)
                )
            )
            if record >= 0:
                radius = 4.5 if focused else 3.5
                now.append(GlyphGroup("disc", path[done : done + 1], colour, radius, halo=True))
            begin += len(path)
        self.stairs.set_segments(np.concatenate([self._paths[sample] for sample in order]), groups)
        self.now.set_groups(now)
        self._paint_rivals()

    def place_starts(self, bottom: float) -> None:
        """Put the handles of the starts at height `bottom`, and a stem on each up to where its way begins."""
        self._bottom = bottom
        iterations = self.iterations
        if iterations is None:
            self.starts.set_points(np.empty((0, 2)), ())
            self.stems.set_segments(np.empty((0, 2)), ())
            return
        z = iterations.starts[:, 0]
        colours = [self._theme.colour_of(sample) for sample in range(len(z))]
        handles = np.stack([z, np.full(len(z), bottom)], axis=1)
        self.starts.set_points(handles, colours)
        feet = _stems(self._paths, self._bottom)
        self.stems.set_segments(
            np.concatenate([np.empty((0, 2)), *feet]),
            [
                StrokeGroup(np.array([2 * sample]), Stroke.pale(colours[sample], 1.0, 0.45, self._theme))
                for sample in range(len(feet))
            ],
        )

    def sample_at(self, position: QPointF) -> int | None:
        """The sample whose way is under a position in pixels."""
        projection = self.stairs.projection
        if projection is None or not self._paths or not self.stairs.isVisible():
            return None
        offsets = np.cumsum([0, *(len(path) for path in self._paths)])
        pixels = projection.pixels(np.concatenate(self._paths))
        found = nearest_curve(pixels, offsets, (position.x(), position.y()), _REACH)
        return None if found is None else found[0]

    def root_at(self, position: QPointF) -> FixedPoint | None:
        """The fixed point under a position in pixels."""
        projection, found = self.roots.projection, self.roots_found
        if projection is None or found is None or not self.roots.isVisible():
            return None
        for one in found.points:
            x, y = projection.pixels(np.full(2, one.point[0])).tolist()
            if math.hypot(x - position.x(), y - position.y()) <= _REACH + 3:
                return one
        return None

    def count(self) -> int:
        """How many samples there are."""
        return 0 if self.iterations is None else len(self.iterations)

    def iterate(self) -> tuple[str, int, float] | None:
        """The solver, and number and value of its iterate of the sample in focus at the playhead."""
        if self.iterations is None or not self._paths:
            return None
        run = self.iterations.runs[0]
        record = record_at(run, self._iteration, self.focus)
        return None if record < 0 else (run.title, int(run.iteration[record]), float(run.z[record, self.focus, 0]))

    def readout_at(self, position: QPointF) -> str:
        """Text about a position in pixels: the fixed point there, else z and f(z)."""
        root, projection, name = self.root_at(position), self.stairs.projection, self.symbol
        if root is not None:
            z, slope = float(root.point[0]), float(root.eigenvalues[0].real)
            numbers = f"{name}* = {number_text(z, 10)}   f′({name}*) = {number_text(slope, 6)}"
            proof = proof_of(root, self.proofs, self.roots_found)
            return "   ".join(filter(None, (numbers, root.word, proof)))
        if projection is None:
            return ""
        z = float(projection.data(np.array([position.x(), position.y()]))[0])
        f = self.image_at(z)
        image = "" if f is None else f"   f({name}) = {number_text(f)}   f({name}) − {name} = {number_text(f - z)}"
        return f"{name} = {number_text(z)}{image}"

    def image_at(self, z: float) -> float | None:
        """f(z) on the curve of the sample in focus; None where it is not known."""
        curve = self.curve
        if curve is None or not len(curve.z):
            return None
        f = float(
            np.interp(z, curve.z, curve.f[_row(curve, self.iterations, self.focus)], left=math.nan, right=math.nan)
        )
        return f if math.isfinite(f) else None

    def _graph_of_focus(self) -> np.ndarray:
        curve = self.curve
        return (
            np.empty((0, 2))
            if curve is None
            else np.stack([curve.z, curve.f[_row(curve, self.iterations, self.focus)]], axis=1)
        )

    def _paint_graph(self) -> None:
        curve = self.curve
        if curve is None or len(curve.z) < 2:
            self.graph.set_segments(np.empty((0, 2)), ())
            return
        rows, size = curve.f.shape
        points = np.stack([np.tile(curve.z, rows), curve.f.ravel()], axis=1)
        begin = np.arange(rows * size).reshape(rows, size)[:, :-1]
        strong = _row(curve, self.iterations, self.focus)
        others = np.delete(begin, strong, axis=0).ravel()
        self.graph.set_segments(
            points,
            (
                StrokeGroup(others, Stroke.pale(self._theme.muted, 1.0, 0.35, self._theme)),
                StrokeGroup(begin[strong], Stroke.pale(self._theme.text, 1.8, 0.9, self._theme)),
            ),
        )

    def _paint_roots(self) -> None:
        found = () if self.roots_found is None else self.roots_found.points
        places = root_places(self.roots_found)
        self.bands.set_bands(proved_bands(self.proofs, self.roots_found, self._theme))
        self.roots.set_groups(
            [fixed_point_group(one, places[index : index + 1], self._theme) for index, one in enumerate(found)]
        )
        self.words.set_labels(
            [
                PlotLabel(
                    (float(one.point[0]), float(one.point[0])),
                    (
                        f"{self.symbol}* = {number_text(float(one.point[0]), 6)}, {one.word}",
                        effect_words(one, self.roots_found, self.pointed, [(0, self.symbol)])
                        or f"f′({self.symbol}*) = {number_text(float(one.eigenvalues[0].real))}",
                    ),
                    fixed_point_group(one, places[:1], self._theme).colour,
                )
                for one in found
            ],
            [
                *self._paths[:_MOST_AVOIDED],
                *_stems(self._paths, self._bottom),
                *([] if self.curve is None else [self._graph_of_focus()]),
            ],
        )

    def _paint_rivals(self) -> None:
        iterations, focus = self.iterations, self.focus
        if iterations is None:
            return
        small, current = [], []
        for index, run in enumerate(iterations.runs[1:], 1):
            colour, glyph = solver_colour(self._theme, index), solver_glyph(index)
            z = run.z[:, focus, 0]
            places = np.stack([z, z], axis=1)
            record = record_at(run, self._iteration, focus)
            small.append(GlyphGroup(glyph, places, colour, 1.7))
            if record >= 0:
                current.append(GlyphGroup(glyph, places[record : record + 1], colour, 4.0, halo=True))
        self.rivals.set_groups([*small, *current])


def root_places(found: FixedPoints | None) -> Float[np.ndarray, "M 2"]:
    """Where the fixed points lie, on the diagonal."""
    points = () if found is None else found.points
    return np.array([[one.point[0]] * 2 for one in points]).reshape(-1, 2)


def _row(curve: MapCurve, iterations: Iterations | None, sample: int) -> int:
    """Which of the curves a sample sees."""
    row = int(iterations.row[sample]) if iterations is not None and len(iterations) else 0
    return min(row, len(curve.f) - 1)


def _stems(paths: list[np.ndarray], bottom: float) -> list[np.ndarray]:
    """From every start's handle to where its way begins."""
    return [np.stack([np.array([path[0, 0], bottom]), path[0]]) for path in paths]
