"""A hue for every end, a shade for every count: maps of a plane as pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakValueDictionary

import numpy as np
from PySide6.QtGui import QColor

from core.language import System
from core.readings import RAN_AWAY, UNDECIDED, PlaneMap

from ..canvas.colour import blend
from ..canvas.colour_scale import ColourScale

if TYPE_CHECKING:
    from jaxtyping import Float, UInt32

    from ..theme import Theme

_SHADES = 256
_BINS = 4096
_HUES = (1, 2, 4, 3, 5, 6, 0)
"""Places in the theme's series: the first is that of the first sample's curve, which lies on the picture."""
_EQUALISED = 0.6
"""How far the tone follows the histogram of the counts; the rest follows their logarithm."""
_SAME = 0.1
"""Part of the visible width or height by which an end moves at most between two pictures and keeps its hue."""
_FATES = {
    # colours of what ran away at once and late, and of what is undecided
    "dark": ("#4A5468", "#232A36", "#07090D"),
    "light": ("#C6CEDB", "#97A1B2", "#3A4254"),
}


@dataclass(frozen=True)
class _Seen:
    """The ends of a map that was shown, and their hues."""

    names: tuple[str, ...]
    places: Float[np.ndarray, "k n"]
    hues: tuple[int, ...]

    def moved(self, shown: PlaneMap) -> list[tuple[int, int]]:
        """Pairs of a new and an old end that are near each other, the nearest first."""
        if not self.places.size or self.places.shape[1:] != shown.ends.shape[1:]:
            return []
        reach = _SAME * max(np.ptp(shown.x), np.ptp(shown.y))
        distances = np.linalg.norm(shown.ends[:, None] - self.places[None], axis=-1)
        pairs = np.argwhere(distances <= reach)  # never so where an end is no point
        return [(int(new), int(old)) for new, old in pairs[np.argsort(distances[tuple(pairs.T)], kind="stable")]]


class Hues:
    """Which end has which hue: one of the same name, or one that only moved as under a slider, keeps its own.

    The plots of one system share one (`of`): each tells which it is, and what it has shown last counts before what
    others have.
    """

    _all: ClassVar[WeakValueDictionary[int, Hues]] = WeakValueDictionary()

    def __init__(self, system: System | None = None) -> None:
        self._system = system  # kept, so that its id is nobody else's
        self._seen: dict[str, _Seen] = {}

    @classmethod
    def of(cls, system: System) -> Hues:
        """Those that all plots of this very system share."""
        found = cls._all.get(id(system))
        if found is None:
            found = cls._all[id(system)] = cls(system)
        return found

    def forget(self, plot: str) -> None:
        """A plot begins anew."""
        self._seen.pop(plot, None)

    def follow(self, shown: PlaneMap, plot: str = "") -> tuple[int, ...]:
        """The hue of every end of the newest map in a plot."""
        kept: list[tuple[int, int]] = []
        for seen in sorted(self._seen, key=lambda name: name != plot):
            before = self._seen[seen]
            known = dict(zip(before.names, before.hues, strict=True))
            kept += [(new, known[name]) for new, name in enumerate(shown.names) if name in known]
            kept += [(new, before.hues[old]) for new, old in before.moved(shown)]
        hues: dict[int, int] = {}
        for new, hue in kept:
            if new not in hues and hue not in hues.values():
                hues[new] = hue
        for new in range(len(shown.names)):
            if new not in hues:
                hues[new] = next(hue for hue in range(len(shown.names)) if hue not in hues.values())
        if max(hues.values(), default=0) >= len(_HUES) >= len(shown.names):  # colours are used again, but need not be
            hues = {new: place for place, new in enumerate(sorted(hues, key=hues.__getitem__))}
        found = tuple(hues[new] for new in range(len(shown.names)))
        self._seen[plot] = _Seen(shown.names, shown.ends, found)
        return found


def end_colour(theme: Theme, hue: int) -> str:
    """The colour that stands for an end in the legend."""
    return theme.series[_HUES[hue % len(_HUES)]]


def fate_colour(theme: Theme, fate: int, *, smooth: bool) -> str:
    """The colour that stands for RAN_AWAY or UNDECIDED in the legend."""
    if fate == RAN_AWAY:
        return theme.density[-2][1] if smooth else _FATES[theme.name][0]
    return _FATES[theme.name][2]


def is_smooth(shown: PlaneMap) -> bool:
    """Whether the counts of what ran away have fractions, so that a ramp of colours shows no steps."""
    counts = shown.count[shown.end == RAN_AWAY][:4096]
    return bool((counts != np.floor(counts)).any())


def map_pixels(shown: PlaneMap, hues: tuple[int, ...], theme: Theme, *, smooth: bool) -> UInt32[np.ndarray, "ny nx"]:
    """Colours as 0xffrrggbb."""
    tables = np.empty((len(hues) + 2, _SHADES), dtype=np.uint32)
    tables[0] = _packed([fate_colour(theme, UNDECIDED, smooth=smooth)] * 2)
    ramp = [name for _, name in theme.density[1:]] if smooth else list(_FATES[theme.name][:2])
    tables[1] = _packed(ramp)
    for index, hue in enumerate(hues):
        tables[index + 2] = _packed(_shades(theme, end_colour(theme, hue)))
    rows = shown.end.astype(np.intp) - UNDECIDED
    rows *= _SHADES
    rows += _tone(shown)
    pixels: np.ndarray = tables.ravel()[rows]
    return pixels


def nowhere_colour(theme: Theme) -> str:
    """The colour of a start that comes to no end, where the colours of all others stand for numbers."""
    return blend(theme.rose, theme.card, 0.45)


def count_pixels(shown: PlaneMap, scale: ColourScale, theme: Theme) -> UInt32[np.ndarray, "ny nx"]:
    """The logarithm of the counts on a scale, as 0xffrrggbb; starts that come to no end have a colour of their own."""
    colours: np.ndarray = scale.table(theme)[scale.levels(np.log(np.maximum(shown.count, 1.0)))]
    colours[shown.end < 0] = QColor(nowhere_colour(theme)).rgba()
    return colours


def _shades(theme: Theme, colour: str) -> list[str]:
    """From a start that is there at once to one that takes long: darker and darker."""
    if theme.dark:
        return [blend(colour, theme.card, 0.18), blend(colour, "#000000", 0.42), blend(colour, "#000000", 0.8)]
    return [blend(colour, theme.card, 0.68), blend(colour, theme.card, 0.25), blend(colour, "#000000", 0.5)]


def _tone(shown: PlaneMap) -> np.ndarray:
    """A shade for every count, so that structure shows wherever most of the counts are."""
    counts = np.nan_to_num(shown.count, nan=0.0, posinf=shown.most, neginf=0.0)
    logarithm = np.log1p(np.maximum(counts, 0.0))
    decided = logarithm[shown.end != UNDECIDED]
    if not decided.size:
        return np.zeros(counts.shape, dtype=np.intp)
    low, high = float(decided.min()), float(decided.max())
    if high - low < 1e-6:
        return np.zeros(counts.shape, dtype=np.intp)
    bins = np.clip((logarithm - low) * ((_BINS - 1) / (high - low)), 0, _BINS - 1).astype(np.intp)
    return _levels(np.bincount(bins[shown.end != UNDECIDED], minlength=_BINS))[bins]


def _levels(histogram: np.ndarray) -> np.ndarray:
    """The shade of every bin: partly the share of pixels below it, partly its own height."""
    total = np.cumsum(histogram)
    below = (total - histogram / 2) / total[-1]
    straight = np.arange(len(histogram)) / (len(histogram) - 1)
    level: Float[np.ndarray, "bins"] = _EQUALISED * below + (1 - _EQUALISED) * straight
    return np.rint(np.clip(level, 0.0, 1.0) * (_SHADES - 1)).astype(np.intp)


def _packed(names: list[str]) -> UInt32[np.ndarray, "256"]:
    """A ramp through colours as 0xffrrggbb."""
    stops = np.linspace(0.0, 1.0, len(names))
    colours = np.array([QColor(name).getRgb()[:3] for name in names], dtype=np.float64)
    level = np.linspace(0.0, 1.0, _SHADES)
    red, green, blue = (np.rint(np.interp(level, stops, colours[:, k])).astype(np.uint32) for k in range(3))
    return (np.uint32(0xFF) << 24) | (red << 16) | (green << 8) | blue
