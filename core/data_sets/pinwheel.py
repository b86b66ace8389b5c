"""A pinwheel: arms that bend as they go out."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..data_set import Points
from ..deferred import deferred
from ..drawn_set import DrawnSet
from ..parameter import Range

if TYPE_CHECKING:
    import numpy as np

    from ..random_rows import RandomRows
else:
    np = deferred("numpy")  # data sets are listed before it is needed

_SCALE = 2.0


@dataclass(frozen=True)
class Pinwheel(DrawnSet):
    """2 (u, v) turned back by 2 pi k / arms + rate exp(u), u ~ N(1, length^2), v ~ N(0, width^2), k any arm.

    The density has no formula: the turn hangs on u, and where arms fold over each other several u lead to one point.
    """

    arms: Annotated[int, Range(2, 12, help="how many arms there are")] = 5
    length: Annotated[float, Range(0.05, 0.5, help="standard deviation along an arm, before all is doubled")] = 0.3
    width: Annotated[float, Range(0.01, 0.3, help="standard deviation across an arm, before all is doubled")] = 0.1
    rate: Annotated[float, Range(0.0, 1.0, help="how much an arm bends")] = 0.25

    name: ClassVar[str] = "pinwheel"
    title: ClassVar[str] = "Pinwheel"
    citation: ClassVar[str] = (
        "M. J. Johnson, D. K. Duvenaud, A. Wiltschko, R. P. Adams, S. R. Datta, Composing graphical models with neural "
        "networks for structured representations and fast inference, NeurIPS (2016)"
    )
    help: ClassVar[str] = "Bent arms that come close to each other around the middle."
    about = "density"
    size = 2
    words = 3

    def points(self, rows: RandomRows) -> Points:
        """An arm, normal noise along and across it, and the turn."""
        along, across = 1.0 + self.length * rows.normal(1), self.width * rows.normal(2)
        turn = rows.index(0, self.arms) * (2.0 * pi / self.arms) + self.rate * np.exp(along)
        cosine, sine = np.cos(turn), np.sin(turn)
        return Points(_SCALE * np.stack([along * cosine + across * sine, across * cosine - along * sine], axis=1), None)


DATA_SET = Pinwheel
