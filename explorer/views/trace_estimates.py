"""How noisy estimates of a divergence by products with the Jacobian are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import TraceEstimates

from ..canvas.dashes import Dashes
from ..canvas.error_band import Band, ErrorBand
from ..canvas.fitted_card import FittedCard
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..learning_systems import carries_density
from ..sentence import sentence
from ..view import Table
from .iteration_table import rows_where, within

if TYPE_CHECKING:
    from jaxtyping import Float

    from core.readings import NoisyTraces

_WAITING = "Estimates of the divergence appear here."
_BINS = 48
_RARE = 0.5
"""Per cent of the estimates on either side that the picture leaves out at first: a few may be far away."""
_ERRORS = 5.0
"""Standard errors by which a measured deviation may differ from the predicted one before that is told."""


class TraceEstimatesView(FittedCard):
    """Histograms of e^T J e for every kind of noise e, about the exact trace of J."""

    name = "trace_estimates"
    title = "Trace estimates"
    wanted = frozenset({TraceEstimates})
    components = range(2, 100_000)
    help = (
        "The divergence of the field at the selected trajectory's start, the dashed line, and 2,000 estimates of it, "
        "each by one product eᵀJe of the Jacobian with a vector of noise (Hutchinson). All are right on average; how "
        "far they spread is measured, and predicted from the symmetric part S of J: 2|S|² for normal noise, and for "
        "random signs 2(|S|² − ΣSᵢᵢ²), as they tell the diagonal exactly. A flow of densities in many dimensions takes "
        "such estimates."
    )
    kinds = frozenset({"ode"})
    serves = staticmethod(carries_density)
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 38
    legend_below = True

    chip_names = ("trajectory", "exact", "gaussian", "rademacher")

    def __init__(self) -> None:
        super().__init__()
        self._traces: TraceEstimates | None = None
        self._areas = ErrorBand(self.theme, z=-5)
        self._lines = Segments(self.theme, z=0)
        self._exact = Dashes(self.theme, z=5)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._areas, self._lines, self._exact), self._note)
        self.plot.bottom.set_title("estimate of the divergence")
        self.plot.left.set_title("estimates")
        self.box.hover_moved.connect(self._read)

    def _colours(self) -> tuple[str, ...]:
        return self.theme.accent, self.theme.amber

    def _edges(self) -> Float[np.ndarray, "E"]:
        """Of the bins that all kinds share; the exact value is the middle of one."""
        traces = self._traces
        assert traces is not None
        low, high = _span(traces)
        width = (high - low) / _BINS
        before = math.ceil((traces.exact - low) / width + 0.5)
        return traces.exact + width * (np.arange(_BINS + 3) - before - 0.5)

    def _outline(self, kind: NoisyTraces, edges: Float[np.ndarray, "E"]) -> Float[np.ndarray, "P 2"]:
        counts = np.histogram(kind.estimates, edges)[0].astype(float)
        heights = np.concatenate([[0.0], np.repeat(counts, 2), [0.0]])
        return np.stack([np.repeat(edges, 2), heights], axis=1)

    def _outlines(self) -> list[Float[np.ndarray, "P 2"]]:
        if self._traces is None:
            return []
        edges = self._edges()
        return [self._outline(kind, edges) for kind in self._traces.kinds]

    @override
    def redraw(self) -> None:
        traces, colours, outlines = self._traces, self._colours(), self._outlines()
        self._note.setVisible(traces is None)
        self._areas.set_bands(
            [
                Band(line[:, 0], 0.0 * line[:, 1], line[:, 1], colour)
                for line, colour in zip(outlines, colours, strict=False)
            ]
        )
        points = np.concatenate(outlines) if outlines else np.empty((0, 2))
        groups, first = [], 0
        for line, colour in zip(outlines, colours, strict=False):
            groups.append(StrokeGroup(first + np.arange(len(line) - 1), Stroke(colour, 1.4)))
            first += len(line)
        self._lines.set_segments(points, groups)
        top = 1.06 * max((float(line[:, 1].max()) for line in outlines), default=0.0)
        exact = [] if traces is None else [np.array([[traces.exact, 0.0], [traces.exact, top]])]
        self._exact.set_families([(exact, self.theme.text)])
        names = () if traces is None else (*((kind.title.lower(), "line") for kind in traces.kinds), ("exact", "dash"))
        self.legend.set_entries(names)
        self.legend.set_colours((*colours, self.theme.text)[: len(names)], self.theme)
        self._tell()

    def _tell(self) -> None:
        traces = self._traces
        for name in self.chip_names:
            self.chips.set_text(name, "")
        if traces is None:
            return
        self.chips.set_text("trajectory", f"trajectory {traces.index + 1}" if traces.index else "")
        self.chips.set_text("exact", f"tr J = {number_text(traces.exact)}", "the divergence itself")
        for kind in traces.kinds:
            text, hint, wrong = _spread_words(kind)
            self.chips.set_text(kind.name, text, hint, warning=wrong)

    def _read(self, position: QPointF) -> None:
        x = float(self.box.projection().data(np.array([position.x(), position.y()]))[0])
        words = [f"estimate {number_text(x)}"]
        if self._traces is not None:
            edges = self._edges()
            place = int(np.searchsorted(edges, x, side="right")) - 1
            if 0 <= place < len(edges) - 1:
                counts = (np.histogram(kind.estimates, edges)[0][place] for kind in self._traces.kinds)
                told = zip(self._traces.kinds, counts, strict=True)
                words += [f"{kind.title.lower()} {int(count)}" for kind, count in told]
        self.readout.emit("   ".join(words))

    @override
    def extent(self) -> Rectangle | None:
        outlines = self._outlines()
        if not outlines:
            return None
        edges = self._edges()
        return (float(edges[0]), float(edges[-1])), (0.0, max(float(line[:, 1].max()) for line in outlines))

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.02), (0.0, 1.1 * content[1][1])

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._traces = None
        self._note.set_text(_WAITING)
        self.begin_anew(self.framed(((-1.0, 1.0), (0.0, 100.0))))
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        found, reason = frame.get(TraceEstimates), frame.absent.get(TraceEstimates, "")
        if reason and found is None:
            self._traces = None
            self._note.set_text(sentence(reason))
            self.redraw()
        if found is not None and found is not self._traces:
            self._traces = found
            self.redraw()
            self.follow_frame(frame)

    @override
    def table(self, visible_only: bool = False) -> Table:
        if self._traces is None:
            return Table({})
        kinds = self._traces.kinds
        names = np.repeat([kind.name for kind in kinds], [len(kind.estimates) for kind in kinds])
        estimates = np.concatenate([kind.estimates for kind in kinds])
        table = Table({"noise": names, "estimate": estimates})
        return rows_where(table, within(estimates, self.box.rectangle()[0])) if visible_only else table


def _span(traces: TraceEstimates) -> tuple[float, float]:
    """From the lowest to the highest estimate but for rare ones, with the exact value; never empty."""
    every = np.concatenate([kind.estimates for kind in traces.kinds])
    low, high = np.percentile(every, [_RARE, 100.0 - _RARE]).tolist()
    low, high = min(low, traces.exact), max(high, traces.exact)
    return (low, high) if high - low > 1e-9 * max(1.0, abs(traces.exact)) else (low - 0.5, high + 0.5)


def _spread_words(kind: NoisyTraces) -> tuple[str, str, bool]:
    """Its standard deviation in a few words and in a sentence, and whether that is not what is predicted."""
    measured, count = float(kind.estimates.std()), len(kind.estimates)
    about = kind.estimates - kind.estimates.mean()
    error = math.sqrt(max(float((about**4).mean()) - measured**4, 0.0) / count)  # of the variance
    slack = _ERRORS * error + 1e-9 * kind.predicted**2 + 1e-12 * float((kind.estimates**2).mean())
    name, spread, wanted = kind.title.lower(), power_text(measured, 3), power_text(kind.predicted, 3)
    text = f"{name} ±{spread}, predicted {wanted}" if kind.predicted else f"{name} exact"
    hint = (
        f"{kind.title}: the standard deviation of {count:,} estimates is {spread}, the square root of its variance by "
        f"the formula {wanted}"
    )
    return text, hint, abs(measured**2 - kind.predicted**2) > slack
