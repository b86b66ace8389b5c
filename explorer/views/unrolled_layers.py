"""Backpropagation through the iterations: how its error falls, and how the gradient fades on its way back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import LayerGradients

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
from ..theme import Theme
from ..view import Table
from .iteration_table import rows_where, within

if TYPE_CHECKING:
    from jaxtyping import Float

_PICTURES = ("error", "layer norms")
_APART = 9.0
_ROUNDING = 1e-13
"""Below, errors are rounding and say nothing about a rate."""


class UnrolledLayers(FittedCard):
    """The relative error through the last k iterations, or |dL/dz_k| of every unrolled layer, beside powers of rho."""

    name = "unrolled"
    title = "Unrolled"
    wanted = frozenset({LayerGradients})
    kinds = frozenset({"map", "root"})
    help = (
        "The gradient by backpropagation through the last k iterations: its relative error falls as ρᵏ, the dashed "
        "line, and the dotted line is the k that was chosen. The layer norms show the same from the other side: what "
        "reaches an earlier layer fades by ρ per layer, or grows where ρ is above 1."
    )
    at_first: ClassVar[bool] = False
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 50
    log_y = True
    chip_names = ("rate", "radius")

    def __init__(self) -> None:
        super().__init__()
        self._gradients: LayerGradients | None = None
        self._unrolled = 1
        self._line = Segments(self.theme, z=0)
        self._marks = Glyphs(self.theme, z=10)
        self._bars = Bars(self.theme, z=-10)
        self._predicted = Dashes(self.theme, z=5)
        self._chosen = StartLine(self.theme, z=-20)
        self._note = EmptyNote(self.theme, "The error of unrolled gradients appears here.")
        still = Sheet(self.theme, self._chosen, self._bars, self._line, self._predicted, self._marks)
        self.box.add(still, self._note)
        tips = ("Relative error of the gradient through the last k iterations", "The gradient that reaches each layer")
        self._picture = ChoiceRow("Picture", _PICTURES, tips)
        self.header.addWidget(self._picture)
        self._picture.chosen.connect(self._turn)
        self.box.hover_moved.connect(self._read)
        self.box.hover_left.connect(self._leave)

    def _turn(self) -> None:
        self._show()
        self.fit()

    def _measured(self) -> Float[np.ndarray, "K"]:
        gradients = self._gradients
        if gradients is None:
            return np.empty(0)
        return gradients.unrolled_error if self._picture.word() == _PICTURES[0] else gradients.layer_norm

    def _show(self) -> None:
        """Draw everything anew."""
        theme, gradients, errors = self.theme, self._gradients, self._picture.word() == _PICTURES[0]
        measured = _points(self._measured())
        predicted = np.empty((0, 2)) if gradients is None else _points(_prediction(gradients, errors))
        joints = np.arange(max(0, len(measured) - 1)) if errors else np.empty(0, dtype=np.int64)
        self._line.set_segments(measured, [StrokeGroup(joints, Stroke(theme.accent, 1.8))])
        self._marks.set_groups([GlyphGroup("disc", measured, theme.accent, 2.8, apart=_APART)])
        self._bars.set_points(measured[:0] if errors else measured, theme.accent)
        self._predicted.set_families([([predicted[np.isfinite(predicted[:, 1])]], theme.amber)])
        self._chosen.set_time(float(self._unrolled) if errors and gradients is not None else math.nan)
        self._note.setVisible(not len(self._measured()))
        self.plot.bottom.set_title("iterations k that are unrolled" if errors else "unrolled layer k")
        self.plot.left.set_title("relative error" if errors else "|dL / dzₖ|")
        names = (("ρᵏ" if errors else "ρ per layer", "dash"),)
        self.legend.set_entries(names if gradients is not None else ())
        self.legend.set_colours((theme.amber,) * len(self.legend.entries()), theme)
        self._tell()

    def _tell(self) -> None:
        gradients = self._gradients
        rate = _rate(self._measured(), self._picture.word() == _PICTURES[0])
        text = "" if gradients is None or math.isnan(rate) else f"rate {number_text(rate)}"
        self.chips.set_text("rate", text, f"{text}: what the last ones were multiplied by, each")
        radius = math.nan if gradients is None else gradients.radius
        text = "" if gradients is None else f"ρ = {number_text(radius)}"
        hint = f"{text}: spectral radius of df/dz, the rate that is expected"
        self.chips.set_text("radius", text, hint, warning=radius >= 1)

    def _read(self, position: QPointF) -> None:
        gradients, measured = self._gradients, self._measured()
        k = round(float(self.box.projection().data(np.array([position.x(), position.y()]))[0]))
        if gradients is None or not 1 <= k <= len(measured):
            self.readout.emit("")
            return
        errors = self._picture.word() == _PICTURES[0]
        predicted = power_text(float(_prediction(gradients, errors)[k - 1]))
        what = "relative error" if errors else "|dL/dz|"
        self.readout.emit(f"k = {k}   {what} {power_text(float(measured[k - 1]))}   predicted {predicted}")

    def _leave(self) -> None:
        self.readout.emit("")

    @override
    def extent(self) -> Rectangle | None:
        points = _points(self._measured())
        heights = points[np.isfinite(points[:, 1]), 1]
        if not heights.size:
            return None
        low, high = float(heights.min()), float(heights.max())
        return (0.0, float(len(points)) + 1.0), (low, max(high, low + 0.5))

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return content[0], padded(*content[1])

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._gradients = None
        self._unrolled = experiment.gradient.unrolled
        self.begin_anew(self.framed(((0.0, 10.0), (-6.0, 0.0))))
        self._show()

    @override
    def draw(self, frame: Frame) -> None:
        gradients = frame.get(LayerGradients)
        if gradients is not None and gradients is not self._gradients:
            self._gradients = gradients
            self._show()
            self.follow_frame(frame)

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._show()

    @override
    def table(self, visible_only: bool = False) -> Table:
        gradients = self._gradients
        if gradients is None:
            return Table({})
        size = max(len(gradients.unrolled_error), len(gradients.layer_norm))
        k = np.arange(1, size + 1)
        columns = {
            "k": k,
            "unrolled_error": _filled(gradients.unrolled_error, size),
            "predicted_error": _filled(_prediction(gradients, True), size),
            "layer_norm": _filled(gradients.layer_norm, size),
        }
        table = Table(columns)
        return rows_where(table, within(k, self.box.rectangle()[0])) if visible_only else table


def _prediction(gradients: LayerGradients, errors: bool) -> Float[np.ndarray, "K"]:
    """rho^k for the errors; for the layers what is left of the last one's gradient."""
    with np.errstate(over="ignore", under="ignore"):
        if errors:
            return gradients.radius ** np.arange(1.0, len(gradients.unrolled_error) + 1)
        size = len(gradients.layer_norm)
        last = gradients.layer_norm[-1] if size else 0.0
        return last * gradients.radius ** np.arange(size - 1.0, -1.0, -1.0)


def _points(values: Float[np.ndarray, "K"]) -> Float[np.ndarray, "K 2"]:
    """(k, log10 of the value); NaN where it is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        heights = np.log10(values)
    return np.stack([np.arange(1.0, len(values) + 1), np.where(np.isfinite(heights), heights, np.nan)], axis=1)


def _rate(values: Float[np.ndarray, "K"], errors: bool) -> float:
    """What each value of the farther half is of the one before (nearer the solution), on the whole; NaN if unknown."""
    ordered = values if errors else values[::-1]
    logarithms = _points(ordered)[:, 1]
    known = np.flatnonzero(np.isfinite(logarithms) & (ordered > _ROUNDING))
    known = known[len(known) // 2 :]
    if len(known) < 2:
        return math.nan
    first, last = int(known[0]), int(known[-1])
    return float(10.0 ** ((logarithms[last] - logarithms[first]) / (last - first)))


def _filled(values: Float[np.ndarray, "K"], size: int) -> Float[np.ndarray, "size"]:
    return np.concatenate([values, np.full(size - len(values), np.nan)])
