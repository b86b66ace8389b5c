"""One trajectory solved forward with all its accepted steps, as gradients of its end need it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..adjoint_flow import adjoint_flow, field_function, parameter_values, quick_products
from ..adjoint_products import AdjointProducts
from ..background import Deadline, asking
from ..budget import Budget
from ..deferred import deferred
from ..dense_output import AcceptedSteps, DenseOutput
from ..discrete_adjoint import DiscreteAdjoint, discrete_adjoint
from ..gradient_method import ProductsMaker, SolvedTrajectory
from ..ode_path import choose_controller, choose_path, open_loop
from ..problem import InitialValue
from ..step_controller import StepController
from ..tableau import Tableau
from ..tableaus.dopri5 import TABLEAU as DOPRI5
from ..telemetry import host
from ..vector_field import VectorField
from ..vector_jacobian import Inputs, gradients

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

TIGHTER = 1e-3
"""The reference is computed with this share of the tolerances."""
_TIGHTEST = 1e-13


class ForwardRun:
    """The run of an explicit Runge-Kutta method from `start`; `values` are the parameters of the formula by name."""

    def __init__(
        self,
        field: VectorField,
        tableau: Tableau,
        controller: StepController,
        span: tuple[float, float],
        start: Float[np.ndarray, "n"],
        budget: Budget,
    ) -> None:
        self.field, self.tableau, self.controller, self.span, self.budget = field, tableau, controller, span, budget
        self.values: Mapping[str, float] = parameter_values(field)
        problem = InitialValue(field, start, span)
        self.start = problem.start[0]
        self.dense = DenseOutput(tableau, problem.start, span)
        self.evaluations = 0
        loop = open_loop(problem, tableau, controller, budget, choose_path(field, 1))
        while True:
            try:
                block = next(loop)
            except StopIteration as ended:
                (self.outcome,) = ended.value
                break
            if len(block):
                self.evaluations = int(host(block.evaluations)[-1])
            self.dense.add(AcceptedSteps.of(block))
        self.steps = self.dense.steps()
        self.end = self.steps.z1[-1] if len(self.steps.t1) else self.start

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
        return SolvedTrajectory(
            f=function,
            start=torch.as_tensor(self.start)[None],
            span=self.span,
            at=None,
            times=self.times[None],
            z=self.ending,
            method=self.tableau,
            controller=self.controller,
            adjoint=flow,
            budget=self.budget,
            dense=self.dense,
            products=products,
            system=self.field.system,
            autonomous=self.field.autonomous,
        )

    def adjoint(self, v: Float[np.ndarray, "n"]) -> DiscreteAdjoint:
        """v = d loss / d end sent back through the steps."""
        with np.errstate(over="ignore", invalid="ignore"):  # unstable steps have endless derivatives
            return discrete_adjoint(self.field.jacobian(), self.tableau, self.steps, v)

    def discrete(self, v: Float[np.ndarray, "n"]) -> Float[np.ndarray, "P"]:
        """The derivatives of what was computed by the parameters, then by the start, from the stages of the run."""
        found = self.adjoint(v)
        by_start: np.ndarray = found.a[0]
        if not self.values:
            return by_start
        inputs = {name: value.requires_grad_() for name, value in self.inputs().items()}
        function = field_function(self.field, self.values, "cpu", "float64")
        with torch.enable_grad():
            slopes = function(torch.as_tensor(found.t), torch.as_tensor(found.z), inputs)
        by_parameters = gradients(slopes, torch.as_tensor(found.slopes), list(inputs.values()))
        return np.concatenate([[float(gradient) for gradient in by_parameters], by_start])

    def finer(self, share: float = TIGHTER) -> ForwardRun:
        """The same with this share of the tolerances; of a run with fixed steps, an adaptive one at rtol 1e-9.

        The run itself where the finer one does not arrive.
        """
        if self.controller.tolerances is not None:
            factor = max(share, min(1.0, _TIGHTEST / self.controller.tolerances[0]))
            method, controller = self.tableau, self.controller.tightened(factor)
        else:
            method, controller = DOPRI5, choose_controller(DOPRI5, 1e-9, 1e-12, None)
        found = ForwardRun(self.field, method, controller, self.span, self.start, self.budget)
        return found if found.outcome.success else self


def _asking_products(make: ProductsMaker, deadline: Deadline) -> ProductsMaker:
    """The same products, which ask the deadline at every call."""

    def made(inputs: Inputs) -> AdjointProducts:
        products = make(inputs)
        products.rows = asking(products.rows, deadline)  # type: ignore[method-assign]
        products.summed = asking(products.summed, deadline)  # type: ignore[method-assign]
        return products

    return made
