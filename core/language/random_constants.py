"""The numbers behind normal(n, seed k) and uniform(n, seed k): the same on every machine and in every version.

Entry j is a function of the seed and j alone: the Philox 4x64 counter generator, whose output numpy guarantees, and
for normal numbers the inverse of the normal distribution. They are part of the file format: never change them.
"""

from __future__ import annotations

import numpy as np


def random_entries(kind: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """An array of `shape`; kind: "uniform" on (0, 1) or "normal" with mean 0 and variance 1.

    A uniform number is (k + 1/2) / 2^53 with the upper 53 bits k of a 64-bit word.
    Source: J. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011.
    """
    words = np.random.Philox(key=seed).random_raw(int(np.prod(shape)))
    uniform = ((words >> np.uint64(11)) + 0.5) * 2.0**-53
    if kind == "normal":
        from statistics import NormalDist  # noqa: PLC0415 - decimal and fractions come with it; the window starts fast

        quantile = NormalDist().inv_cdf
        uniform = np.array([quantile(value) for value in uniform.tolist()])
    return uniform.reshape(shape)
