"""A root is dragged in a plot, and the parameters follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.readings import FixedPoints

from . import edits
from .canvas.number_text import power_text
from .editors.number_text import number_text
from .root_pursuit import RootPursuit
from .slider_scale import slider_scales

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document

_NEAR = 1e-3
"""A root that comes this near to where it is wanted, in parts of 1 + |z|, is there."""
_SAME = 1e-9
"""Positions of a slider that differ by less are one."""


class RootDragging(QObject):
    """Every step of the pursuit is an edit, and every answer of the engine a step. A drag is one step of undo."""

    told = Signal(str)
    """What the sliders do, in words."""
    shown = Signal(tuple)
    """Lines of words for the place where the root is wanted; none once the drag is over."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._newest: FixedPoints | None = None
        self._pursuit: RootPursuit | None = None
        self._drag = self._refused = 0
        self._cost = (0, 0.0)  # evaluations and seconds since the mouse moved last
        self._released = False
        self._editing = False
        document.experiment_changed.connect(self._give_up)
        document.system_changed.connect(self._forget)

    def drag(self, root: tuple[float, ...], wanted: Mapping[str, float], drag: int) -> None:
        """Lead a root, which was at `root` when it was taken hold of, to these values of some of its components."""
        if drag == self._refused:
            return
        if drag != self._drag:
            self._begin(root, drag)
        if self._pursuit is not None:
            self._cost = (0, 0.0)
            names = self._document.system.components
            self._pursuit.aim({names.index(name): value for name, value in wanted.items()})
            self._go()

    def release(self) -> None:
        """The button went up: the last corrections may still be to come."""
        self._released = True
        if self._pursuit is None or self._pursuit.settled:
            self._end()

    def restore(self) -> None:
        """Escape: everything is as it was before the drag, whatever the mouse does on."""
        if self._pursuit is not None:
            self._refused = self._drag
            moved = self._document.dragging
            self._end()
            if moved:
                self._document.undo_stack.undo()

    def take(self, frame: Frame) -> None:
        """An answer of the engine."""
        found = frame.get(FixedPoints)
        if found is None or found.components != self._document.system.components:
            return
        self._newest = found
        if self._pursuit is not None and len(found.values) == len(self._pursuit.scales):
            self._pursuit.answer(found)
            self._cost = self._cost[0] + frame.evaluations, self._cost[1] + frame.seconds
            self._go()

    def _begin(self, root: tuple[float, ...], drag: int) -> None:
        document, found = self._document, self._newest
        self._drag, self._released, self._pursuit = drag, False, None
        if found is not None and found.points and found.parameters == tuple(document.system.defaults()):
            scales = slider_scales(document.system, document.experiment)
            self._pursuit = RootPursuit(found, np.array(root), scales, document.experiment.fit.held)

    def _go(self) -> None:
        """Move the sliders to where the pursuit wants them."""
        pursuit, document = self._pursuit, self._document
        if pursuit is None:
            return
        values = {**document.system.defaults(), **document.experiment.values}
        goals = zip(pursuit.scales, pursuit.asked.tolist(), strict=True)
        moved = {
            scale.name: scale.value(to) for scale, to in goals if abs(to - scale.position(values[scale.name])) > _SAME
        }
        if moved:
            self._editing = True
            noun = "root" if document.system.kind == "root" else "fixed point"
            document.edit(edits.move_root(moved, noun), self._drag)
            self._editing = False
        self.told.emit(self._words(pursuit, {**values, **moved}))
        self.shown.emit(self._lines(pursuit))
        if self._released and pursuit.settled:
            self._end()

    def _words(self, pursuit: RootPursuit, values: Mapping[str, float]) -> str:
        shown = [f"{scale.symbol} = {number_text(values[scale.name], 5)}" for scale in pursuit.scales[:6]]
        words = ["   ".join(shown).replace("-", "−")]
        return "   ·   ".join([*words, *_why(pursuit)])

    def _lines(self, pursuit: RootPursuit) -> tuple[str, ...]:
        """Distance; method and cost; and why it comes no nearer."""
        distance, (evaluations, seconds) = pursuit.distance, self._cost
        symbols = self._document.system.symbols
        target = "   ".join(f"{symbols[at]} → {number_text(goal, 4)}" for at, goal in pursuit.wanted.items())
        lines = [
            f"{target}   {power_text(distance)} away".replace("-", "−"),
            "Newton, by the implicit function theorem",
            f"loss {power_text(distance**2)}",
        ]
        if seconds:  # the first answer is there
            steps = f"{pursuit.steps} step{'s' * (pursuit.steps != 1)}"
            lines[-1] += f"   {steps}, {evaluations} evaluations, {1e3 * seconds:.0f} ms"
        if pursuit.idle:
            lines.append("No slider that may move has an effect here.")
        return (*lines, *(f"{words[:1].upper()}{words[1:]}." for words in _why(pursuit)))

    def _end(self) -> None:
        self._pursuit = None
        self.shown.emit(())
        self._document.finish_drag()

    def _give_up(self) -> None:
        """Someone else changed the experiment."""
        if not self._editing and self._pursuit is not None:
            self._pursuit = None
            self.shown.emit(())

    def _forget(self) -> None:
        self._newest = self._pursuit = None


def _why(pursuit: RootPursuit) -> list[str]:
    """Why the root comes no nearer."""
    words = [f"{scale.symbol} is at the end of its slider" for scale in pursuit.ends]
    if pursuit.gone:
        words.append("at a fold it ends: it cannot be led further")
    elif pursuit.settled and pursuit.miss > _NEAR:
        words.append("the sliders bring it no nearer")
    return words
