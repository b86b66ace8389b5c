"""When a solution is so near a fold that a slider must be moved with care."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from .editors.number_text import number_text
from .slider_scale import SliderScale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.readings import RootEffects

_CONDITION = 1e3
"""cond(I - J) from which on a fold is near."""
_DISTANCE = 0.1
"""Distance of an eigenvalue of J from 1 below which it is."""
_STRENGTH = 0.05
"""A slider matters where a hundredth of its range moves z* by more than this part of 1 + |z*|."""
_EASE = 2.0
"""A warning that stands goes only where these are missed by this factor: it must not flicker in a drag."""


class FoldWatch:
    """Remembers which sliders are marked."""

    def __init__(self) -> None:
        self._near = False
        self._marked: frozenset[str] = frozenset()

    def warnings(
        self, known: RootEffects | None, sample: int, scales: Sequence[SliderScale], values: Mapping[str, float]
    ) -> dict[str, str]:
        """A sentence for every slider that matters near a fold, the one that matters most first; empty elsewhere."""
        if known is None or sample >= len(known.at) or not known.solved[sample]:
            self._near, self._marked = False, frozenset()
            return {}
        ease = _EASE if self._near else 1.0
        condition, distance = float(known.condition[sample]), float(known.distance[sample])
        self._near = condition > _CONDITION / ease or distance < _DISTANCE * ease
        strengths = self._strengths(known, sample, scales, values) if self._near else {}
        chosen = sorted(strengths, key=lambda name: -strengths[name])
        self._marked = frozenset(chosen)
        symbols = {scale.name: scale.symbol for scale in scales}
        return {name: _sentence(known, sample, name, symbols[name]) for name in chosen}

    def _strengths(
        self, known: RootEffects, sample: int, scales: Sequence[SliderScale], values: Mapping[str, float]
    ) -> dict[str, float]:
        size = 1.0 + float(np.linalg.norm(known.at[sample]))
        found = {}
        for scale in scales:
            if scale.name not in known.parameters:
                continue
            effect = _length(known, sample, scale.name)
            strength = 0.01 * abs(scale.slope(values[scale.name])) * effect / size
            least = _STRENGTH / _EASE if scale.name in self._marked else _STRENGTH
            if math.isnan(effect) or strength > least:  # a fold itself: no number says how far
                found[scale.name] = math.inf if math.isnan(effect) else strength
        return found


def _length(known: RootEffects, sample: int, name: str) -> float:
    return float(np.linalg.norm(known.effects[sample, :, known.parameters.index(name)]))


def _sentence(known: RootEffects, sample: int, name: str, symbol: str) -> str:
    effect = known.effects[sample, :, known.parameters.index(name)]
    what = "a small move changes the output a lot or makes it jump"
    if not np.isfinite(effect).all():
        return f"At a fold: I − J is singular, and dz*/d{symbol} does not exist: {what}."
    if len(effect) == 1:  # the condition of a number is 1
        where = f"|I − J| = {_number(known.distance[sample])}, dz*/d{symbol} = {_number(effect[0])}"
    else:
        long = _number(np.linalg.norm(effect))
        where = f"cond(I − J) = {_number(known.condition[sample])}, |dz*/d{symbol}| = {long}"
    return f"Near a fold: {where}: {what}."


def _number(value: float) -> str:
    return number_text(float(f"{value:.3g}"), 3).replace("-", "−")
