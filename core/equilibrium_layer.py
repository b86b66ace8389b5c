"""An implicit layer as a torch module, for anyone's training loop."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import catalogue
from .budget import Budget
from .callable_map import CallableMap, on_data
from .deferred import deferred
from .gradient_method import Backward, FixedPointGradient
from .gradient_methods.adjoint_auto import AdjointAuto
from .implicit_node import NodeWork
from .nearest_name import suggestion
from .outcome import Outcome
from .root_end import solved_ends
from .root_problem import FixedPoint
from .root_solver import RootSolver
from .stop_rule import StopRule

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int
    from torch import Tensor
else:
    torch = deferred("torch")

_FAILURES = ("warn", "raise", "ignore")


class EquilibriumError(ArithmeticError):
    """Samples of an equilibrium layer found no fixed point."""


class EquilibriumWarning(UserWarning):
    """Samples of an equilibrium layer found no fixed point, or their gradient is not to be trusted."""


@dataclass(frozen=True)
class EquilibriumReport:
    """How the last call went: of each of B samples its outcome, |f(z) - z| and iterations. backward: what the gradient
    method said in the last backward pass, None before it."""

    outcomes: tuple[Outcome, ...]
    residual: Float[np.ndarray, "B"]
    iterations: Int[np.ndarray, "B"]
    backward: Backward | None = None


class EquilibriumLayer(torch.nn.Module):
    """z = cell(z, x), solved in the forward pass and differentiated at the solution in the backward pass.

    cell: an nn.Module, or a function, of z (B, n) and, where it takes one, of the batch data x (B, ...), row by row.
    n: unknowns; None takes `cell.size`, else the last length of x. solver, options: a root solver by its name
    ("anderson") with its fields, or one that was made. gradient: a method by its name ("implicit", "unrolled",
    "jacobian_free", ...), or one that was made; None: `adjoint_auto` with the tolerance tol, for it is quick with few
    and with many unknowns; "implicit" solves for the adjoint to rounding, by a matrix. tol, stop, iterations: see
    `core.solve`. failure: what a sample without a fixed point leads to: "warn" (`EquilibriumWarning`), "raise"
    (`EquilibriumError`) or "ignore".

    Gradients reach x and the cell's parameters; tensors that a plain function closes over get none: make it a module.
    With a method that promises the derivative of the fixed point (`exact`) they can be differentiated again, with
    create_graph=True and as often as the cell can; one that approximates refuses. `report` tells of the last call.
    """

    def __init__(
        self,
        cell: Callable[..., Tensor],
        n: int | None = None,
        *,
        solver: str | RootSolver = "anderson",
        gradient: str | FixedPointGradient | None = None,
        tol: float = 1e-6,
        stop: str = "relative",
        iterations: int = 100,
        failure: str = "warn",
        **options: Any,
    ) -> None:
        super().__init__()
        if failure not in _FAILURES:
            raise ValueError(f"failure must be one of {', '.join(_FAILURES)}, not {failure!r}")
        if options and not isinstance(solver, str):
            raise TypeError("options are for a solver that is named: this one is made already")
        self.cell = cell
        self.size = n
        self.solver = catalogue.root_solver(solver, options) if isinstance(solver, str) else solver
        self.rule = StopRule(tol, stop)
        self.gradient = AdjointAuto(min(max(tol, 1e-15), 0.1)) if gradient is None else _gradient_method(gradient)
        self.budget = Budget(steps=iterations)
        self.failure = failure
        self.report: EquilibriumReport | None = None
        self._known: tuple[Any, int, CallableMap] | None = None

    def forward(self, x: Tensor | None = None, z0: Tensor | None = None) -> Tensor:
        """The fixed points (B, n), one per row of x, or of the starts z0 where the cell takes no x.

        z0 (B, n): where the solver begins; None: at 0. Samples whose x or z0 holds NaN are NaN. Raises
        EquilibriumError where that was asked for, ValueError or TypeError where the cell, x and z0 do not fit together.
        """
        mapping = self._map(x, z0)
        refusal = self.solver.refusal(mapping)
        if refusal is not None:
            raise ValueError(refusal)
        weights = mapping.weights
        start = self._start(mapping.size, weights, x, z0)
        z, path = self._solved(mapping, start, x)
        tracked = {name: weight for name, weight in weights.items() if weight.requires_grad}
        if x is not None and x.is_floating_point() and x.requires_grad:
            tracked["x"] = x
        if not torch.is_grad_enabled() or not tracked:
            return z
        function = mapping.torch(str(z.device), str(z.dtype).removeprefix("torch."), None)
        every = weights if x is None else {**weights, "x": x}
        constants = tuple(tensor for name, tensor in every.items() if name not in tracked)
        assert self.report is not None
        work = NodeWork(function, tuple(tracked), self.gradient, _Told(self, self.report), constants)
        return work.solved(z, start, path, tracked)

    def extra_repr(self) -> str:
        """What `print` shows beside the cell."""
        return f"solver={self.solver.name}, gradient={self.gradient.name}, tol={self.rule.tolerance:g}"

    def _map(self, x: Tensor | None, z0: Tensor | None) -> CallableMap:
        """The cell on these data; what was checked of it is not checked again."""
        size = self._size(x, z0)
        if self._known is not None and x is not None and self._known[:2] == (self.cell, size):
            return on_data(self._known[2], x.detach())
        mapping = CallableMap(self.cell, size, None, None if x is None else x.detach())
        self._known = None if x is None else (self.cell, size, on_data(mapping, x.detach()[:1]))
        return mapping

    def _size(self, x: Tensor | None, z0: Tensor | None) -> int:
        known = self.size or getattr(self.cell, "size", None)
        if known is not None:
            return int(known)
        if z0 is None and x is None:
            raise TypeError("the size of the layer is not known: give n, x or z0")
        given = x if z0 is None else z0
        return int(given.shape[-1])  # type: ignore[union-attr]

    def _start(self, size: int, weights: Mapping[str, Tensor], x: Tensor | None, z0: Tensor | None) -> Tensor:
        like = next(iter(weights.values()), None)
        like = x if like is None and x is not None and x.is_floating_point() else like
        if z0 is None and x is None:
            raise TypeError("this layer is called with x, or with starts: layer(z0=...)")
        start = torch.zeros(len(x), size) if z0 is None else z0.detach()  # type: ignore[arg-type]
        start = start if like is None else start.to(like.device, like.dtype)
        if start.dtype not in (torch.float32, torch.float64):
            raise ValueError(
                f"an equilibrium layer computes in float32 or float64, and here it is {start.dtype}: convert the cell "
                "and its data with .float()"
            )
        return start

    def _solved(self, mapping: CallableMap, start: Tensor, x: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Where the solver ends for every sample, and the points up to there where the gradient method looks at them;
        keeps the report, and complains as is wished."""
        problem = FixedPoint(mapping, start.double().cpu().numpy())
        device, dtype = str(start.device), str(start.dtype).removeprefix("torch.")
        expected = None if self.report is None else int(self.report.iterations.max())
        with_way = self.gradient.needs_path
        ends = solved_ends(problem, self.solver, self.rule, self.budget, device, dtype, with_way, expected)
        z = torch.as_tensor(ends.z)
        self.report = EquilibriumReport(ends.outcomes, ends.residual, ends.iterations)
        different = dict(zip(map(id, ends.outcomes), ends.outcomes, strict=True))
        if not all(outcome.success for outcome in different.values()):
            if not np.isfinite(problem.start).all():
                z = torch.where(torch.isfinite(start).all(dim=1, keepdim=True), z, start)
            failed = [place for place, outcome in enumerate(ends.outcomes) if not outcome.success]
            # no point is a fixed point of data that are no numbers
            if x is not None and x.is_floating_point() and len(x) == len(z):
                empty = torch.isnan(x.detach()).reshape(len(x), -1).any(dim=1).to(z.device)[failed]
                z = z.index_fill(0, torch.tensor(failed, device=z.device)[empty], torch.nan)
            count = f"{len(failed)} of {len(ends.outcomes)} samples"
            self._complain(f"{count} found no fixed point; sample {failed[0]} {ends.outcomes[failed[0]]}")
        return z, torch.cat([torch.as_tensor(block) for block in ends.way]) if ends.way else None

    def _complain(self, sentence: str) -> None:
        if self.failure == "raise":
            raise EquilibriumError(sentence)
        if self.failure == "warn":
            warnings.warn(sentence, EquilibriumWarning, stacklevel=4)


@dataclass
class _Told:
    """Hears of the backward passes of one call, whose report it keeps."""

    layer: EquilibriumLayer
    report: EquilibriumReport

    def __call__(self, found: Backward) -> None:
        """Keeps what it found, for the layer too where no later call has a report, and complains as is wished."""
        before, self.report = self.report, replace(self.report, backward=found)
        if self.layer.report is before:
            self.layer.report = self.report
        if found.note:
            self.layer._complain(f"the gradient is not to be trusted: {found.note}")


def _gradient_method(gradient: str | FixedPointGradient) -> FixedPointGradient:
    if isinstance(gradient, FixedPointGradient):
        return gradient
    known = {
        name: method for name, method in catalogue.gradient_methods().items() if issubclass(method, FixedPointGradient)
    }
    if gradient not in known:
        raise ValueError(f"there is no gradient method {gradient!r} of a fixed point{suggestion(gradient, known)}")
    return known[gradient]()
