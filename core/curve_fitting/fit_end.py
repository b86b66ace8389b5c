"""Why a fit ended, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_SUCCESS = ("reached", "minimum")


@dataclass(frozen=True)
class FitEnd:
    """name: "reached", "minimum", "flat", "stalled", "failed", "max_iterations", "max_time" or "cancelled".

    distance: |r| at the end. aimed: whether one point was aimed at, rather than data. at_ends: parameters at an end of
    their range beyond which the loss would fall. detail: of a run of the solver that failed.
    """

    name: str
    distance: float
    aimed: bool = False
    at_ends: tuple[str, ...] = ()
    detail: str = ""

    @property
    def success(self) -> bool:
        """Whether it stands where the loss is least nearby."""
        return self.name in _SUCCESS

    def __str__(self) -> str:
        words = {
            "reached": "reached the target" if self.aimed else "goes through every point",
            "minimum": f"stalled at the nearest that the parameters reach, {self.distance:.3g} from the target"
            if self.aimed
            else "stands at a minimum of the loss",
            "flat": f"no parameter that may move has an effect here{self._away()}",
            "stalled": f"stalled at the nearest it found{self._away()}: no step makes the loss smaller",
            "failed": f"ended because {self.detail}",
            "max_iterations": f"used up its iterations{self._away()}: allow more, or take another method",
            "max_time": f"used up its time{self._away()}: allow more, or take another method",
            "cancelled": "was cancelled",
        }[self.name]
        return words + (f"; {_listed(self.at_ends)} of the range" if self.at_ends else "")

    def _away(self) -> str:
        return f", {self.distance:.3g} from the target" if self.aimed else ""


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is at an end"
    return f"{', '.join(names[:-1])} and {names[-1]} are at an end"
