"""Gradients of a loss of one fixed point by every method, quick enough to follow a slider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf, isfinite, nan
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..background import Deadline, OutOfTimeError, asking
from ..deferred import deferred
from ..field_check import declarations
from ..fixed_point_map import FixedPointMap
from ..gradient_method import Backward, FixedPointGradient, SolvedLayer
from ..gradient_methods.implicit import Implicit
from ..gradient_methods.jacobian_free import JacobianFree
from ..gradient_methods.unrolled import Unrolled
from ..lengths import length
from ..newton_polish import polish
from ..readings.layer_gradients import LayerGradients, MethodGradient, TermErrors
from ..unrolled_layers import UnrolledLayers, unroll
from .gradient_comparison import LOSSES, NO_INPUTS, ZERO, Comparison, LossChoice, rounding
from .gradient_inputs import columns, flat, inputs_of

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

_SOLVED = 1e-4
"""A point is taken for a fixed point where Newton's step from it is below this share of 1 + its size."""
_POLISHED = 1e-13
"""Below that share the reference needs no better point."""
_ALWAYS = (Implicit.name, Unrolled.name, JacobianFree.name)
_TERMS = ("terms", "k")
"""Names of the fields that count what a truncated method sums."""
_COUNTS = 12
_LONGEST = 0.2
"""Seconds that one of the other methods may take."""
_UNSOLVED = "the solver did not reach a fixed point: these are derivatives at its last point, not of a solution"


def layer_gradients(
    mapping: FixedPointMap,
    z_star: Float[np.ndarray, "n"],
    row: int = 0,
    loss: str = "sum",
    unrolled: int = 10,
    start: Float[np.ndarray, "n"] | None = None,
    *,
    sample: int = 0,
    converged: bool | None = None,
    wrt: str = "",
    methods: Sequence[FixedPointGradient] = (),
    path: Float[np.ndarray, "K1 n"] | None = None,
    quick: bool = False,
) -> LayerGradients:
    """d loss / d every scalar parameter, every number of the row `row` of batch data, and every stored vector.

    wrt: the name of one of these, or of a stored matrix, alone. Raises ValueError where there is none of the name.
    z_star: where the solver ended. unrolled: K, the iterations that are unrolled, from `start`, or where it is None
    from z_star. sample: for the reading. converged: whether the solver said so; None: judged by Newton's step.
    methods: to ask besides the dense implicit, unrolled and Jacobian-free one; one that has no gradient here, or takes
    long, is left out. path: the points at which f was evaluated, z_star last. quick: leave out those that promise what
    the reference already is, and how errors fall with the number of terms.
    The reference is the implicit gradient at the fixed point that Newton's method finds from z_star.
    """
    choice = LOSSES[loss]
    inputs, names = inputs_of(mapping, row, wrt)
    f = mapping.torch("cpu", "float64", None if mapping.batch is None else np.array([row]))
    z = torch.as_tensor(np.array(z_star, dtype=np.float64)).reshape(1, -1)
    begin = z if start is None else torch.as_tensor(np.array(start, dtype=np.float64)).reshape(1, -1)
    solve = SolvedLayer(f, z, begin)
    implicit, seconds = _timed(Implicit(), solve, choice, inputs)
    free, free_seconds = _timed(JacobianFree(), solve, choice, inputs)
    begun = perf_counter()
    layers = unroll(f, begin, unrolled, choice.cotangent, inputs)
    unrolled_seconds = perf_counter() - begun
    step = _newton_step(solve, implicit)
    solved = _share(step, implicit) <= _SOLVED if converged is None else converged
    reference, note = _reference(solve, choice, inputs, implicit, step)
    truncated = columns(layers.truncated(), inputs, unrolled)
    compared = Comparison(flat(reference.grads, inputs), rounding(solve, choice, inputs, reference))
    if compared.is_rounding:
        note = ZERO if names else NO_INPUTS
    others = _Others(SolvedLayer(f, z, begin, None if path is None else torch.as_tensor(path)[:, None]), choice, inputs)
    asked = sorted((one for one in methods if one.name not in _ALWAYS), key=lambda one: (one.exact, one.name))
    lines = [others.line(one, compared) for one in asked if not (quick and one.exact)]
    return LayerGradients(
        names=names,
        sample=sample,
        at=np.array(z_star, dtype=np.float64),
        loss=choice.value(z),
        loss_text=choice.text,
        radius=_radius(implicit),
        solved=solved,
        methods=(
            compared.method(Implicit, flat(implicit.grads, inputs), implicit.residual, implicit.products, seconds),
            replace(
                compared.method(Unrolled, truncated[-1], _undead(layers), unrolled, unrolled_seconds),
                title=f"{Unrolled.title} from the start" if start is not None else Unrolled.title,
            ),
            compared.method(JacobianFree, flat(free.grads, inputs), free.residual, free.products, free_seconds),
            *(line for line in lines if line is not None),
        ),
        unrolled_error=np.array([compared.error(gradient) for gradient in truncated]),
        layer_norm=layers.cotangents[1:, 0].norm(dim=1).numpy(),
        note=note if solved else _UNSOLVED,
        adjoint=_adjoint_length(reference, choice),
        by_terms=() if quick else others.by_terms(asked, compared, unrolled, implicit),
    )


