"""Two spirals that wind around each other."""

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


@dataclass(frozen=True)
class TwoSpirals(DrawnSet):
    """Class 0: (-a cos a, a sin a) / 3 and normal noise. Class 1: the same turned by half a turn.

    a = 2 pi turns sqrt(u), u uniform, so that points lie about as close everywhere.
    """

    turns: Annotated[float, Range(0.5, 3.0, help="how often a spiral winds around")] = 1.5
    noise: Annotated[float, Range(0.0, 0.5, help="standard deviation around the spirals")] = 0.1

    name: ClassVar[str] = "two_spirals"
    title: ClassVar[str] = "Two spirals"
    citation: ClassVar[str] = (
        "K. J. Lang, M. J. Witbrock, Learning to tell two spirals apart, Proceedings of the 1988 Connectionist Models "
        "Summer School, 52"
    )
    help: ClassVar[str] = "Two strands wound around each other: the harder, the more turns."
    about = "classes"
    size = 2
    classes = 2
    words = 4

    def points(self, rows: RandomRows) -> Points:
        """A spiral, a place on it, and normal noise in the plane."""
        which = rows.index(0, 2)
        angle = 2.0 * pi * self.turns * np.sqrt(rows.uniform(1))
        place = np.stack([-angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 3.0
        return Points(np.where(which == 0, 1.0, -1.0)[:, None] * place + rows.plane_noise(2, self.noise), which)


DATA_SET = TwoSpirals
