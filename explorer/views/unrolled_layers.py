"""Backpropagation through the iterations: how its error falls with their number, and how the gradient fades."""

from __future__ import annotations

import math
from itertools import cycle
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import DepthErrors, LayerGradients

from ..canvas.bars import Bars
from ..canvas.dashes import Dashes
from ..canvas.fitted_card import FittedCard
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.time_cursor import StartLine
from ..canvas.view_history import Rectangle
from ..editors.choice_row import ChoiceRow
from ..view import Table
from .gradient_marks import method_colour, method_glyph, method_swatch
from .iteration_table import rows_where, within
from .unrolled_pictures import TIPS, WORDS, Picture, depth_picture, error_picture, finite, norm_picture

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_APART = 9.0
_LOWEST = -15.0
"""Of the vertical axis, however small the errors: what is below is rounding."""


class UnrolledLayers(FittedCard):
    """Errors of networks of k equal layers: by truncation, by depth, or |dL/dz_k| in each; beside powers of rho."""

    name = "unrolled"
    title = "Unrolled"
    wanted = frozenset({LayerGradients, DepthErrors})
    kinds = frozenset({"map", "root"})
    help = (
        "The gradient by backpropagation through the last k of the iterations that are unrolled from the start: its "
        "relative error falls as ρᵏ, the dashed line; the dotted line marks all of them. The layer norms show the same "
        "from the other side: what reaches an earlier layer fades by ρ per layer, or grows where ρ is above 1. Depth "
        "sets networks of K layers against the implicit layer: the output comes nearer to its output as ρᴷ, the "
        "gradient later, as K ρᴷ."
    )
    at_first: ClassVar[bool] = False
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 50
    log_y = True
    legend_below = True
    lowest: ClassVar[int] = 200
    chip_names = ("note", "rate", "radius")

    def __init__(self) -> None:
        super().__init__()
        self._gradients: LayerGradients | None = None
        self._depths: DepthErrors | None = None
        self._unrolled = 1
        self._line = Segments(self.theme, z=0)
        self._marks = Glyphs(self.theme, z=10)
        self._bars = Bars(self.theme, z=-10)
        self._predicted = Dashes(self.theme, z=5)
        self._chosen = StartLine(self.theme, z=-20)
        self._note = EmptyNote(self.theme, "The error of unrolled gradients appears here.")
        still = Sheet(self.theme, self._chosen, self._bars, self._line, self._predicted, self._marks)
        self.box.add(still, self._note)
        self._picture = ChoiceRow("Picture", WORDS, TIPS)
        self.header.addWidget(self._picture)
        self._picture.chosen.connect(self._turn)
        self.box.hover_moved.connect(self._read)

    def _turn(self) -> None:
        self.redraw()
        self.fit()

    def _drawn(self) -> Picture | None:
        """What is to be drawn; None while it is not known."""
        word, gradients, depths = self._picture.word(), self._gradients, self._depths
        if word == WORDS[2]:
            return None if depths is None else depth_picture(depths)
        if gradients is None:
            return None
        return error_picture(gradients) if word == WORDS[0] else norm_picture(gradients)

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        theme, picture = self.theme, self._drawn()
        measured = () if picture is None else picture.measured
        predicted = () if picture is None else picture.predicted
        plain = zip(measured, cycle((theme.accent, theme.teal)), strict=False)
        colours = tuple(method_colour(theme, each.method) if each.method else colour for each, colour in plain)
        glyphs = [method_glyph(each.method) for each in measured]
        dashed = zip(predicted, cycle((theme.text, theme.muted, theme.faint)), strict=False)
        expected = tuple(method_colour(theme, each.method) if each.method else colour for each, colour in dashed)
        bars = picture is not None and picture.bars
        points = [course.points() for course in measured]
        self._line.set_segments(*_joined([] if bars else points, colours))
        self._marks.set_groups(
            [
                GlyphGroup(glyph, each, colour, 2.8, apart=_APART)
                for glyph, each, colour in zip(glyphs, points, colours, strict=True)
            ]
        )
        self._bars.set_points(points[0] if bars else np.empty((0, 2)), colours[0] if bars else theme.accent)
        self._predicted.set_families(
            [([finite(course.points())], colour) for course, colour in zip(predicted, expected, strict=False)]
        )
        marked = self._picture.word() == WORDS[0] and picture is not None
        self._chosen.set_time(float(self._unrolled) if marked else math.nan)
        self._note.setVisible(not any(len(each) for each in points))
        self.plot.bottom.set_title("" if picture is None else picture.bottom)
        self.plot.left.set_title("" if picture is None else picture.left)
        several = len(measured) > 1
        own = [(each.name, method_swatch(each.method) if each.method else "line") for each in measured if several]
        self.legend.set_entries((*own, *((each.name, "dash") for each in predicted)))
        self.legend.set_colours((*(colours if several else ()), *expected), theme)
        self._tell()

    def _tell(self) -> None:
        picture, depths = self._drawn(), self._depths
        known = picture is not None and bool(len(picture.measured[0].values))
        rate = picture.rate() if picture is not None and known else math.nan
        text = "" if math.isnan(rate) else f"rate {number_text(rate)}"
        self.chips.set_text("rate", text, f"{text}: what the last ones were multiplied by, each")
        is_depth = self._picture.word() == WORDS[2]
        reading = depths if is_depth else self._gradients
        radius = math.nan if reading is None else reading.radius
        text = f"ρ = {number_text(radius)}" if math.isfinite(radius) else ""
        hint = f"{text}: spectral radius of df/dz, the rate that is expected"
        self.chips.set_text("radius", text, hint, warning=radius >= 1)
        note = depths.note if is_depth and depths is not None else ""
        self.chips.set_text("note", note.split(":")[0], note, warning=True)

    def _read(self, position: QPointF) -> None:
        picture = self._drawn()
        k = round(float(self.box.projection().data(np.array([position.x(), position.y()]))[0]))
        course = None if picture is None else picture.measured[0]
        if picture is None or course is None or not 0 <= k - course.first < len(course.values):
            self.readout.emit("")
            return
        known = [(each.what, each.at(k)) for each in (*picture.measured, *picture.predicted)]
        parts = [f"{what} {power_text(value)}" for what, value in known if not math.isnan(value)]
        self.readout.emit("   ".join([f"{picture.k} = {k}", *parts]))

    @override
    def extent(self) -> Rectangle | None:
        picture = self._drawn()
        points = [] if picture is None else [finite(course.points()) for course in picture.measured]
        shown = np.concatenate([np.empty((0, 2)), *points])
        if picture is None or not len(shown):
            return None
        low, high = float(shown[:, 1].min()), float(shown[:, 1].max())
        course = picture.measured[0]
        ends = float(course.first - 1), float(course.first + len(course.values))
        return (max(0.0, ends[0]), ends[1]), (max(low, _LOWEST), max(high, low + 0.5))

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return content[0], padded(*content[1])

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._gradients = self._depths = None
        self._unrolled = experiment.gradient.unrolled
        self.begin_anew(self.framed(((0.0, 10.0), (-6.0, 0.0))))
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        gradients, depths = frame.get(LayerGradients), frame.get(DepthErrors)
        gradients, depths = gradients or self._gradients, depths or self._depths
        if gradients is not self._gradients or depths is not self._depths:
            self._gradients, self._depths = gradients, depths
            self.redraw()
            self.follow_frame(frame)

    @override
    def table(self, visible_only: bool = False) -> Table:
        columns = self._depth_columns() if self._picture.word() == WORDS[2] else self._gradient_columns()
        table = Table(columns)
        if not columns or not visible_only:
            return table
        return rows_where(table, within(next(iter(columns.values())), self.box.rectangle()[0]))

    def _depth_columns(self) -> dict[str, np.ndarray]:
        depths = self._depths
        if depths is None:
            return {}
        powers = depth_picture(depths).predicted[1].values
        depth = np.arange(len(depths.distance))
        errors = {"gradient_error": depths.gradient_error, "distance": depths.distance}
        return {"depth": depth, **errors, "radius_to_the_depth": powers}

    def _gradient_columns(self) -> dict[str, np.ndarray]:
        gradients = self._gradients
        if gradients is None:
            return {}
        errors, size = error_picture(gradients), max(len(gradients.unrolled_error), len(gradients.layer_norm))
        return {
            "k": np.arange(1, size + 1),
            "unrolled_error": _filled(gradients.unrolled_error, size),
            "predicted_error": _filled(errors.predicted[0].values, size),
            "layer_norm": _filled(gradients.layer_norm, size),
            **{f"{one.method}_error": _placed(one.terms, one.error, size) for one in gradients.by_terms},
        }


def _joined(courses: list[np.ndarray], colours: tuple[str, ...]) -> tuple[np.ndarray, list[StrokeGroup]]:
    """Points of all courses after each other, and the segments within each."""
    begins = np.cumsum([0, *(len(each) for each in courses)])
    groups = [
        StrokeGroup(begin + np.arange(max(0, len(each) - 1)), Stroke(colour, 1.8))
        for each, begin, colour in zip(courses, begins.tolist(), colours, strict=False)
    ]
    return np.concatenate([np.empty((0, 2)), *courses]), groups


def _placed(k: Int[np.ndarray, "M"], values: Float[np.ndarray, "M"], size: int) -> Float[np.ndarray, "size"]:
    """Values at their k from 1 on; NaN at the others."""
    column = np.full(size, np.nan)
    column[k[k <= size] - 1] = values[k <= size]
    return column


def _filled(values: Float[np.ndarray, "K"], size: int) -> Float[np.ndarray, "size"]:
    return np.concatenate([values, np.full(size - len(values), np.nan)])
