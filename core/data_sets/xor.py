"""Exclusive or: four heaps, of which those across are alike."""

from __future__ import annotations

from dataclasses import dataclass
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
class Xor(DrawnSet):
    """A corner (+-1, +-1) and normal noise. Class 1 where the corner's signs differ, whatever noise makes of them."""

    noise: Annotated[float, Range(0.0, 1.0, help="standard deviation around the corners")] = 0.2

    name: ClassVar[str] = "xor"
    title: ClassVar[str] = "Exclusive or"
    citation: ClassVar[str] = "M. Minsky, S. Papert, Perceptrons, MIT Press (1969)"
    help: ClassVar[str] = "One or the other, not both: the smallest problem that no layer alone can solve."
    about = "classes"
    size = 2
    classes = 2
    words = 3

    def points(self, rows: RandomRows) -> Points:
        """A corner, and normal noise in the plane."""
        first, second = np.divmod(rows.index(0, 4), 2)
        corner = 2.0 * np.stack([first, second], axis=1) - 1.0
        return Points(corner + rows.plane_noise(1, self.noise), first ^ second)


DATA_SET = Xor
