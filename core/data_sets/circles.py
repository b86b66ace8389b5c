"""Circles: a disc in an annulus, which no flow of the plane can part."""

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
class Circles(DrawnSet):
    """Class 0: |x| <= disc. Class 1: inner <= |x| <= outer. Both uniform in area, a third of all in the disc.

    A flow is a homeomorphism: it would have to carry the disc through the annulus around it. With |x|^2 as another
    coordinate a plane parts them. Raises ValueError where the annulus does not lie around the disc.
    """

    disc: Annotated[float, Range(0.05, 3.0, help="radius of the disc")] = 0.5
    inner: Annotated[float, Range(0.05, 4.0, help="where the annulus begins")] = 1.0
    outer: Annotated[float, Range(0.1, 5.0, help="where the annulus ends")] = 1.5
    share: Annotated[float, Range(0.05, 0.95, help="share of the points that are in the disc")] = 1.0 / 3.0

    name: ClassVar[str] = "circles"
    title: ClassVar[str] = "Circles"
    citation: ClassVar[str] = "E. Dupont, A. Doucet, Y. W. Teh, Augmented neural ODEs, NeurIPS (2019), proposition 2"
    help: ClassVar[str] = "A disc within an annulus: no flow of the plane parts them, one with a coordinate more does."
    about = "classes"
    size = 2
    classes = 2
    words = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.disc <= self.inner < self.outer:
            raise ValueError(
                f"the annulus must lie around the disc: disc <= inner < outer, not {self.disc:g}, {self.inner:g}, "
                f"{self.outer:g}"
            )

    def points(self, rows: RandomRows) -> Points:
        """r = sqrt(lo^2 + u (hi^2 - lo^2)) from the radius lo to hi, u uniform."""
        outside = rows.uniform(0) >= self.share
        low, high = np.where(outside, self.inner, 0.0), np.where(outside, self.outer, self.disc)
        radius = np.clip(np.sqrt(low**2 + rows.uniform(1) * (high**2 - low**2)), low, high)
        angle = 2.0 * pi * rows.uniform(2)
        x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        return Points(x, outside.astype(np.int64))


DATA_SET = Circles
