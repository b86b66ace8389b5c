"""The derivative of one step of Newton's method on z = f(z)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .adjoint_residual import loss_note, relative_residual
from .deferred import deferred
from .gradient_method import Backward, Cotangent, SolvedLayer
from .vector_jacobian import Inputs, dense_jacobian, leaves

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


def newton_backward(solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
    """v^T dF/d input of F(z) = z + s, (I - J) s = f(z) - z, at a constant z; v = d loss / dz at F(z).

    With (I - J^T) w = v it is the derivative of w^T f + w^T J s, w and s being constants. The residual is that of w,
    |w - J^T w - v| / |v|, measured with a product of f. Numbers that are none, and a note, where I - J is singular.
    """
    z = solve.z
    value, jacobian = dense_jacobian(solve.f, z, inputs)
    matrix = torch.eye(z.shape[1], dtype=z.dtype, device=z.device) - jacobian
    step = torch.linalg.solve_ex(matrix, (value - z)[:, :, None])[0][:, :, 0]
    at = z + step
    v = cotangent(at)
    w = torch.linalg.solve_ex(matrix.mT, v[:, :, None])[0][:, :, 0]
    known = torch.isfinite(v).all(dim=1)
    broken = ~((torch.isfinite(w).all(dim=1) | ~known) & torch.isfinite(step).all(dim=1))
    note = "I - J is singular here: Newton's method has no step" if bool(broken.any()) else loss_note(known)
    w, step = (vector.masked_fill(broken[:, None], torch.nan) for vector in (w, step))
    with torch.enable_grad():
        tracked, point = leaves(inputs), z.detach().requires_grad_()
        answer = solve.f(point, {**inputs, **tracked})
        options: dict[str, Any] = {"allow_unused": True, "materialize_grads": True}
        back = torch.zeros_like(z)
        if answer.requires_grad:
            (back,) = torch.autograd.grad(answer, point, w, create_graph=True, **options)
        total = (answer * w).sum() + (back * step).sum()
    wanted = list(tracked.values())
    found = torch.autograd.grad(total, wanted, **options) if wanted and total.requires_grad else ()
    grads = dict(zip(tracked, found or map(torch.zeros_like, wanted), strict=True))
    residual = relative_residual(w - back.detach() - v, v)
    return Backward(
        at=at,
        grads={**grads, "start": torch.zeros_like(solve.start)},
        residual=float(residual.max()),
        matrix=matrix,
        evaluations=3,
        products=z.shape[1] + 2,
        held_bytes=2 * matrix.numel() * matrix.element_size(),
        note=note,
    )
