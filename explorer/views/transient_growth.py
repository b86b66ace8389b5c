"""How far errors may grow before they shrink: the norms of the powers of the layer's Jacobian."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import TransientGrowth

from ..canvas.dashes import Dashes
from ..canvas.fitted_card import FittedCard
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.levels import Level, Levels
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..view import Table
from .iteration_table import rows_where, within

if TYPE_CHECKING:
    from jaxtyping import Float

_APART = 9.0
_LOWEST = -16.0
"""Of the vertical axis, however fast the powers fall: what is below is rounding."""


class TransientGrowthView(FittedCard):
    """|J^k|_2 against k, beside rho^k."""

    name = "growth"
    title = "Growth of errors"
    wanted = frozenset({TransientGrowth})
    kinds = frozenset({"map", "root"})
    help = (
        "The most that k iterations near the point magnify an error by, |Jᵏ|₂, beside ρᵏ, the dashed line, which it "
        "follows in the end. A hump above 1 is non-normality: errors grow at first although the iteration converges, "
        "and a solver that stops, or an early iterate, sees only the growth."
    )
    at_first: ClassVar[bool] = False
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 35
    log_y = True
    chip_names = ("solved", "sample", "peak", "radius")

    def __init__(self) -> None:
        super().__init__()
        self._growth: TransientGrowth | None = None
        self._line = Segments(self.theme, z=0)
        self._marks = Glyphs(self.theme, z=10)
        self._predicted = Dashes(self.theme, z=5)
        self._levels = Levels(self.theme, z=-5)
        self._note = EmptyNote(self.theme, "The norms of the powers of df/dz appear here.")
        self.box.add(Sheet(self.theme, self._levels, self._line, self._predicted, self._marks), self._note)
        self.plot.bottom.set_title("iterations k")
        self.plot.left.set_title("|Jᵏ|₂")
        self.box.hover_moved.connect(self._read)

    def _powers(self) -> Float[np.ndarray, "K+1"]:
        growth = self._growth
        if growth is None or math.isnan(growth.radius):
            return np.empty(0)
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(growth.radius ** np.arange(len(growth.norms), dtype=float))

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        theme, growth = self.theme, self._growth
        norms = _points(np.empty(0) if growth is None else growth.norms)
        powers = _points(self._powers())
        joints = np.arange(max(0, len(norms) - 1))
        self._line.set_segments(norms, [StrokeGroup(joints, Stroke(theme.accent, 1.8))])
        self._marks.set_groups([GlyphGroup("disc", norms, theme.accent, 2.8, apart=_APART)])
        self._predicted.set_families([([powers[np.isfinite(powers[:, 1])]], theme.amber)])
        self._levels.set_levels([] if growth is None else [Level(0.0, "", theme.muted, "dot")])
        self._note.setVisible(growth is None)
        self.legend.set_entries(() if growth is None else (("|Jᵏ|₂", "line"), ("ρᵏ", "dash")))
        self.legend.set_colours((theme.accent, theme.amber)[: len(self.legend.entries())], theme)
        self._tell()

    def _tell(self) -> None:
        growth, chips = self._growth, self.chips
        if growth is None:
            for name in self.chip_names:
                chips.set_text(name, "")
            return
        unsolved = "" if growth.solved else "no fixed point"
        chips.set_text("solved", unsolved, "the solver ended at no fixed point: J is taken there", warning=True)
        chips.set_text("sample", f"sample {growth.sample + 1}" if growth.sample else "")
        text, hint = _peak(growth)
        chips.set_text("peak", text, hint, warning=not text.startswith("no"))
        text = f"ρ = {number_text(growth.radius)}" if math.isfinite(growth.radius) else ""
        chips.set_text("radius", text, f"{text}: spectral radius, the rate in the end", warning=growth.radius >= 1)

    def _read(self, position: QPointF) -> None:
        growth = self._growth
        k = round(float(self.box.projection().data(np.array([position.x(), position.y()]))[0]))
        if growth is None or not 0 <= k < len(growth.norms):
            self.readout.emit("")
            return
        powers = self._powers()
        expected = f"   ρᵏ = {power_text(float(powers[k]))}" if len(powers) else ""
        self.readout.emit(f"k = {k}   |Jᵏ|₂ = {power_text(float(growth.norms[k]), 5)}{expected}")

    @override
    def extent(self) -> Rectangle | None:
        growth = self._growth
        if growth is None:
            return None
        heights = np.concatenate([_points(growth.norms)[:, 1], _points(self._powers())[:, 1], [0.0]])
        heights = heights[np.isfinite(heights)]
        low, high = max(float(heights.min()), _LOWEST), float(heights.max())
        return (0.0, float(len(growth.norms) - 1)), (min(low, high - 0.5), high)

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.03), padded(*content[1], 0.08)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._growth = None
        self.begin_anew(self.framed(((0.0, 30.0), (-4.0, 1.0))))
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        growth = frame.get(TransientGrowth)
        if growth is not None and growth is not self._growth:
            self._growth = growth
            self.redraw()
            self.follow_frame(frame)

    @override
    def table(self, visible_only: bool = False) -> Table:
        growth = self._growth
        if growth is None:
            return Table({})
        k, powers = np.arange(len(growth.norms)), self._powers()
        columns = {"k": k, "norm": growth.norms, "predicted": powers if len(powers) else np.full(len(k), np.nan)}
        return rows_where(Table(columns), within(k, self.box.rectangle()[0])) if visible_only else Table(columns)


def _peak(growth: TransientGrowth) -> tuple[str, str]:
    """How far and when an error is magnified most, in a few words and in a sentence."""
    norms = growth.norms[np.isfinite(growth.norms)]
    k = int(norms.argmax()) if norms.size else 0
    if k == 0:
        return "no growth", "no error grows, not even for a while"
    text = f"×{number_text(float(norms[k]))} at k = {k}"
    if k == len(growth.norms) - 1 or growth.radius >= 1:
        return text, f"errors grow {text}, and go on growing"
    return text, f"errors grow {text} at most, and shrink from there"


def _points(values: Float[np.ndarray, "K"]) -> Float[np.ndarray, "K 2"]:
    """(k, log10 of the value); NaN where it is 0 or not finite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        heights = np.log10(values)
    return np.stack([np.arange(float(len(values))), np.where(np.isfinite(heights), heights, np.nan)], axis=1)
