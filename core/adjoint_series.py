"""The adjoint u = sum_k (J^T)^k v of a fixed point by its series, whose terms are looked at now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .adjoint_equation import AdjointEquation
from .array_library import TORCH, norms
from .deferred import deferred

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float
    from torch import Tensor
else:
    torch = deferred("torch")

_FIRST, _LONGEST = 3, 16
"""Terms before it is first asked whether there will be an end to them, and between two looks at most."""
_ROUNDINGS = 4.0
"""A tolerance below so many roundings is one of so many."""


def summed_series(
    equation: AdjointEquation, tolerance: float, most: int
) -> tuple[Float[Tensor, "S n"], Bool[np.ndarray, "S"]]:
    """u of the first terms, as many for each sample as it needs for |J^T u + v - u| <= tolerance |v|, and where that is
    so: the residual of the sum of terms up to one is the next.

    most: products at most. A sample is given up that would need more, which is asked after 3, 6, 12, 24, ... terms, if
    they go on to fall as between the last two of these numbers. Neither that nor its u depends on its batch mates.
    """
    allowed = max(tolerance, _ROUNDINGS * equation.epsilon)
    scale = TORCH.host(equation.scale).clip(min=float(torch.finfo(equation.v.dtype).tiny))
    enough = allowed * scale
    term, u = equation.v, torch.zeros_like(equation.v)
    under_way, summed = np.ones(len(scale), dtype=bool), np.zeros(len(scale), dtype=bool)
    before = share = np.ones(len(scale))
    made, begun, asked, left, finite = 0, 0, _FIRST, _FIRST, True
    while left and made < most:
        terms = [term]
        for _ in range(min(left, asked - made, most - made, _LONGEST)):
            terms.append(equation.transposed(terms[-1]))
        with np.errstate(all="ignore"):
            shares = TORCH.host(norms(TORCH, terms[1:], enough)) / scale
        term, share, made = terms[-1], shares[-1], made + len(shares)
        small = (shares <= allowed) & under_way
        done = small.any(axis=0)
        last = np.where(done, small.argmax(axis=0), len(shares))
        taken: np.ndarray = under_way & (np.arange(len(shares))[:, None] <= last)
        finite &= bool(np.isfinite(shares).all())
        _add(u, terms[:-1], taken, finite)
        summed, under_way, left = summed | done, under_way & ~done, 0
        if under_way.any():
            need = _needed(before, share, allowed, made - begun)
            if made == asked:
                under_way &= need <= most - made
                before, begun, asked = share, made, 2 * asked
            left = max(1, int(need[under_way].clip(max=_LONGEST).max())) if under_way.any() else 0
    return u, summed


def _needed(
    before: Float[np.ndarray, "S"], share: Float[np.ndarray, "S"], allowed: float, terms: int
) -> Float[np.ndarray, "S"]:
    """How many more terms after `share` are not allowed, which is so many terms after `before`; infinite where they do
    not fall."""
    with np.errstate(all="ignore"):
        need = np.ceil(np.log(share / allowed) * terms / np.log(before / share))
        needed: np.ndarray = np.where(share < before, need, np.inf)
    return needed


def _add(u: Tensor, terms: list[Tensor], taken: Bool[np.ndarray, "k S"], finite: bool) -> None:
    """Add the terms (S, n) that each sample takes to u, in their order; finite: whether all are numbers."""
    whole, shares = np.asarray(taken.all(axis=1)), TORCH.mask(taken, u).to(u.dtype)[:, :, None]
    for place, term in enumerate(terms):
        if whole[place]:
            u += term
        elif finite:  # a product is quicker than a choice, and 0 times a number is 0
            u.addcmul_(term, shares[place])
        else:
            u += torch.where(shares[place] > 0.0, term, 0.0)
