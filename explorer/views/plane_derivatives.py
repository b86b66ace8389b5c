"""Divergence and vorticity of the phase plane's field as colours behind everything, one of them at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.frame import Frame
from core.readings import FieldDerivatives

from ..canvas.chip_row import ChipRow
from ..canvas.colour_bar import ColourBar
from ..canvas.colour_scale import ColourScale
from ..canvas.grid_field import GridField
from ..canvas.item import CanvasItem
from ..canvas.key_line import KeyLine
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_card import PlotCard
from ..canvas.raster import Raster
from ..layered import Layer
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from ..theme import Theme

DIVERGENCE = Layer(
    "divergence",
    "Divergence",
    visible=False,
    help="Colours of div f, the trace of the Jacobian: areas of states grow where it is above 0, orange, and shrink "
    "where it is below 0, blue",
    needs=frozenset({FieldDerivatives}),
)
VORTICITY = Layer(
    "vorticity",
    "Vorticity",
    visible=False,
    help="Colours of the curl of f in the plane: twice the rate at which the flow turns a small disc, "
    "counterclockwise where it is above 0, orange, clockwise where it is below 0, blue",
    needs=frozenset({FieldDerivatives}),
)
_NAMES = {DIVERGENCE.name: "div f", VORTICITY.name: "curl f"}
_BRIGHT = 0.99
"""Share of the plane whose numbers lie between the ends of the colours: a pole leaves the others theirs."""
_BEYOND = 1.5
"""Times the size of the middle number, at least, to the ends of the colours."""


class PlaneDerivatives:
    """A picture for either; showing one hides the other."""

    def __init__(self, card: PlotCard) -> None:
        self._card = card
        self.images = {name: Raster(card.theme, z=-93) for name in _NAMES}
        self._shown: str | None = None
        self._offered: frozenset[str] = frozenset()
        for image in self.images.values():
            image.setVisible(False)
            image.visibleChanged.connect(self._follow_switch)
        self._bar = ColourBar(card.theme)
        self._chips = ChipRow(card.theme, "slopes")
        self._line = KeyLine(card, self._bar, wide=self._chips)
        self._found: FieldDerivatives | None = None
        self._lookup: GridField | None = None

    def items(self) -> tuple[CanvasItem, ...]:
        """Both pictures."""
        return tuple(self.images.values())

    def layer_items(self) -> dict[str, tuple[CanvasItem, ...]]:
        """What either layer is made of, by its name."""
        return {name: (image,) for name, image in self.images.items()}

    def clear(self) -> None:
        """Forget the reading."""
        self._set(None)

    def offer(self, names: frozenset[str]) -> None:
        """Which layers the system has."""
        self._offered = names
        self._line.offer(self._shown in names)

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the reading of a frame that belongs to these axes; until there is one the last stays."""
        found, reason = frame.get(FieldDerivatives), frame.absent.get(FieldDerivatives, "")
        if reason and self._shown is not None:
            self._set(None)
            self._chips.set_text("slopes", f"no {_NAMES[self._shown]}", reason, warning=True)
        if found is not None and found is not self._found and (found.x_name, found.y_name) == (axes.x, axes.y):
            self._set(found)

    def show(self, axes: PlaneAxes) -> None:
        """Forget what is of other axes."""
        if self._found is not None and (self._found.x_name, self._found.y_name) != (axes.x, axes.y):
            self._set(None)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the picture and its key."""
        self._bar.set_theme(theme)
        self._chips.set_theme(theme)
        self._paint()

    def words_at(self, x: float, y: float) -> str:
        """The number that is shown at (x, y), between the middles of the cells; empty where there is none."""
        name = self._shown
        if name is None or self._lookup is None:
            return ""
        value = self._lookup.at(np.array([[x, y]]))[0, tuple(_NAMES).index(name)]
        return f"{_NAMES[name]} = {number_text(float(value))}" if np.isfinite(value) else ""

    def _follow_switch(self) -> None:
        visible = [name for name, image in self.images.items() if image.isVisible()]
        if len(visible) > 1:
            assert self._shown is not None  # which makes place for the other
            self.images[self._shown].setVisible(False)
            return
        self._shown = next(iter(visible), None)
        self._line.switch(self._shown is not None)
        self._line.offer(self._shown in self._offered)
        if self._shown is None:
            self._set(None)  # by the time it is shown again the values may be others
        else:
            self._paint()

    def _set(self, found: FieldDerivatives | None) -> None:
        self._found = found
        self._chips.set_text("slopes", "")
        self._lookup = None
        if found is not None:
            self._lookup = GridField(found.x, found.y, found.divergence, found.vorticity)
        self._paint()

    def _paint(self) -> None:
        found, name = self._found, self._shown
        if found is None or name is None:
            for image in self.images.values():
                image.clear()
            self._bar.show_scale(None)
            return
        values = found.divergence if name == DIVERGENCE.name else found.vorticity
        scale = centred_scale(values)
        self.images[name].set_pixels(found.x, found.y, scale.table(self._card.theme)[scale.levels(values)])
        low, high = power_text(scale.low, 2), power_text(scale.high, 2)
        self._bar.show_scale(scale, words=(f"{_NAMES[name]}  {low}", high))


def centred_scale(values: np.ndarray) -> ColourScale:
    """Colours about 0, whose ends hold 99 % of the values; of nothing but zeros from -1 to 1.

    Where half of the values are about as large as any, no place has the strongest colours.
    """
    sizes = np.abs(values[np.isfinite(values)])
    reach = float(np.quantile(sizes, _BRIGHT)) if sizes.size else 0.0
    reach = max(reach, _BEYOND * float(np.median(sizes))) if sizes.size else reach
    reach = reach or float(sizes.max(initial=0.0)) or 1.0
    return ColourScale(-reach, reach, diverging=True, quiet=True)
