"""The adjoint equation (I - J^T) u = v by a Krylov method, with or without the inverse of the forward solve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from .adjoint_equation import AdjointEquation
from .adjoint_iteration import unsolved
from .array_library import TORCH
from .deferred import deferred
from .field_check import check_fields
from .forward_inverse import forward_inverse
from .gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from .linear_answer import LinearAnswer, Product
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

PRECONDITIONERS = ("none", "broyden")
_ROUNDINGS = 4.0
"""A tolerance below so many roundings is one of so many."""
_SLACK, _NEAR = 10.0, 512.0
"""The residual that is measured in the end may exceed the tolerance so often, or so many roundings of u."""

Search = Callable[[Product, Any, Any, Any], tuple[LinearAnswer, int]]
"""product, right (S, n), tolerance (S,), wanted (S,) -> the answer, and the vectors that were kept."""


class KrylovGradient(FixedPointGradient):
    """What the methods that search for the adjoint share; preconditioner: one of `PRECONDITIONERS`."""

    exact: ClassVar[bool] = True
    preconditioner: str

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def needs_path(self) -> bool:
        """For the preconditioner."""
        return self.preconditioner == "broyden"


def krylov_backward(
    solve: SolvedLayer,
    cotangent: Cotangent,
    inputs: Inputs,
    search: Search,
    tolerance: float,
    preconditioner: str,
) -> Backward:
    """The gradient with u = P w, (I - J^T) P w = v, |v - (I - J^T) u| <= tolerance |v|.

    preconditioner: "none": P = I; "broyden": P is the transposed inverse that Broyden's method builds along the
    forward solve, and I where no path was kept.
    """
    equation = AdjointEquation(solve, cotangent, inputs)
    inverse: Callable[[Any], Any] = _identity
    vectors = 0
    if preconditioner == "broyden":
        inverse, evaluations, vectors = forward_inverse(solve, inputs)
        equation.evaluations += evaluations
    answer = krylov_answer(equation, search, tolerance, equation.known, inverse)
    return answer.checked(equation, equation.backward(answer.u, held=vectors + answer.kept, note=answer.note))


@dataclass(frozen=True)
class KrylovAnswer:
    """u (S, n), 0 for a sample that was not wanted; how many vectors were kept, and what there is to say of it.

    near (S,): the residual of u against v that may be measured in the end, for all that rounding does.
    """

    u: Any
    kept: int
    note: str
    near: Any

    def checked(self, equation: AdjointEquation, found: Backward) -> Backward:
        """`found` of `equation` by this u, with a note where a sample's residual is not as small as it should be."""
        return found if found.note else replace(found, note=unsolved(equation.residual <= self.near, found.residual))


def krylov_answer(
    equation: AdjointEquation,
    search: Search,
    tolerance: float,
    wanted: Any,
    inverse: Callable[[Any], Any] | None = None,
) -> KrylovAnswer:
    """u = P w with (I - J^T) P w = v of the samples that are wanted (S,); inverse: P."""
    inverse = inverse or _identity
    rounding = _ROUNDINGS * equation.epsilon

    def product(w: Any) -> Any:
        u = inverse(w)
        return u - equation.transposed(u)

    with torch.no_grad():
        allowed = max(tolerance, rounding) * equation.scale
        answer, kept = search(product, equation.v, allowed, wanted)
        u = inverse(answer.x)
        solved = (answer.residual <= allowed) | ~wanted
        share = answer.residual / equation.scale.clip(min=torch.finfo(u.dtype).tiny)
        note = unsolved(solved, float(torch.where(wanted, share, 0.0).max()))
        if bool((~solved & answer.broken).any()):
            note = "the search for the adjoint broke down: I - J is singular here, or nearly"
        near = (_NEAR * rounding * TORCH.norm(u) / equation.scale).nan_to_num().clip(min=_SLACK * tolerance)
    return KrylovAnswer(u, kept, note, near)


def _identity(w: Any) -> Any:
    return w