class _Others:
    """Methods that are asked at the solver's last point."""

    def __init__(self, solve: SolvedLayer, choice: LossChoice, inputs: Mapping[str, Tensor]) -> None:
        self._solve, self._choice, self._inputs = solve, choice, inputs

    def line(self, method: FixedPointGradient, compared: Comparison) -> MethodGradient | None:
        """What a method finds; None where it refuses, or its time is over."""
        solve = replace(self._solve, f=asking(self._solve.f, Deadline(_LONGEST)))
        try:
            found, seconds = _timed(method, solve, self._choice, self._inputs)
        except (ValueError, NotImplementedError, OutOfTimeError):
            return None
        return compared.method(type(method), flat(found.grads, self._inputs), found.residual, found.products, seconds)

    def by_terms(
        self, methods: Sequence[FixedPointGradient], compared: Comparison, most: int, implicit: Backward
    ) -> tuple[TermErrors, ...]:
        """Of every method that has a number of terms: its errors for up to `most` of them."""
        counts = np.unique(np.rint(np.geomspace(1, max(1, most), min(most, _COUNTS))).astype(int))
        found = []
        for method in methods:
            field = next((name for name in _TERMS if name in declarations(type(method))), None)
            if field is None or method.exact:
                continue
            lines = [self.line(replace(method, **{field: int(count)}), compared) for count in counts]  # type: ignore[type-var]
            errors = np.array([nan if line is None else line.relative_error for line in lines])
            found.append(TermErrors(method.name, method.title, counts, errors, _rate(method, implicit)))
        return tuple(found)


def _rate(method: FixedPointGradient, implicit: Backward) -> float:
    """The spectral radius of the matrix whose powers a method sums, where it says which."""
    powers_of = getattr(method, "powers_of", None)
    jacobian = implicit.jacobian
    if powers_of is None or jacobian is None or not bool(torch.isfinite(jacobian).all()):
        return nan
    return float(torch.linalg.eigvals(powers_of(jacobian)).abs().max())


def _timed(
    method: FixedPointGradient, solve: SolvedLayer, choice: LossChoice, inputs: Mapping[str, Tensor]
) -> tuple[Backward, float]:
    begun = perf_counter()
    found = method.backward(solve, choice.cotangent, inputs)
    return found, perf_counter() - begun


def _newton_step(solve: SolvedLayer, implicit: Backward) -> Float[np.ndarray, "n"]:
    """From the last point, with the Jacobian that is there; NaN where there is none."""
    with torch.no_grad():
        missed = (solve.f(implicit.at, None) - implicit.at)[0].numpy()
    matrix = _matrix(implicit)
    if not np.isfinite(matrix).all() or not np.isfinite(missed).all():
        return np.full_like(missed, nan)
    try:
        return np.asarray(np.linalg.solve(matrix, missed))
    except np.linalg.LinAlgError:
        return np.full_like(missed, nan)


def _share(step: Float[np.ndarray, "n"], implicit: Backward) -> float:
    """The length of a step over 1 + the size of the point; infinite where there is none."""
    size = length(step)
    return size / (1.0 + float(implicit.at.norm())) if isfinite(size) else inf


def _matrix(implicit: Backward) -> Float[np.ndarray, "n n"]:
    """I - J."""
    assert implicit.jacobian is not None
    jacobian = implicit.jacobian[0].numpy()
    return np.asarray(np.eye(len(jacobian)) - jacobian)


def _adjoint_length(reference: Backward, choice: LossChoice) -> float:
    """|u| of (I - J^T) u = d loss / dz; NaN where there is none."""
    matrix, v = _matrix(reference), choice.cotangent(reference.at)[0].numpy()
    if not np.isfinite(matrix).all() or not np.isfinite(v).all():
        return nan
    try:
        return float(np.linalg.norm(np.linalg.solve(matrix.T, v)))
    except np.linalg.LinAlgError:
        return nan


def _radius(implicit: Backward) -> float:
    """The spectral radius of J."""
    matrix = _matrix(implicit)
    if not np.isfinite(matrix).all():
        return nan
    return float(np.abs(np.linalg.eigvals(np.eye(len(matrix)) - matrix)).max())


def _reference(
    solve: SolvedLayer,
    choice: LossChoice,
    inputs: Mapping[str, Tensor],
    implicit: Backward,
    step: Float[np.ndarray, "n"],
) -> tuple[Backward, str]:
    """The implicit gradient at the fixed point, and what is to be said about it."""
    if _share(step, implicit) <= _POLISHED:
        return implicit, implicit.note
    ahead = SolvedLayer(solve.f, solve.z + torch.as_tensor(step), solve.start)
    found = Implicit().backward(ahead, choice.cotangent, inputs)
    if not _share(_newton_step(ahead, found), found) <= _POLISHED:
        z, arrived = polish(solve.f, solve.z, inputs)
        if not bool(arrived.all()):
            note = implicit.note or "Newton's method finds no fixed point near: no reference"
            return implicit, note
        found = Implicit().backward(SolvedLayer(solve.f, z, solve.start), choice.cotangent, inputs)
    return found, implicit.note or found.note


def _undead(layers: UnrolledLayers) -> float:
    """|d loss / d z_0| / |d loss / d z_K|: what has not died out on the way back."""
    first, last = (float(layers.cotangents[place].norm()) for place in (0, -1))
    return first / last if last else nan
