"""A continuous normalising flow as a torch module: a density that a differential equation carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from . import catalogue
from .budget import Budget
from .callable_field import CallableField, function_of
from .deferred import deferred
from .divergence_field import DivergenceField
from .field_derivatives import CallableDerivatives, FieldDerivatives, FormulaDerivatives
from .formula_field import bound_values
from .gradient_method import TrajectoryGradient
from .language import System
from .noise_refusal import checked_seed
from .ode_layer import OdeLayer, OdeReport
from .standard_normal import normal_draw, normal_log_density
from .time_span import declared_span
from .trace_estimator import TraceEstimator

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class ContinuousFlow(torch.nn.Module):
    """Carries points by z' = f(t, z) from t[0], where data lie, to t[1], where they are to be standard normal:

    log p(x) = log N(z(t[1]); 0, I) + log |det dz(t[1])/dx|, z(t[0]) = x; the second term is int tr df/dz dt. Where a
    normal distribution is pushed forward in time instead, give the times in the other order.

    system: a parsed text, whose learnt tensors become parameters; a torch callable or nn.Module, f(z) or f(t, z) on
    batches (B, n); or a `core.field`. n: the state size; None takes that of the text or field, else of the points.
    t: begin and end; None takes the span of the text, and of a callable (0, 1). params: values of the text's parameters
    by name. trace: "exact", or an unbiased estimate by one product with the Jacobian, however many components there
    are, "rademacher" or "gaussian"; or an estimator that was made. Its noise is the same on all the way of a point,
    and drawn anew in each call, from `seed` on. rtol, atol, method, step, gradient, failure, budget, options: see
    `core.OdeLayer`. Points and divergence are followed together, so the tolerances hold for both.

    What is returned can be differentiated, once, by the points and by the parameters. `report` tells of the last call.
    Raises ValueError or TypeError for a system that carries no density.

    Source: W. Grathwohl and others, FFJORD: free-form continuous dynamics for scalable reversible generative models,
    ICLR 2019, equation 3.
    """

    def __init__(
        self,
        system: System | CallableField | Callable[..., Tensor],
        n: int | None = None,
        *,
        t: tuple[float, float] | None = None,
        rtol: float = 1e-6,
        atol: float = 1e-9,
        method: str = "dopri5",
        step: float | None = None,
        params: Mapping[str, float] | None = None,
        trace: str | TraceEstimator = "exact",
        seed: int = 0,
        gradient: str | TrajectoryGradient = "discrete",
        failure: str = "warn",
        budget: Budget | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self.size = _size(system, n)
        if isinstance(system, System):
            t = declared_span(system) if t is None else t
            derivatives: FieldDerivatives = _of_text(system, params)
            self.field: Any = derivatives
        else:
            if params:
                raise TypeError("params are values of a text's parameters, and this system is no text: leave them out")
            given = system if isinstance(system, CallableField) else CallableField(system, self.size or 1)
            self.field, derivatives = function_of(given), CallableDerivatives(given)
        estimator = catalogue.trace_estimator(trace) if isinstance(trace, str) else trace
        if not isinstance(estimator, TraceEstimator):
            raise TypeError(f"trace is the name of a trace estimator, or one that was made, and not {trace!r}")
        density = DivergenceField(derivatives, estimator)
        rtol, atol = density.finer * rtol, density.finer * atol
        settings = {"rtol": rtol, "atol": atol, "method": method, "step": step, "gradient": gradient, **options}
        span = (0.0, 1.0) if t is None else t
        layer = OdeLayer(density, t=span, failure=failure, budget=budget, path="torch", **settings)
        self._random = np.random.Generator(np.random.Philox(key=checked_seed(seed)))
        self._parts = density, layer  # a tuple: the weights are those of `field`, and have no second name
        self._like: Tensor
        self.register_buffer("_like", next(self.parameters(), torch.empty(0, dtype=torch.float64)).new_empty(0), False)

    @property
    def t(self) -> tuple[float, float]:
        """Where the data lie, and where the base."""
        return self._parts[1].t

    @property
    def report(self) -> OdeReport | None:
        """How the last call went."""
        return self._parts[1].report

    def forward(self, z: Float[Tensor, "*B n"]) -> tuple[Float[Tensor, "*B n"], Float[Tensor, "*B"]]:
        """Points of the data carried to the base, and log |det| of the map's Jacobian there.

        Raises OdeError where that was asked for, ValueError or TypeError where z does not fit.
        """
        return self._carried(z, self.t)

    def inverse(self, z: Float[Tensor, "*B n"]) -> tuple[Float[Tensor, "*B n"], Float[Tensor, "*B"]]:
        """Points of the base carried to the data, and log |det| of that map's Jacobian; raises likewise."""
        return self._carried(z, (self.t[1], self.t[0]))

    def log_prob(self, z: Float[Tensor, "*B n"]) -> Float[Tensor, "*B"]:
        """The log density of points of the data, in nats; raises likewise."""
        base, change = self(z)
        density: Tensor = change + normal_log_density(base)
        return density

    def sample(self, count: int, seed: int = 0) -> Float[Tensor, "count n"]:
        """Points drawn from the base and carried to the data, in the dtype and on the device of the parameters; where
        there are none in float64, or as `to` has moved the flow. The same seed draws the same points.

        Raises ValueError or TypeError for a count or a seed that is none, and where the state size is not known.
        """
        if self.size is None:
            raise ValueError("the size of the points is not known: give n, as in core.ContinuousFlow(f, n=2)")
        return self.inverse(torch.as_tensor(normal_draw(count, self.size, seed)).to(self._like))[0]

    def extra_repr(self) -> str:
        """What `print` shows beside the field."""
        return self._parts[1].extra_repr()

    def _carried(self, z: Tensor, span: tuple[float, float]) -> tuple[Tensor, Tensor]:
        if not isinstance(z, torch.Tensor) or not z.is_floating_point():
            raise TypeError("a flow carries points: a tensor z (B, n) of floating-point numbers")
        if z.ndim == 0 or not z.numel():
            raise ValueError(f"z needs the shape (B, n), and has {tuple(z.shape)}: give at least one point")
        if self.size is not None and z.shape[-1] != self.size:
            raise ValueError(f"this flow carries points of {self.size} numbers, and z has {z.shape[-1]}")
        density, layer = self._parts
        end: Tensor = layer(density.begin(z.reshape(-1, z.shape[-1]), self._random), span)
        points, change = density.ended(end)
        return points.reshape(z.shape), change.reshape(z.shape[:-1])


def _size(system: Any, n: int | None) -> int | None:
    known = system.size if isinstance(system, System | CallableField) else None
    if known is not None and n not in (None, known):
        raise ValueError(f"the system has {known} components, and n is {n}: leave n out")
    return n if known is None else int(known)


def _of_text(system: System, params: Mapping[str, float] | None) -> FormulaDerivatives:
    """Raises ValueError for what carries no density back and forth."""
    if system.kind != "ode":
        raise ValueError("a density flows along a differential equation: write the equations as x' = ...")
    if system.noise:
        raise ValueError("a flow can be followed back, and a path with noise (dW) cannot: leave the noise out")
    if system.events:
        raise ValueError("a flow moves points without jumps or stops: leave the events (when ...) out")
    if system.is_complex:
        raise ValueError("the density of a complex unknown is not known here: use z in R^2")
    learnt = {item.name: item.tensor.array() for item in system.data if item.learnt}
    weights = {name: torch.nn.Parameter(torch.tensor(array)) for name, array in learnt.items()}
    return FormulaDerivatives(system, bound_values(system, params), weights)
