"""Weights that follow from a seed: the numbers of normal(n, n, seed k) in a formula, on every machine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..deferred import deferred
from ..language.random_constants import random_entries

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

INITS = ("normal", "uniform")


def drawn(
    shape: tuple[int, ...], seed: int, gain: float = 1.0, init: str = "normal", dtype: torch.dtype | None = None
) -> torch.nn.Parameter:
    """Independent weights for k inputs each, k being the product of all lengths of `shape` but the first.

    init: "normal" for N(0, gain^2 / k), "uniform" for gain U(-1, 1) / sqrt(k), which at gain 1 is what
    torch.nn.Linear draws. They are drawn in float64, then rounded to dtype; None: torch's default.

    Square matrices: the spectral radius tends to the gain (normal) or to gain / sqrt(3) (uniform), the circular law,
    and the 2-norm to twice that. Raises ValueError for another init and for lengths below 1.
    """
    if init not in INITS:
        raise ValueError(f"init must be one of {', '.join(INITS)}, not {init!r}")
    if any(size < 1 for size in shape):
        raise ValueError(f"weights need lengths of at least 1, not the shape {shape}")
    numbers = random_entries(init, shape, seed)
    if init == "uniform":
        numbers = 2.0 * numbers - 1.0
    scaled = numbers * gain / math.sqrt(math.prod(shape[1:]))
    return torch.nn.Parameter(torch.tensor(scaled, dtype=dtype or torch.get_default_dtype()))


def two_norm(matrix: Float[Tensor, "m n"]) -> Tensor:
    """The largest singular value; it can be differentiated where it is a single one."""
    norm: Tensor = torch.linalg.matrix_norm(matrix, 2)
    return norm
