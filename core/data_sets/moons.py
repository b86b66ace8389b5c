"""Moons as classes: two half circles that reach into each other."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..data_set import Points
from ..deferred import deferred
from ..drawn_set import DrawnSet
from ..half_moons import half_moons
from ..parameter import Range

if TYPE_CHECKING:
    import numpy as np

    from ..random_rows import RandomRows
else:
    np = deferred("numpy")  # data sets are listed before it is needed


@dataclass(frozen=True)
class Moons(DrawnSet):
    """Class 0: (cos a, sin a). Class 1: (1 - cos a, 1/2 - sin a). a uniform from 0 to pi, and normal noise."""

    noise: Annotated[float, Range(0.0, 0.5, help="standard deviation around the half circles")] = 0.1

    name: ClassVar[str] = "moons"
    title: ClassVar[str] = "Moons"
    citation: ClassVar[str] = "F. Pedregosa et al., Scikit-learn: machine learning in Python, JMLR 12 (2011) 2825"
    help: ClassVar[str] = "Two half circles that reach into each other: no line parts them, a flow does so easily."
    about = "classes"
    size = 2
    classes = 2
    words = 4

    def points(self, rows: RandomRows) -> Points:
        """A half circle, a place on it, and normal noise in the plane."""
        lower = rows.index(0, 2) == 1
        x = half_moons(pi * rows.uniform(1), lower) + rows.plane_noise(2, self.noise)
        return Points(x, lower.astype(np.int64))


DATA_SET = Moons
