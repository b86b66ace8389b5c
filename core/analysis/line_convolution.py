"""Line integral convolution: noise that is smeared along the lines of a plane field."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Complex, Float, UInt8

_PIXELS = 32_768
"""That are followed at once: what they need stays near the processor."""
_BORDER = 3
"""Cells around the plane that lead nowhere: as far as a line can come in one step."""
_SPREADS = 2.2
"""Standard deviations on either side of the mean that the levels reach."""


def directions(u: Float[np.ndarray, "*shape"], v: Float[np.ndarray, "*shape"]) -> Complex[np.ndarray, "*shape"]:
    """(u, v) / |(u, v)| as complex64 numbers; 0 where the velocity is 0 or no finite number."""
    with np.errstate(all="ignore"):
        largest = np.maximum(np.abs(u), np.abs(v))  # its square may be too large or too small for a number
        way = u / largest + 1j * (v / largest)
        way /= np.abs(way)
    return np.where(np.isfinite(way) & np.isfinite(largest), way, 0.0).astype(np.complex64)


def line_convolution(
    ways: Complex[np.ndarray, "ny nx"], noise: Float[np.ndarray, "ny nx"], reach: int
) -> Generator[float, None, Float[np.ndarray, "ny nx"]]:
    """The mean of `noise` along `reach` pixels of the field line on both sides of every pixel; yields the share done.

    ways: `directions` of the field in columns and rows. Lines end at the edge, and where there is no direction. Steps
    are one pixel long, by the second Adams-Bashforth formula on the pixels' own directions. Cabral and Leedom, "Imaging
    Vector Fields Using Line Integral Convolution", SIGGRAPH 1993, 263-270.
    """
    rows, columns = noise.shape
    wide = columns + 2 * _BORDER
    ways = np.pad(ways, _BORDER).ravel()
    grains = np.pad(noise.astype(np.float32) + np.complex64(1j), _BORDER).ravel()  # the imaginary part counts them
    smeared = np.empty((rows, columns), dtype=np.float32)
    height = max(1, _PIXELS // columns)
    for begin in range(0, rows, height):
        block = np.arange(begin, min(begin + height, rows))
        row, column = np.meshgrid(block + _BORDER, np.arange(columns) + _BORDER, indexing="ij")
        home = (column + 1j * row).astype(np.complex64).ravel()
        total = grains.take((row * wide + column).ravel())
        for sign in (1.0, -1.0):
            total += _along(home, ways, grains, wide, reach, np.float32(sign))
        smeared[block] = (total.real / total.imag).reshape(len(block), columns)
        yield float(block[-1] + 1) / rows
    return smeared


def _along(
    home: np.ndarray, ways: np.ndarray, grains: np.ndarray, wide: int, reach: int, sign: np.float32
) -> np.ndarray:
    """The sum of the grains that a line from every pixel meets on one side."""
    place, total = home.copy(), np.zeros_like(home)
    before = None
    for _ in range(reach):
        way = sign * ways.take(_cells(place, wide))
        step = way if before is None else np.float32(1.5) * way - np.float32(0.5) * before
        step[way == 0.0] = 0.0
        place += step
        total += np.where(way == 0.0, np.complex64(0.0), grains.take(_cells(place, wide)))
        before = way
    return total


def _cells(place: np.ndarray, wide: int) -> np.ndarray:
    return np.asarray(np.rint(place.imag).astype(np.int32) * np.int32(wide) + np.rint(place.real).astype(np.int32))


def contrast(smeared: Float[np.ndarray, "ny nx"], known: Bool[np.ndarray, "ny nx"]) -> UInt8[np.ndarray, "ny nx"]:
    """Levels from 0 to 255 about the mean, the same spread for every field and length; 0 where `known` is false."""
    told = smeared[known]
    spread = float(told.std()) if told.size else 0.0
    if spread == 0.0:
        return np.zeros(smeared.shape, dtype=np.uint8)
    part = (smeared - told.mean()) / (2.0 * _SPREADS * spread) + 0.5
    return np.where(known, np.rint(np.clip(part, 0.0, 1.0) * 255.0), 0.0).astype(np.uint8)
