"""Whether powers of df/dz die out: what every gradient that sums them, or a few of them, hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred
from .gradient_method import FixedPointGradient, SolvedLayer
from .layer_spectrum import radius, spectrum
from .vector_jacobian import Inputs, dense_jacobian

if TYPE_CHECKING:
    import numpy as np
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

LARGEST = 64
"""Components up to which J is built only to know its eigenvalues, or the condition of I - J."""


def spectral_radius(method: FixedPointGradient, solve: SolvedLayer, inputs: Inputs) -> float | None:
    """The largest modulus of an eigenvalue, of all samples, of the matrix whose powers `method` sums.

    None where it sums none, where J is large, and where it is not finite.
    """
    if solve.z.shape[1] > LARGEST or not method.sums_powers:
        return None
    _, jacobian = dense_jacobian(solve.f, solve.z, inputs)
    values = radius(spectrum(_host(method, jacobian)))
    return float(values.max()) if not bool((values != values).any()) else None


def outside_unit_disc(method: FixedPointGradient, solve: SolvedLayer, inputs: Inputs) -> str:
    """A sentence where that radius is 1 or more; empty where it is less, or not known."""
    found = spectral_radius(method, solve, inputs)
    return "" if found is None or found < 1.0 else _sentence(found)


def growing(method: FixedPointGradient, solve: SolvedLayer, inputs: Inputs, growth: float) -> tuple[str, int]:
    """A sentence where powers that were seen to grow by the factor `growth` each do so for ever, as far as can be
    told, else an empty one; and the products with J that it took to tell."""
    if not growth > 1.0:
        return "", 0
    found = spectral_radius(method, solve, inputs)
    if found is None:
        return f"the last terms grow by {growth:.4g} each: the spectral radius may be above 1", 0
    return _sentence(found) if found >= 1.0 else "", solve.z.shape[1]


def _sentence(found: float) -> str:
    return f"the spectral radius is {found:.6g}, not below 1: the powers that are summed have no sum"


def _host(method: FixedPointGradient, jacobian: torch.Tensor) -> Float[np.ndarray, "S n n"]:
    return method.powers_of(jacobian).double().cpu().numpy()
