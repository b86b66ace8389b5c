"""Newton's method on the sliders of a root that is dragged: the numbers of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .least_move import least_move

if TYPE_CHECKING:
    from jaxtyping import Float

    from core.readings import FixedPoint, FixedPoints

    from .slider_scale import SliderScale

_LONGEST, _SHORTEST = 0.1, 1e-4
"""The longest move of a slider between two answers, in parts of its range; at a fold it shrinks to the other."""
_STILL = 1e-6
"""A shorter move is none."""
_MOST_CORRECTIONS = 40
"""Answers without another wish after which no better is expected."""
_STRAY = 0.05
"""How far beside its prediction a root may be found, in parts of 1 + |z|, besides the length of its move."""


class RootPursuit:
    """One root, from where it was taken hold of to where it is wanted. Positions are those of the sliders, 0 to 1.

    Each answer of the engine tells the root z and dz*/dp for some values of the parameters; the smallest move of the
    sliders from where the drag began that leads to the wish follows from that (`least_move`), the next answer corrects
    it, and so on. Where the root is gone in an answer, at a fold, shorter moves are tried from where it last was.
    """

    def __init__(
        self,
        found: FixedPoints,
        root: Float[np.ndarray, "n"],
        scales: Sequence[SliderScale],
        held: Collection[str] = (),
    ) -> None:
        """held: names of parameters that stay where they are."""
        self.scales = tuple(scales)
        self._free = np.array([scale.name not in held for scale in self.scales], dtype=float)
        self.steps = 0
        self.asked = self.first = self._positions(found.values)
        self.settled = True
        self._wanted: dict[int, float] = {}
        self._trust = _LONGEST
        self._edge: np.ndarray | None = None  # the move behind which the root is gone
        self._corrections = 0
        self._adopt(found, _nearest(found.points, root))

    @property
    def ends(self) -> tuple[SliderScale, ...]:
        """The sliders that stand at an end and would go on."""
        at_end = (self._wished <= 0.0) | (self._wished >= 1.0)
        begun = (self.first <= 0.0) | (self.first >= 1.0)
        return tuple(scale for scale, is_end in zip(self.scales, at_end & ~begun, strict=True) if is_end)

    @property
    def gone(self) -> bool:
        """Whether the root ends at a fold on the way to where it is wanted."""
        return self._edge is not None

    @property
    def miss(self) -> float:
        """How far the root is from where it is wanted, in parts of 1 + the wish."""
        return max((abs(self.z[at] - goal) / (1.0 + abs(goal)) for at, goal in self._wanted.items()), default=0.0)

    @property
    def wanted(self) -> Mapping[int, float]:
        """The wished values of some components, by their places."""
        return self._wanted

    @property
    def idle(self) -> bool:
        """Whether no slider that may move has an effect on what is wanted."""
        return bool(self._wanted) and not self._effects[list(self._wanted)].any()

    @property
    def distance(self) -> float:
        """|z - wish| in the components that are wanted."""
        return float(np.linalg.norm([self.z[at] - goal for at, goal in self._wanted.items()]))

    def aim(self, wanted: Mapping[int, float]) -> None:
        """Other values of some components are wanted."""
        self._wanted = dict(wanted)
        self._corrections = self.steps = 0
        self._plan()

    def answer(self, found: FixedPoints) -> None:
        """The engine's answer for some values: the last that were asked for, or earlier ones."""
        place = self._positions(found.values)
        predicted = self.z + self._effects @ (place - self._place)
        room = float(np.linalg.norm(predicted - self.z)) + _STRAY * (1.0 + float(np.linalg.norm(predicted)))
        if found.points:
            one = _nearest(found.points, predicted)
            if np.linalg.norm(one.point - predicted) <= room:
                self._trust = min(_LONGEST, 2.0 * self._trust)
                self._adopt(found, one)
                self._plan()
                return
        if np.abs(place - self.asked).max(initial=0.0) > 0.0:
            return  # an earlier move led beyond the fold, and is taken back already
        self._trust = 0.25 * min(self._trust, float(np.abs(place - self._place).max(initial=0.0)))
        if self._trust < _SHORTEST:
            self._edge = place - self._place
        self._plan()

    def _adopt(self, found: FixedPoints, one: FixedPoint) -> None:
        """The root is here, for these values."""
        slopes = [scale.slope(value) for scale, value in zip(self.scales, found.values, strict=True)]
        self.steps += 1
        self.z = one.point
        self._effects = np.where(np.isfinite(one.effects), one.effects, 0.0) * slopes * self._free
        self._place = self._wished = self._positions(found.values)

    def _plan(self) -> None:
        """Choose where the sliders shall go next."""
        at = list(self._wanted)
        goal = np.array([self._wanted[place] for place in at])
        self._wished = least_move(self._effects[at], goal - self.z[at], self._place, self.first)
        move = self._wished - self._place
        if self._edge is not None:
            if move @ self._edge > 0.0:
                self.asked, self.settled = self._place, True
                return
            self._edge, self._trust = None, _LONGEST
        longest = float(np.abs(move).max(initial=0.0))
        self._corrections += 1
        self.settled = longest <= _STILL or self._corrections > _MOST_CORRECTIONS
        reach = move * (self._trust / longest) if longest > self._trust else move
        self.asked = self._place if self.settled else self._positions(self.values_at(self._place + reach))

    def values_at(self, place: Float[np.ndarray, "P"]) -> list[float]:
        """The parameters' values at positions of the sliders."""
        return [scale.value(position) for scale, position in zip(self.scales, place.tolist(), strict=True)]

    def _positions(self, values: Sequence[float]) -> Float[np.ndarray, "P"]:
        return np.array([scale.position(value) for scale, value in zip(self.scales, values, strict=True)])


def _nearest(points: Sequence[FixedPoint], place: Float[np.ndarray, "n"]) -> FixedPoint:
    return min(points, key=lambda one: float(np.linalg.norm(one.point - place)))
