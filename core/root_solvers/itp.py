"""The ITP method: interpolate, truncate, project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..array_library import ArrayLibrary
from ..bracketing import Bracket, Bracketing
from ..parameter import Range


@dataclass(frozen=True)
class Itp(Bracketing):
    """The zero of the line through both ends a, b, moved towards the middle m by delta, but no further from m than r.

    delta = kappa_1 l_0 (l / l_0)^kappa_2 with the lengths l = |b - a| and l_0 of the first interval; no further than
    to m. r = 2^(n_0 - j) l_0 / 2 - l / 2 at iteration j = 0, 1, ..., so that j iterations leave at most
    2^(n_0 - j) l_0: never more than n_0 iterations behind bisection. Of order kappa_2^(1/2) at a simple root.
    """

    push: Annotated[
        float, Range(1e-3, 10.0, log=True, symbol="κ1", help="how far a point is moved, as a part of the interval")
    ] = 0.2
    power: Annotated[
        float, Range(1.0, 2.6, symbol="κ2", help="how fast that part falls with the interval; the order's square")
    ] = 2.0
    slack: Annotated[
        int, Range(0, 10, symbol="n0", help="iterations that it may need more than bisection, to interpolate")
    ] = 1

    name: ClassVar[str] = "itp"
    title: ClassVar[str] = "ITP"
    citation: ClassVar[str] = "I. F. D. Oliveira, R. H. C. Takahashi, ACM Trans. Math. Softw. 47 (2021) 5"
    help: ClassVar[str] = "Follows a line between the ends, never far behind bisection; one unknown only."

    def propose(self, library: ArrayLibrary, state: Bracket) -> tuple[Any, Any]:
        """The projected point; remembers l_0 and 2^(n_0 - j) l_0 / 2."""
        first, reach = state.memory[:, :1], state.memory[:, 1:]
        begins = library.module.isnan(first)
        length = state.length
        first = library.where(begins, length, first)
        reach = library.where(begins, 0.5 * 2.0**self.slack * length, reach)
        g_a, g_b, _ = state.heights
        middle = state.near + 0.5 * (state.far - state.near)
        crossing = state.near - g_a * ((state.far - state.near) / (g_b - g_a))
        gap = middle - crossing
        side = library.where(gap < 0.0, -1.0, 1.0)
        delta = self.push * first * (length / first) ** self.power
        moved = library.where(delta <= abs(gap), crossing + side * delta, middle)
        room = reach - 0.5 * length
        room = library.where(room > 0.0, room, 0.0)
        point = library.where(abs(moved - middle) <= room, moved, middle - side * room)
        return point, library.concatenate([first, 0.5 * reach], axis=1)


SOLVER = Itp
