"""What the methods share that solve the adjoint equation backward in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from .field_check import check_fields
from .gradient_method import TrajectoryGradient
from .parameter import Range


@dataclass(frozen=True)
class ContinuousAdjoint(TrajectoryGradient):
    """Optimise, then discretise: the adjoint equation of the field, solved by steps of its own.

    tightening: the backward tolerances are the forward ones times this; fixed steps stay as they are.
    """

    tightening: Annotated[float, Range(1e-6, 1.0, log=True, help="backward over forward tolerance")] = 1.0

    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = (
        "the derivative of the differential equation, solved to the tolerances, not of the steps that were taken"
    )

    def __post_init__(self) -> None:
        check_fields(self)
