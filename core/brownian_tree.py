"""Brownian paths that can be asked for any time in any order: a binary tree whose random numbers are counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from .array_library import NUMPY, ArrayLibrary, placed
from .normal_quantile import normal_numbers
from .philox import philox

_LEVELS = 32
"""Halvings of an interval of the first generation."""
_HEIGHTS = tuple(0.5 * 2.0 ** (-0.5 * level) for level in range(_LEVELS))
"""Of the tents at every level of an interval of length 1."""
_SCALES = 2.0 ** np.arange(-_LEVELS, 0)
_OCTAVES = 53
_WIDTHS = np.array([1.0, *(2.0**octave for octave in range(_OCTAVES - 1))])
"""Intervals of the first generation on either side of 0: [0, 1], [1, 2], [2, 4], [4, 8], ..."""
_ROOTS = np.sqrt(_WIDTHS)
_BRANCHES, _BACKWARD, _OCTAVE = 1, 1 << 8, 1 << 16
"""Parts of the second word of a counter: which two levels, whether t < 0, which octave; 0 levels for its end."""
FINEST_STEP = 2.0**-22
"""Steps of this share of max(1, |t|) are 2^10 or more of the shortest intervals long, or half as many beside a power
of 2: the variance over one is then right to a thousandth at worst."""


def brownian_path(library: ArrayLibrary, seed: int, t: Any, sample: Any, components: int) -> Any:
    """W(t) (L, components) of every lane, float64; t (L,) float64, sample (L,) int64 from 0 to 2^32 - 1.

    Every seed, sample and component has a path of its own, with W(0) = 0, on both sides of 0. What comes out is a pure
    function of these and t, bit for bit: of no step, order or batch mate, and the same in numpy and torch.

    W(1) and the growth of W from 2^k to 2^(k+1) are independent; inside, Levy's bridge halves the interval with ends
    l < r again and again,

        W((l + r)/2) = (W(l) + W(r))/2 + sqrt(r - l)/2 xi,

    xi a standard normal number that Philox makes of the place in the tree. After 32 halvings the path is a straight
    line, 2^-32 max(1, |t|) long at most. The bridges are added up as the tents that each of them puts on the path.
    Source: P. Levy, Processus stochastiques et mouvement brownien, 1948; J. G. Gaines, T. J. Lyons, SIAM J. Appl.
    Math. 57 (1997) 1455; X. Li, T.-K. L. Wong, R. T. Q. Chen, D. Duvenaud, AISTATS 2020 (the virtual Brownian tree).
    """
    module, count = library.module, len(t)
    whole = module.int64
    away = abs(t)
    octave = library.cast(module.frexp(away)[1], whole).clip(0, _OCTAVES - 1)
    width = placed(library, _WIDTHS, away)[octave]
    share = (away - library.where(octave > 0, width, 0.0)) / width
    place = share * 2.0**_LEVELS
    leaf = library.cast(module.floor(place), whole)
    side = library.cast(t < 0.0, whole) * _BACKWARD
    who = (_numbers(library, np.arange(components), t)[None, :], sample[:, None])
    key = seed & 0xFFFFFFFF, seed >> 32
    total = module.zeros_like(away)[:, None]
    last = int(octave.max()) if count else 0
    for number, xi in enumerate(_octave_numbers(library, last + 1, side, who, key)):
        weight = library.where(octave == number, share, library.cast(octave > number, module.float64))
        total = total + (weight * float(_ROOTS[number]))[:, None] * xi
    root = placed(library, _ROOTS, away)[octave]
    inside = place * placed(library, _SCALES, away)[:, None]
    tents = 1.0 - abs(2.0 * (inside - module.floor(inside)) - 1.0)
    # a time with few binary places is an end of some interval: its bridges below are 0, and their numbers not needed
    depth = int(library.cast(tents > 0.0, whole).any(1).sum()) if count else 0
    for level, xi in enumerate(_level_numbers(library, leaf, depth, octave * _OCTAVE + side, who, key)):
        total = total + (root * tents[level] * _HEIGHTS[level])[:, None] * xi
    return total


def brownian_values(seed: int, t: np.ndarray, sample: int = 0, components: int = 1) -> np.ndarray:
    """W(t) (T, components) of trajectory `sample` at times t (T,), which may stand in any order, in numpy."""
    times = np.asarray(t, dtype=np.float64)
    return np.asarray(brownian_path(NUMPY, seed, times, np.full(len(times), sample, dtype=np.int64), components))


def _numbers(library: ArrayLibrary, numbers: np.ndarray, like: Any) -> Any:
    """Whole numbers where `like` lies."""
    return library.cast(placed(library, numbers.astype(np.float64), like), library.module.int64)


def _octave_numbers(library: ArrayLibrary, count: int, side: Any, who: tuple[Any, Any], key: tuple[int, int]) -> Any:
    """The normal numbers (L, n) of the first `count` octaves, four from each counter."""
    blocks = _numbers(library, np.arange(-(-count // 4)), side * 1.0)[:, None, None]
    words = philox((blocks, side[None, :, None], *who), key)
    numbers = normal_numbers(library, library.stack(words, axis=1))
    return numbers.reshape(-1, *numbers.shape[2:])[:count]


def _level_numbers(
    library: ArrayLibrary, leaf: Any, depth: int, path: Any, who: tuple[Any, Any], key: tuple[int, int]
) -> Any:
    """The normal numbers (depth, L, n) of the first nodes on the way to `leaf` (L,): of one counter that of a node, and
    those of the two below it, of which one is on the way."""
    pairs = _numbers(library, np.arange(-(-depth // 2)), path * 1.0)[:, None, None]
    node = leaf[None, :, None] >> (_LEVELS - 2 * pairs)
    right = (leaf[None, :, None] >> (_LEVELS - 1 - 2 * pairs)) & 1
    upper, left, other, _ = philox((node, path[None, :, None] + _BRANCHES + pairs, *who), key)
    words = library.stack((upper, library.where(right == 1, other, left)), axis=1)
    numbers = normal_numbers(library, words)
    return numbers.reshape(-1, *numbers.shape[2:])[:depth]
