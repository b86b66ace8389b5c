"""The order star of the method: where its stability function is larger than the exponential, and how often at 0."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.order_star import fingers, linear_order, order_star, poles_and_zeros, shading
from core.readings import StabilitySteps

from ..canvas.fitted_card import FittedCard
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.number_text import number_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.stability_region import StabilityRegion
from ..canvas.view_history import Rectangle
from ..labels import ElidedLabel
from ..view import Table

_WAITING = "The order star of the method appears here."
_EXACT = "This method solves linear equations exactly: R(z) = eᶻ, and there is no star."
_LEAST, _MOST = 4.0, 14.0
"""Half the side of the first view: so much, or as far as poles and zeros lie."""
_ROOM = 1.25
_HOME: Rectangle = ((-_LEAST, _LEAST), (-_LEAST, _LEAST))


class OrderStar(FittedCard):
    """The complex plane of z = h lambda, with the poles and zeros of R."""

    name = "order_star"
    title = "Order star"
    wanted = frozenset({StabilitySteps})
    kinds = frozenset({"ode", "minimise"})
    components: ClassVar[range] = range(1, 65)
    help = (
        "Coloured is where the method's factor R(z) is larger than that of the solution: |R(z)| > |eᶻ|. Of a method of "
        "order p, R(z) − eᶻ begins with C zᵖ⁺¹, so that p + 1 coloured fingers and as many bare ones meet at 0: count "
        "them. Every bounded coloured finger holds a pole of R, every bounded bare one a zero. A method is A-stable "
        "where no coloured part touches the imaginary axis and no pole lies to its left."
    )
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 36
    at_first: ClassVar[bool] = False
    lowest = 240

    def __init__(self) -> None:
        super().__init__()
        self._steps: StabilitySteps | None = None
        self._region = StabilityRegion(self.theme, z=-20, tone="amber")
        self._roots = Glyphs(self.theme, z=10)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._region), self._roots, self._note)
        self.box.setAspectLocked(True)
        self._count = ElidedLabel("", "muted")
        self.body.insertWidget(1, self._count)
        self.plot.bottom.set_title("Re z")
        self.plot.left.set_title("Im z")
        self.box.hover_moved.connect(self._point_at)
        self.redraw()

    @override
    def redraw(self) -> None:
        steps, theme = self._steps, self.theme
        order = None if steps is None else linear_order(steps.amplification)
        self._note.setVisible(order is None)
        self._note.set_text(_WAITING if steps is None else _EXACT)
        if steps is None or order is None:
            self._region.set_function(None)
            self._roots.set_groups(())
            self.legend.set_entries(())
            self._count.show_text("")
        else:
            self._region.set_function(partial(shading, steps.amplification))
            poles, zeros = poles_and_zeros(steps.amplification)
            groups = [
                GlyphGroup("cross", _places(poles), theme.rose, 5.0),
                GlyphGroup("disc", _places(zeros), theme.accent, 4.0, halo=True),
            ]
            self._roots.set_groups(groups)
            self.legend.set_entries((("|R| > |eᶻ|", "area"), ("poles", "cross"), ("zeros", "dot")))
            self.legend.set_colours((theme.amber, theme.rose, theme.accent), theme)
            count = fingers(steps.amplification)
            same = order == steps.order
            words = (
                f" meet at 0, order {order}" if same else f", order {order} for linear equations"
            )  # in a narrow plot
            self._count.show_text(f"{steps.title}: {count} fingers{words}")
            self._count.setToolTip(_hint(order) if same else f"{_hint(order)}; for others it is {steps.order}")

    def _point_at(self, position: QPointF) -> None:
        steps = self._steps
        if steps is None:
            return
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        z = np.array(complex(x, y))
        with np.errstate(divide="ignore"):
            ratio = float(1.0 / np.abs(order_star(steps.amplification, z)))
        place = f"z = {number_text(x, 3)} {'+' if y >= 0.0 else '−'} {number_text(abs(y), 3)}i"
        self.readout.emit(f"{place}   |R/eᶻ| = {number_text(ratio, 4)}")

    @override
    def extent(self) -> Rectangle | None:
        steps = self._steps
        if steps is None or linear_order(steps.amplification) is None:
            return None
        roots = np.concatenate(poles_and_zeros(steps.amplification))
        far = _ROOM * float(np.abs(np.concatenate([roots.real, roots.imag])).max(initial=0.0))
        size = min(max(_LEAST, far), _MOST)
        return (-size, size), (-size, size)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self.begin_anew(_HOME)
        self._steps = None
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        steps = frame.get(StabilitySteps)
        if steps is not None:
            before, self._steps = self._steps, steps
            same = before is not None and before.amplification == steps.amplification
            if before is None or not same or (before.title, before.order) != (steps.title, steps.order):
                self.redraw()
            if not same:
                self._auto.reset()
            self.follow_frame(frame)
        elif StabilitySteps in frame.absent:
            self._steps = None
            self.redraw()
            self._note.set_text(frame.absent[StabilitySteps])

    @override
    def table(self, visible_only: bool = False) -> Table:
        steps = self._steps
        if steps is None or linear_order(steps.amplification) is None:
            return Table({})
        poles, zeros = poles_and_zeros(steps.amplification)
        z = np.concatenate([poles, zeros])
        kind = np.array(["pole"] * len(poles) + ["zero"] * len(zeros))
        return Table({"kind": kind, "real": z.real, "imaginary": z.imag})


def _places(z: np.ndarray) -> np.ndarray:
    return np.column_stack([z.real, z.imag])


def _hint(order: int) -> str:
    return (
        f"So many coloured sectors meet at 0, counted on a small circle: R(z) and eᶻ agree up to z^{order}, "
        f"so that the order is {order} for linear equations with constant coefficients"
    )
