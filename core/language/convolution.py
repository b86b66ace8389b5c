"""Convolutions: sums of neighbours, weighted alike everywhere, of numbers in a row or of a picture whose edges meet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .errors import refusal
from .tree import Expression

MOST_PRODUCTS = 40_000
"""Of a kernel's number and a component, in one convolution."""
Extents = tuple[int, ...]
"""(n,) of numbers in a row, (h, w) of a picture."""


@dataclass(frozen=True)
class Convolution:
    """conv(K, z): channel o of the result is sum_c sum_j K[o, c, j] z[c, i + j - m], m the middle of the kernel.

    Places are counted round: behind the last comes the first. The middle of 3 is the second, of 4 the second too, as
    torch.nn.functional.conv1d and conv2d have it with circular padding. (It turns no kernel round: a correlation.)
    rows, channels: of the result and of z. extents: of a channel. kernel: of one channel's kernel. shape: the result's.
    """

    rows: int
    channels: int
    extents: Extents
    kernel: Extents
    shape: tuple[int, ...]

    @property
    def taps(self) -> int:
        """Numbers of the kernels of all channels, of which a row of K is made."""
        return self.channels * math.prod(self.kernel)

    @property
    def products(self) -> int:
        """Multiplications."""
        return self.rows * math.prod(self.extents) * self.taps

    def places(self) -> np.ndarray:
        """(n, taps): which entries of z, channel after channel, the kernels' numbers meet for every place."""
        return _places(self.channels, self.extents, self.kernel)


def convolution_of(
    expression: Expression, kernel: tuple[int, ...], value: tuple[int, ...], sizes: Extents
) -> Convolution:
    """What conv(kernel, value, *sizes) computes, by the shapes of its arguments. Raises FormulaError."""
    if not sizes:
        if len(kernel) != len(value) or not value:
            message = "conv takes a kernel and what it runs along: two vectors, or two matrices"
            raise refusal(expression, message, "write conv([1, -2, 1], z), or conv(K, z, 8) for channels of 8")
        return _checked(expression, Convolution(1, 1, value, kernel, value))
    if not kernel or len(value) != 1:
        message = "with sizes, conv takes channels one after the other, as one vector, and a matrix of kernels"
        raise refusal(expression, message, "write conv(K, z, 8), or conv(K, z, 8, 8) for pictures")
    count, words = math.prod(sizes), " x ".join(map(str, sizes))
    if min(sizes) < 1 or value[0] % count:
        message = f"a vector of {value[0]} is not made of channels of {words}"
        raise refusal(expression, message, "let the sizes divide it")
    channels, (rows, taps) = value[0] // count, (1, *kernel)[-2:]
    each = taps // channels
    side = math.isqrt(each)
    if taps % channels or not each or (len(sizes) == 2 and side * side != each):
        squares = " squares" if len(sizes) == 2 else ""
        message = f"{taps} numbers in a row of the kernel are not {channels}{squares or ' kernels'} of one size"
        cure = "a row holds one square for every channel: 9 numbers, or 2*9" if squares else "a row holds one for each"
        raise refusal(expression, message, cure)
    extents = (side, side) if len(sizes) == 2 else (each,)
    return _checked(expression, Convolution(rows, channels, sizes, extents, (rows * count,)))


def _checked(expression: Expression, found: Convolution) -> Convolution:
    pairs = zip(found.kernel, found.extents, strict=True)
    if any(size > extent for size, extent in pairs):
        longer, wide = (" x ".join(map(str, sizes)) for sizes in (found.kernel, found.extents))
        raise refusal(expression, f"a kernel of {longer} is larger than the {wide} it runs along", "take a smaller one")
    if found.products > MOST_PRODUCTS:
        message = f"this convolution takes more than {MOST_PRODUCTS} products"
        raise refusal(expression, message, "use smaller kernels, or fewer channels")
    return found


@lru_cache(maxsize=64)
def _places(channels: int, extents: Extents, kernel: Extents) -> np.ndarray:
    along = [
        (np.arange(extent)[:, None] + np.arange(size) - (size - 1) // 2) % extent
        for extent, size in zip(extents, kernel, strict=True)
    ]
    if len(extents) == 1:
        within = along[0]
    else:
        rows, columns = along
        within = (rows[:, None, :, None] * extents[1] + columns[None, :, None, :]).reshape(math.prod(extents), -1)
    count = math.prod(extents)
    return np.concatenate([within + channel * count for channel in range(channels)], axis=1)
