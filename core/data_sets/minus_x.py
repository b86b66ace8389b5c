"""Minus x: the function of one variable that no flow of the line is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..data_set import Points
from ..deferred import deferred
from ..drawn_set import DrawnSet
from ..parameter import Choice

if TYPE_CHECKING:
    import numpy as np

    from ..random_rows import RandomRows
else:
    np = deferred("numpy")  # data sets are listed before it is needed


@dataclass(frozen=True)
class MinusX(DrawnSet):
    """y = -x, of x = -1 and x = 1 as often, or of x uniform between them.

    Trajectories on a line cannot cross, so a flow keeps order: of the two points its mean square error is at least 1,
    its mean Huber loss at least 1/2, both at 0.
    """

    continuous: Annotated[str, Choice(("off", "on"), help="x anywhere from -1 to 1, or at the two ends alone")] = "off"

    name: ClassVar[str] = "minus_x"
    title: ClassVar[str] = "Minus x"
    citation: ClassVar[str] = "E. Dupont, A. Doucet, Y. W. Teh, Augmented neural ODEs, NeurIPS (2019), proposition 1"
    help: ClassVar[str] = "-1 is to become 1, and 1 to become -1: on a line their trajectories would have to cross."
    about = "values"
    size = 1
    words = 1

    def points(self, rows: RandomRows) -> Points:
        """x = 2 u - 1, or -1 and 1 in turn."""
        x = (2.0 * rows.uniform(0) - 1.0)[:, None]
        if self.continuous == "off":
            x = np.where(np.arange(len(x)) % 2, 1.0, -1.0)[:, None]
        return Points(x, -x)


DATA_SET = MinusX
