"""A function of rows that carries tangents as rows of their own, below the states that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .deferred import deferred
from .gradient_method import TimedFunction
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

forward_ad: Any = deferred("torch.autograd.forward_ad")


def with_tangents(f: TimedFunction, numbers: Sequence[str], tangents: Inputs) -> TimedFunction:
    """f on rows (z, dz) (2L, n), giving (f, df): df = f_z dz + f_p dp.

    The inputs named in `numbers` are (2L,), a number per row and below them their tangents; tangents: those of other
    inputs. Only f is in forward mode: sums of rows and slopes, as an explicit method takes them, are the same of states
    and of tangents.
    """

    def paired(t: Tensor, z: Tensor, inputs: Inputs) -> Tensor:
        half, known = len(z) // 2, dict(inputs)
        with forward_ad.dual_level():
            for name in numbers:
                known[name] = forward_ad.make_dual(known[name][:half], known[name][half:])
            for name, tangent in tangents.items():
                known[name] = forward_ad.make_dual(known[name], tangent)
            found = f(t[:half], forward_ad.make_dual(z[:half], z[half:]), known)
            slope, moved = forward_ad.unpack_dual(found)
            return torch.cat([slope, torch.zeros_like(slope) if moved is None else moved])

    return paired
