"""One trajectory solved forward with all its accepted steps, as gradients of its end need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..adjoint_flow import adjoint_flow, field_function, parameter_values, quick_products
from ..adjoint_products import AdjointProducts
from ..array_derivatives import ArrayDerivatives
from ..background import Deadline, asking
from ..budget import Budget
from ..deferred import deferred
from ..dense_output import AcceptedSteps, DenseOutput
from ..derivative_steps import followed_finely
from ..discrete_adjoint import DiscreteAdjoint, discrete_adjoint
from ..exact_steps import exact_steps
from ..formula_adjoint import formula_by_hand
from ..formula_replay import formula_one_by_one
from ..formula_tangents import formula_tangents
from ..gradient_method import ProductsMaker, SolvedTrajectory
from ..implicit_tableau import ImplicitTableau
from ..implicit_tableaus.radau5 import TABLEAU as RADAU5
from ..integration_method import IntegrationMethod
from ..ode_path import choose_controller, choose_path, open_loop
from ..problem import InitialValue
from ..step_controller import StepController
from ..tableaus.dopri5 import TABLEAU as DOPRI5
from ..telemetry import host
from ..vector_field import VectorField
from ..vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

TIGHTER = 1e-3
"""The reference is computed with this share of the tolerances."""
_STIFFLY_TIGHTER = 3e-2
"""By Radau's method, whose step grows with the fourth root of the tolerance and costs a thousand times as much."""
_TIGHTEST = 1e-13


def _unasked() -> None:
    """Nobody waits."""


