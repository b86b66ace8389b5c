"""Derivatives of a loss by a complex step: Im z(x + ih) / h, which subtracts nothing and so loses no digits.

W. Squire, G. Trapp, SIAM Review 40 (1998) 110.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .deferred import deferred
from .dense_output import stage_weights
from .gradient_method import SolvedLayer, SolvedTrajectory
from .gradient_problem import Loss, Solved
from .language import System
from .language.rates import rates_program
from .language.walk import is_large
from .tableau import Tableau
from .vector_jacobian import Inputs, dense_jacobian

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_STEP = 1e-30
"""Its square is nothing beside 1: there is no truncation error."""
_CORRECTIONS = 3
"""The imaginary part obeys a linear equation: one step with the exact matrix, and two for its rounding."""
_ARITHMETIC = ("number", "state", "parameter", "time", "add", "sub", "mul", "div", "pow", "neg", "sqrt")
_FUNCTIONS = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asinh", "atanh")
_ANALYTIC = frozenset((*_ARITHMETIC, *_FUNCTIONS))


def complex_step(system: Any, problem: Solved[Any], loss: Loss) -> dict[str, Tensor] | None:
    """d loss / d x for every number that the loss is differentiated by; one solve in complex numbers each.

    None where that cannot be: torch callables, formulas with a function that is not analytic (abs, max, ...), steps
    other than those of explicit Runge-Kutta methods, times among what it is differentiated by, and a fixed point where
    I - J is singular. The loss itself is differentiated by torch.
    """
    solve = problem.solve
    steps = not isinstance(solve, SolvedTrajectory) or isinstance(solve.method, Tableau)
    if not steps or problem.times or not isinstance(system, System) or not is_analytic(system):
        return None
    moved: Callable[[Inputs, Tensor], Tensor] | None
    moved = (
        _fixed_point(solve) if isinstance(solve, SolvedLayer) else lambda inputs, start: _states(solve, inputs, start)
    )
    if moved is None:
        return None
    v = problem.cotangent(loss, solve.z)
    points = {**problem.inputs, "start": solve.start}
    known = {name: value.to(torch.complex128) for name, value in points.items() if value.is_floating_point()}
    found = {}
    for name in problem.wrt:
        flat = points[name].reshape(-1)
        slopes = torch.zeros_like(flat)
        for place in range(len(flat)):
            shifted = known[name].clone()
            shifted.reshape(-1)[place] += 1j * _STEP
            changed = {**problem.inputs, **known, name: shifted}
            start = changed.pop("start")
            slopes[place] = (v * moved(changed, start).imag).sum() / _STEP
        found[name] = slopes.reshape(points[name].shape)
    return problem.chosen(found)


def is_analytic(system: System) -> bool:
    """Whether the real formula is one of complex numbers too, with the same derivative."""
    if system.is_complex or system.events or system.noise or is_large(system):
        return False
    program = rates_program(system)
    return all(node.operation in _ANALYTIC for node, uses in zip(program.nodes, program.uses(), strict=True) if uses)


def _fixed_point(solve: SolvedLayer) -> Callable[[Inputs, Tensor], Tensor] | None:
    """The fixed point from inputs a little off the real axis, by the chord method from the real one."""
    jacobian = dense_jacobian(solve.f, solve.z, {})[1]
    inverse, failed = torch.linalg.inv_ex(torch.eye(solve.z.shape[1], dtype=jacobian.dtype) - jacobian)
    if bool(failed.any()) or not bool(torch.isfinite(inverse).all()):
        return None
    matrix = inverse.to(torch.complex128)

    def moved(inputs: Inputs, _start: Tensor) -> Tensor:
        z = solve.z.to(torch.complex128)
        for _ in range(_CORRECTIONS):
            z = z + (matrix @ (solve.f(z, inputs) - z)[:, :, None])[:, :, 0]
        return z

    return moved


def _states(solve: SolvedTrajectory, inputs: Inputs, start: Tensor) -> Tensor:
    """The end states (B, n), or those at the output times (B, T, n), by the accepted steps."""
    tableau, times = solve.tableau, torch.as_tensor(solve.times)
    weights = [float(weight) for weight in tableau.b]
    z, found = start, [start[:, None].expand(-1, 0 if solve.at is None else len(solve.at), -1).clone()]
    for t0, t1 in zip(times[:, :-1].unbind(1), times[:, 1:].unbind(1), strict=True):
        h = (t1 - t0)[:, None]
        stages: list[Tensor] = []
        for row, node in zip(tableau.a, tableau.c, strict=True):
            inner = sum((float(a) * k for a, k in zip(row, stages, strict=False)), torch.zeros_like(z))
            stages.append(solve.f(t0 + float(node) * (t1 - t0), z + h * inner, inputs))
        if solve.at is not None:
            found[0] = _filled(solve, found[0], (t0, t1), z, torch.stack(stages, dim=1))
        z = z + h * sum((b * k for b, k in zip(weights, stages, strict=True)), torch.zeros_like(z))
    return z if solve.at is None else found[0]


def _filled(solve: SolvedTrajectory, found: Tensor, ends: tuple[Tensor, Tensor], z: Tensor, stages: Tensor) -> Tensor:
    """`found`, with the states at the output times in this step."""
    assert solve.at is not None
    at, (t0, t1) = torch.as_tensor(solve.at), (end[:, None] for end in ends)
    width = torch.where(t1 == t0, 1.0, t1 - t0)
    theta = (at - t0) / width
    weights = torch.as_tensor(stage_weights(solve.tableau, theta.numpy()), dtype=z.dtype)
    inside = z[:, None] + (t1 - t0)[:, :, None] * (weights @ stages)
    there = (theta >= 0.0) & (theta <= 1.0) & (t1 != t0)  # an ended trajectory takes steps of size 0
    return torch.where(there[:, :, None], inside, found)
