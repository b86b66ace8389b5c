"""The contract of the methods that move positions and momenta in turn."""

from __future__ import annotations

from dataclasses import dataclass

from .bound_field import BoundField
from .integration_method import IntegrationMethod, Row
from .language import System
from .separation import momenta_of
from .splitting_step import SplittingStep


@dataclass(frozen=True)
class SplittingMethod(IntegrationMethod):
    """parts: as in `SplittingStep`. Symplectic: the energy of a Hamiltonian system stays near its value over any time.

    Raises ValueError where the parts do not make up a whole step.
    """

    name: str
    title: str
    citation: str
    help: str
    order: int
    parts: tuple[tuple[float, float], ...]
    embedded_order: int | None = None
    dense: tuple[Row, ...] | None = None

    def __post_init__(self) -> None:
        for what, total in zip(("kicks", "drifts"), map(sum, zip(*self.parts, strict=True)), strict=True):
            if abs(total - 1.0) > 1e-14:
                raise ValueError(f"method {self.name}: its {what} sum to {total}, not 1")

    @property
    def stages(self) -> int:
        """The slopes at both ends."""
        return 2

    @property
    def nodes(self) -> tuple[float, ...]:
        """The middle of every drift, and where a kick follows it."""
        places, time = [], 0.0
        for place, (kick, drift) in enumerate(self.parts):
            if kick and place:
                places.append(time)
            if drift:
                places.append(time + 0.5 * drift)
            time += drift
        return (*places, 1.0)

    def refusal(self, system: System | None) -> str | None:
        """Where the system is not separable."""
        noise = super().refusal(system)
        if noise is not None:
            return noise
        if system is not None and momenta_of(system) is not None:
            return None
        return (
            f"{self.title} moves positions and momenta in turn, and this system is not made of both: rates of "
            "positions may hang on momenta and t alone, as x' = v, and those of momenta on positions and t"
        )

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> SplittingStep:  # noqa: ARG002 - no estimate
        """Its steps, for a separable system."""
        return SplittingStep(field, self, self.parts)