class ForwardRun:
    """The run of a one-step method from `start` that `discrete_adjoint` knows, and what is differentiated of it.

    `values` are the parameters of the formula by name. check: asked between blocks of steps. Where the steps are too
    long for derivatives, though not for the state, they are no longer than `controller` says then; note: where that
    would take too many.
    """

    def __init__(
        self,
        field: VectorField,
        method: IntegrationMethod,
        controller: StepController,
        span: tuple[float, float],
        start: Float[np.ndarray, "n"],
        budget: Budget,
        check: Callable[[], None] = _unasked,
    ) -> None:
        self.field, self.method, self.span, self.budget = field, method, span, budget
        self.values: Mapping[str, float] = parameter_values(field)
        self._problem = InitialValue(field, start, span)
        self.start = self._problem.start[0]
        self._check = check
        followed = followed_finely(self._follow, method, controller, field.jacobian())
        self.dense, self.controller, self.note = followed
        self._stiff = method.stiff or bool(self.note)
        self.steps = self.dense.steps()
        self.end = self.steps.z1[-1] if len(self.steps.t1) else self.start
        self._solved: AcceptedSteps | None = None

    def _follow(self, controller: StepController) -> tuple[DenseOutput, DenseOutput]:
        """The accepted steps; keeps how they ended and what they cost."""
        dense = DenseOutput(self.method, self._problem.start, self.span)
        self.evaluations = 0
        path = choose_path(self.field, 1, method=self.method)
        loop = open_loop(self._problem, self.method, controller, self.budget, path)
        while True:
            self._check()
            try:
                block = next(loop)
            except StopIteration as ended:
                (self.outcome,) = ended.value
                return dense, dense
            if len(block):
                self.evaluations = int(host(block.evaluations)[-1])
            dense.add(AcceptedSteps.of(block))

    @property
    def names(self) -> tuple[str, ...]:
        """What its end is differentiated by: the parameters and the components of the start."""
        return (*self.values, *(f"{component}({self.span[0]:g})" for component in self.field.components))

    @property
    def times(self) -> Float[np.ndarray, "N1"]:
        """The start and the ends of the accepted steps."""
        return np.append(self.span[0], self.steps.t1)

    @property
    def ending(self) -> Float[Tensor, "1 n"]:
        """The end state in torch."""
        return torch.as_tensor(self.end)[None]

    def at(self, t: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N n"]:
        """The solution at the times t."""
        (states,) = self.dense.at(t)
        return np.asarray(states)

    def inputs(self) -> dict[str, Tensor]:
        """The parameters as tensors."""
        return {name: torch.tensor(value, dtype=torch.float64) for name, value in self.values.items()}

    def flat(self, grads: Mapping[str, Tensor]) -> Float[np.ndarray, "P"]:
        """A method's gradients in the order of `names`."""
        parameters = [float(grads[name]) for name in self.values]
        return np.concatenate([parameters, grads["start"][0].detach().numpy()])

    def prepare(self) -> None:
        """Call the field in torch once: the first call, and the import before it, take longer than all others."""
        solve = self.solved()
        solve.f(solve.start.new_full((1,), self.span[0]), solve.start, self.inputs())

    def solved(self, deadline: Deadline | None = None) -> SolvedTrajectory:
        """What a gradient method is handed; its field asks the deadline at every call."""
        function = field_function(self.field, self.values, "cpu", "float64")
        flow = adjoint_flow(self.field, function, "cpu", "float64")
        products = quick_products(self.field, "cpu", "float64")
        if deadline is not None:
            function, flow = asking(function, deadline), asking(flow, deadline)
            products = None if products is None else _asking_products(products, deadline)
        check = _unasked if deadline is None else deadline.check
        return SolvedTrajectory(
            f=function,
            start=torch.as_tensor(self.start)[None],
            span=self.span,
            at=None,
            times=self.times[None],
            z=self.ending,
            method=self.method,
            controller=self.controller,
            adjoint=flow,
            budget=self.budget,
            dense=self.dense,
            products=products,
            by_hand=formula_by_hand(self.field, "cpu", "float64", check),
            one_by_one=formula_one_by_one(self.field, "cpu", "float64", check),
            tangents=formula_tangents(self.field, "cpu", "float64", check),
            system=self.field.system,
            autonomous=self.field.autonomous,
        )

    def adjoint(self, v: Float[np.ndarray, "n"], check: Callable[[], None] = _unasked) -> Float[np.ndarray, "N1 n"]:
        """v = d loss / d end sent back through the steps: d loss / d z where each begins, and v."""
        return np.concatenate([self._sent_back(v, (), check).before, v[None]])

    def discrete(self, v: Float[np.ndarray, "n"], check: Callable[[], None] = _unasked) -> Float[np.ndarray, "P"]:
        """The derivatives of what was computed by the parameters, then by the start, from the stages of the run."""
        found = self._sent_back(v, tuple(self.values), check)
        return np.concatenate([found.parameters, found.start[0]])

    def _sent_back(
        self, v: Float[np.ndarray, "n"], names: tuple[str, ...], check: Callable[[], None]
    ) -> DiscreteAdjoint:
        field = ArrayDerivatives(self.field, check)
        return discrete_adjoint(field, self.method, self._exact(check), v[None], names)

    def _exact(self, check: Callable[[], None]) -> AcceptedSteps:
        """The steps, of an implicit Runge-Kutta method with their equations solved to rounding; remembered."""
        if isinstance(self.method, ImplicitTableau) and self._solved is None:
            field = ArrayDerivatives(self.field, check)
            self._solved, _ = exact_steps(field, self.method, self.steps, self.start[None])
        return self.steps if self._solved is None else self._solved

    def finer(self, share: float = TIGHTER, check: Callable[[], None] = _unasked) -> ForwardRun:
        """The same with this share of the tolerances; of a run with fixed steps, an adaptive one at rtol 1e-9.

        By Radau's method with a thirtieth of them where the run's own is for stiff systems, or should be. The run
        itself where the finer one does not arrive.
        """
        method = RADAU5 if self._stiff else self.method if self.controller.tolerances is not None else DOPRI5
        if self.controller.tolerances is not None:
            share = max(share, _STIFFLY_TIGHTER) if self._stiff else share
            factor = max(share, min(1.0, _TIGHTEST / self.controller.tolerances[0]))
            controller = self.controller.tightened(factor)
        else:
            rtol = 1e-8 if self._stiff else 1e-9
            controller = choose_controller(method, rtol, 1e-3 * rtol, None)
        found = ForwardRun(self.field, method, controller, self.span, self.start, self.budget, check)
        return found if found.outcome.success else self


def _asking_products(make: ProductsMaker, deadline: Deadline) -> ProductsMaker:
    """The same products, which ask the deadline at every call."""

    def made(inputs: Inputs) -> AdjointProducts:
        products = make(inputs)
        products.rows = asking(products.rows, deadline)  # type: ignore[method-assign]
        products.summed = asking(products.summed, deadline)  # type: ignore[method-assign]
        return products

    return made
