"""Where a fit has come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..curve_fitting.fit_loop import FitState


@dataclass(frozen=True)
class FitProgress:
    """The answer to the `FitTask` of this serial.

    begun, values: of the parameters and the free start, where this answer began and where it came to, by name. state:
    with which the fit goes on. losses: by iteration, (number, loss) of those of this answer, that where it began too.
    method: its title; gradient: how the solution was differentiated, in words. errors: standard errors of a fit that is
    over, by name.
    """

    serial: int
    begun: Mapping[str, float]
    values: Mapping[str, float]
    state: FitState
    losses: tuple[tuple[int, float], ...]
    method: str
    gradient: str
    errors: Mapping[str, float] = field(default_factory=dict)
