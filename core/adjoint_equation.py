"""The adjoint equation u = J^T u + v of a fixed point, known by products with J^T alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .adjoint_residual import loss_note
from .array_library import TORCH
from .deferred import deferred
from .gradient_method import Backward, Cotangent, SolvedLayer
from .vector_jacobian import Inputs, gradients, leaves

if TYPE_CHECKING:
    import torch
    from jaxtyping import Bool, Float
    from torch import Tensor
else:
    torch = deferred("torch")


class AdjointEquation:
    """u = J^T u + v with J = df/dz at the last point of a solve, and v the loss's derivative there.

    f is called once; every product pulls a vector back over the tape of that call, which is kept until `backward`.

    v (S, n), 0 for samples where it, or its length, is not finite, which `known` (S,) leaves out. scale (S,): |v|.
    evaluations of f and products with J^T so far, of all samples together; whoever takes some elsewhere adds them.
    residual (S,): of the u that `backward` was given, |u - J^T u - v| / |v|; NaN before.
    """

    def __init__(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> None:
        v = cotangent(solve.z).detach()
        with np.errstate(all="ignore"):
            self.scale: Float[Tensor, "S"] = TORCH.norm(v)
        self.known: Bool[Tensor, "S"] = torch.isfinite(self.scale)
        self._all_known = bool(self.known.all())
        if not self._all_known:
            v = torch.where(self.known[:, None], v, 0.0)
            self.scale = TORCH.norm(v)
        self.v: Float[Tensor, "S n"] = v
        self.evaluations, self.products = 1, 0
        self.residual: Float[Tensor, "S"] = torch.full_like(self.scale, torch.nan)
        self._solve = solve
        with torch.enable_grad():
            self._tracked, self._point = leaves(inputs), solve.z.detach().requires_grad_()
            self._value: Tensor | None = solve.f(self._point, {**inputs, **self._tracked})

    @property
    def epsilon(self) -> float:
        """The spacing of floating-point numbers at 1."""
        return float(torch.finfo(self.v.dtype).eps)

    def transposed(self, u: Float[Tensor, "S n"]) -> Float[Tensor, "S n"]:
        """J^T u."""
        assert self._value is not None
        self.products += 1
        if not self._value.requires_grad:
            return torch.zeros_like(u)
        (found,) = torch.autograd.grad(self._value, self._point, u, retain_graph=True, allow_unused=True)
        return torch.zeros_like(u) if found is None else found

    def backward(self, u: Float[Tensor, "S n"], held: int = 0, note: str = "") -> Backward:
        """(df / d input)^T u with the residual of u, by one product more, which frees the tape.

        held: vectors (S, n) that were kept beside the tape.
        """
        assert self._value is not None
        value, self._value = self._value, None
        u = u if self._all_known else torch.where(self.known[:, None], u, torch.nan)
        self.products += 1
        back, *others = gradients(value, u, [self._point, *self._tracked.values()])
        missed = (u - back).sub_(self.v)
        with np.errstate(all="ignore"):
            length = TORCH.norm(missed)
        self.residual = length / self.scale.clip(min=torch.finfo(missed.dtype).tiny)
        note = note if self._all_known else loss_note(self.known)
        return Backward(
            at=self._solve.z,
            grads={**dict(zip(self._tracked, others, strict=True)), "start": torch.zeros_like(self._solve.start)},
            residual=float(self.residual.max()),
            evaluations=self.evaluations,
            products=self.products,
            held_bytes=held * u.numel() * u.element_size(),
            adjoint=u,
            note=note,
        )
