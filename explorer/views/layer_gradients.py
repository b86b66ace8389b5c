"""Gradients through a fixed point: every method's as an arrow, beside the true one."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import LayerGradients

from ..canvas.angle_dial import AngleDial
from ..canvas.half_plane import HalfPlane
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.tabled_card import TabledCard
from ..canvas.ticks import raised
from ..canvas.vectors import Vectors
from ..canvas.view_history import Rectangle
from ..shown_menu import ShownMenu
from ..theme import Theme
from ..view import Table
from .gradient_figures import HEADINGS, angle, figure_rows, gradient_columns, needles, tip, vectors

_LONGEST = 3.0
"""Lengths of the reference up to which the axes follow an arrow: a diverged one leaves the picture."""

_FEW = 6
"""Methods that are all drawn."""
_LARGE = 30.0
"""Length of a gradient from which on it is shown in the warning colour."""


class GradientCard(TabledCard):
    """The plane of the reference and each method's gradient: the distance of the tips is the relative error."""

    name = "gradients"
    title = "Gradients"
    wanted = frozenset({LayerGradients})
    kinds = frozenset({"map", "root"})
    help = (
        "The gradient of the loss through the fixed point. Each arrow lies in the plane of that method's gradient and "
        "the reference, which is the unit arrow to the right: the distance between the tips is the relative error, the "
        "angle is the true one, which the dial shows too. In the shaded half-plane a step still goes downhill. Dashed: "
        "an approximation. Unrolled from the start is what training a network of k layers differentiates. The menu "
        "chooses which methods are drawn; the card Gradient, which one is in force."
    )
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 40
    of_gradient: ClassVar[bool] = True
    chip_names = ("solved", "radius", "size", "adjoint", "predicted", "loss")
    table_name = "Gradient methods"
    lowest: ClassVar[int] = 400

    def __init__(self) -> None:
        super().__init__()
        self._gradients: LayerGradients | None = None
        self._unrolled = 1
        self._pointed: int | None = None
        self._chosen = ""
        self._vectors = Vectors(self.theme, z=0)
        self._dial = AngleDial(self.theme, "Angle of every method with the reference")
        self._menu = ShownMenu("methods", "Which methods are drawn. Exact ones lie on the reference.")
        self._menu.changed.connect(self.redraw)
        self.header.addWidget(self._dial)
        self.header.addWidget(self._menu)
        self._note = EmptyNote(self.theme, "Gradients through the solution appear here.")
        self.box.add(Sheet(self.theme, HalfPlane(self.theme, z=-50), z=-50), self._vectors, self._note)
        self.box.setAspectLocked(True)
        self.plot.bottom.set_title("along the reference")
        self.plot.left.set_title("across")
        self.box.hover_moved.connect(self._point_at)

    def _point_at(self, position: QPointF) -> None:
        gradients, arrow = self._gradients, self._vectors.index_at(position)
        found = None if arrow is None else self._shown()[arrow]
        if found != self._pointed:
            self._pointed = found
            self._draw_arrows()
        if gradients is None or found is None:
            x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
            self.readout.emit(f"relative error of a gradient that ends here: {power_text(math.hypot(x - 1.0, y))}")
            return
        method = gradients.methods[found]
        size = power_text(float(np.linalg.norm(method.gradient)), 4)
        text = f"{method.title}   |g| = {size}   relative error {power_text(method.relative_error)}"
        self.readout.emit(f"{text}   angle {power_text(angle(method.cosine))}°   {method.products} products")

    @override
    def leave(self) -> None:
        self._pointed = None
        self._draw_arrows()
        self.readout.emit("")

    def _shown(self) -> tuple[int, ...]:
        """Which of the reading's methods are drawn; the reference is always."""
        methods = () if self._gradients is None else self._gradients.methods
        return tuple(i for i, method in enumerate(methods) if i == 0 or self._menu.shows(method.method))

    def _offer(self) -> None:
        """Entries for the methods; of many, exact ones, which lie on the reference, are not ticked at first."""
        methods = () if self._gradients is None else self._gradients.methods
        for method in methods[1:]:
            shown = not method.exact or method.method == self._chosen or len(methods) <= _FEW
            self._menu.offer(method.method, method.title, shown=shown)

    def _draw_arrows(self) -> None:
        methods, shown = () if self._gradients is None else self._gradients.methods, self._shown()
        chosen = next((i for i, method in enumerate(methods) if method.method == self._chosen), None)
        strong = tuple(index for index in (self._pointed, chosen) if index is not None)
        self._vectors.set_vectors(vectors(methods, self.theme, shown, strong))
        self._dial.set_needles(needles(methods, self.theme, shown, strong))

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        gradients, chips = self._gradients, self.chips
        self._offer()
        self._draw_arrows()
        self._note.setVisible(gradients is None or not gradients.methods)
        if gradients is None:
            self.figures.set_rows((), ())
            self.warn("")
            for name in self.chip_names:
                chips.set_text(name, "")
            self.arrange()
            return
        self.figures.set_rows(HEADINGS, figure_rows(gradients.methods, self.theme, self._shown()))
        shown = [gradients.methods[index].method for index in self._shown()]
        self.figures.mark(shown.index(self._chosen) if self._chosen in shown else None)
        self.warn(gradients.note)
        radius, k = gradients.radius, self._unrolled
        text = "" if gradients.solved else "no fixed point"
        chips.set_text("solved", text, "the solver did not end at a fixed point: no gradient is exact", warning=True)
        text = f"ρ = {number_text(radius, 6)}"
        fate = f"the error of an unrolled gradient falls by it per iteration: {text}"
        chips.set_text("radius", text, fate if radius < 1 else f"{text}: unrolling diverges", warning=not radius < 1)
        size = float(np.linalg.norm(gradients.methods[0].gradient)) if gradients.methods else float("nan")
        text = f"|∇| = {power_text(size, 6)}"
        chips.set_text(
            "size",
            text,
            f"length of the exact gradient: {text}. It grows without bound where an eigenvalue reaches 1",
            warning=not size < _LARGE,
        )
        adjoint = "" if math.isnan(gradients.adjoint) else f"|u| = {power_text(gradients.adjoint, 7)}"
        chips.set_text("adjoint", adjoint, f"length of the adjoint, (I − Jᵀ) u = d loss / dz: {adjoint}")
        with np.errstate(over="ignore"):
            predicted = power_text(float(np.float64(radius) ** k))
        text = f"ρ{raised(k)} = {predicted}"
        chips.set_text(
            "predicted",
            text,
            f"the error of the gradient through {k} iterations falls like this, times a constant: {predicted}",
        )
        loss = power_text(gradients.loss, 4)
        chips.set_text(
            "loss", f"loss {loss}", f"loss: {gradients.loss_text} = {loss}, of sample {gradients.sample + 1}"
        )
        self.arrange()

    @override
    def extent(self) -> Rectangle | None:
        """What holds every arrow that is not endless."""
        gradients = self._gradients
        if gradients is None or not gradients.methods:
            return None
        tips = np.array([tip(gradients.methods[i], gradients.methods[0].gradient) for i in self._shown()])
        tips = tips[np.isfinite(tips).all(axis=1)]
        length = np.hypot(*tips.T)
        tips = tips * np.where(length > _LONGEST, _LONGEST / np.where(length > 0, length, 1.0), 1.0)[:, None]
        x, y = [0.0, 1.0, *tips[:, 0].tolist()], [-0.15, 0.35, *tips[:, 1].tolist()]
        return (min(x), max(x)), (min(y), max(y))

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.08), padded(*content[1], 0.12)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._gradients, self._pointed = None, None
        self._unrolled = experiment.gradient.unrolled
        self._chosen = experiment.gradient.fixed_point
        self.begin_anew(self.framed(((0.0, 1.0), (-0.15, 0.6))))
        self.redraw()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        choice = experiment.gradient
        if (choice.fixed_point, choice.unrolled) != (self._chosen, self._unrolled):
            self._chosen, self._unrolled = choice.fixed_point, choice.unrolled
            self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        gradients = frame.get(LayerGradients)
        if gradients is not None and gradients is not self._gradients:
            self._gradients = gradients
            self._pointed = None
            self.redraw()
            self.follow_frame(frame)

    @override
    def apply_theme(self, theme: Theme) -> None:
        self._dial.set_theme(theme)
        super().apply_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        gradients = self._gradients
        return Table({} if gradients is None else gradient_columns(gradients.names, gradients.methods))
