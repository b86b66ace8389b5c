"""Bisection of an interval at whose ends f - z has different signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..array_library import ArrayLibrary
from ..bracketing import Bracket, Bracketing


@dataclass(frozen=True)
class Bisection(Bracketing):
    """The middle of the interval replaces the end of its sign: k halvings leave 2^-k of the first interval."""

    name: ClassVar[str] = "bisection"
    title: ClassVar[str] = "bisection"
    citation: ClassVar[str] = "R. L. Burden, J. D. Faires, Numerical Analysis, 9th ed., Brooks/Cole (2010), sec. 2.1"
    help: ClassVar[str] = "Halves an interval with a change of sign: sure, one bit an iteration; one unknown only."

    def propose(self, library: ArrayLibrary, state: Bracket) -> tuple[Any, Any]:
        """The middle."""
        return library.full_like(state.z, float("nan")), state.memory


SOLVER = Bisection
