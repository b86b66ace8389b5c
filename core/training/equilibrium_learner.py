"""A deep equilibrium model that learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import catalogue
from ..budget import Budget
from ..deferred import deferred
from ..equilibrium_layer import EquilibriumLayer
from ..gradient_method import FixedPointGradient
from ..language import System
from ..learner import Effort, Paths
from ..stored_tensor import MOST_NUMBERS
from .answering import AnsweringLearner
from .followed_layer import failed_share
from .formula_network import CellNetwork
from .material import material
from .module_cell import ModuleCell

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..data_set import Points
    from ..experiment import Experiment
    from ..module_layer import ModuleLayer
else:
    torch = deferred("torch")

_LOOKED_AT = 8
"""Samples whose Jacobians are measured."""


def _how(batches: Sequence[str]) -> str:
    """Where a text has no batch: how a person gets the tensor of one."""
    if batches:
        return ""
    return (
        '. Store x before, by Edit > Store tensors… or as tensors={"x": ...} in a script: any rows, with as many '
        "columns as the data have components"
    )


class EquilibriumLearner(AnsweringLearner):
    """z = f(z, x) is solved for every row x of the batch, and read out. jacobian: gamma times the mean of
    |v^T df/dz|^2 / n over normal v is added to the loss, df/dz at the solution, which is held.

    Source: S. Bai, J. Z. Kolter, V. Koltun, Deep equilibrium models, NeurIPS 2019; the regulariser: the same,
    Stabilizing equilibrium models by Jacobian regularization, ICML 2021, equation 5.
    """

    inputs = 0

    def __init__(
        self,
        system: System,
        experiment: Experiment,
        weights: Mapping[str, torch.nn.Parameter],
        module: ModuleLayer | None = None,
    ) -> None:
        super().__init__(system, experiment, weights)
        batches = [item.name for item in system.data if item.batch]
        if len(batches) != 1:
            raise ValueError('a layer that learns has one line of batch data, as x = data "x" as batch' + _how(batches))
        self._data = batches[0]
        self._cell: torch.nn.Module = (
            CellNetwork(system, experiment.values, weights, self._data)
            if module is None
            else ModuleCell(module, experiment, weights, self._data)
        )
        root = experiment.root
        gradient = catalogue.chosen_gradient(experiment.gradient, "fixed point")
        assert isinstance(gradient, FixedPointGradient)
        self._layer = EquilibriumLayer(
            self._cell,
            system.size,
            solver=catalogue.chosen_solver(root),
            gradient=gradient,
            tol=root.tolerance,
            stop=root.criterion,
            failure="ignore",
        )
        self._layer.budget = Budget(steps=root.iterations)
        self._places: Tensor | None = None
        if self._choice.warm_start:
            self.solved = self._begins(len(material(experiment)[1].x), system.size)

    def loss(self, points: Points, draw: int = 0) -> Tensor:
        """The mean loss of a batch with what regularises it. With warm starts every solve begins where that of its
        sample ended the last time."""
        known = self.solved is not None and points.places is not None
        self._places = torch.as_tensor(points.places, device=self._like.device) if known else None
        try:
            return super().loss(points, draw)
        finally:
            self._places = None

    def ends(
        self, x: Float[Tensor, "B d"], draw: int = 0, _spans: object = None
    ) -> tuple[Float[Tensor, "B n"], Tensor]:
        """The fixed points."""
        z = self._trusted(self._layer(x) if self._places is None else self._warm(x, self._places))
        if not self._choice.jacobian or not torch.is_grad_enabled():
            return z, z.new_zeros(())
        return z, self._choice.jacobian * self._jacobian_square(z.detach(), x, draw)

    def effort(self) -> Effort:
        """Iterations there; products with the Jacobian on the way back."""
        report = self._layer.report
        assert report is not None
        back = report.backward
        products = 0.0 if back is None else float(back.evaluations + back.products)
        return Effort(float(report.iterations.mean()), products, failed_share(report.outcomes))

    def paths(self, x: Float[np.ndarray, "N d"], most: int, _spans: object = None) -> Paths:
        """The first iterates of z <- f(z, x) from 0: the layers of the weight-tied network without end."""
        rows = self._tensor(x)
        with torch.no_grad():
            z = torch.zeros(len(rows), len(self.components)).to(self._like)
            states = [z]
            for _ in range(most - 1):
                states.append(self._cell(states[-1], rows))
        return Paths(np.arange(float(most)), torch.stack(states, dim=1).double().cpu().numpy())

    def rested(self, x: Float[np.ndarray, "N d"], iterates: Paths) -> Paths:
        """The first of these iterates and then, as one more, the fixed points."""
        with torch.no_grad():
            ends = self._layer(self._tensor(x)).double().cpu().numpy()
        first = iterates.states[:, :-1]
        return Paths(iterates.depth, np.concatenate([first, ends[:, None]], axis=1))

    def spectral_radius(self, x: Float[np.ndarray, "N d"]) -> float:
        """The mean over some of the points, from the Jacobians themselves."""
        rows = self._tensor(x[:_LOOKED_AT])
        with torch.no_grad():
            z = self._layer(rows)
        matrices = torch.func.vmap(torch.func.jacrev(self._row))(z, rows)
        return float(torch.linalg.eigvals(matrices.detach().double()).abs().amax(dim=1).mean())

    def _begins(self, points: int, size: int) -> Float[Tensor, "N n"]:
        """Where solves begin before there was one. Raises ValueError where that is too much to be kept."""
        if points * size > MOST_NUMBERS:
            raise ValueError(
                f"warm starts keep {points:,} points of {size:,} numbers, and {MOST_NUMBERS:,} numbers are the most: "
                "learn from fewer points, or begin every solve at 0"
            )
        return torch.zeros(points, size).to(self._like.detach())

    def _warm(self, x: Float[Tensor, "B d"], places: Tensor) -> Float[Tensor, "B n"]:
        """Solved from what is kept of these samples, which are kept anew."""
        assert self.solved is not None
        z: Tensor = self._layer(x, self.solved[places])
        ends = z.detach()
        finite = ends.isfinite().all(dim=1, keepdim=True)
        self.solved[places] = torch.where(finite, ends, torch.zeros_like(ends))
        return z

    def _trusted(self, z: Float[Tensor, "B n"]) -> Float[Tensor, "B n"]:
        """Without the gradients of samples that found no fixed point: the implicit function theorem says nothing of
        them. Methods that promise less take any point."""
        report = self._layer.report
        if report is None or not z.requires_grad or not self._layer.gradient.exact:
            return z
        solved = torch.tensor([outcome.success for outcome in report.outcomes], device=z.device)
        return z if bool(solved.all()) else torch.where(solved[:, None], z, z.detach())

    def _row(self, z: Tensor, x: Tensor) -> Tensor:
        found: Tensor = self._cell(z[None], x[None])
        return found[0]

    def _jacobian_square(self, z: Float[Tensor, "B n"], x: Float[Tensor, "B d"], draw: int) -> Tensor:
        z = z.requires_grad_()
        generator = torch.Generator().manual_seed(draw)
        v = torch.randn(z.shape, generator=generator).to(z)
        (product,) = torch.autograd.grad(self._cell(z, x), z, v, create_graph=True)
        return product.square().mean()

    def _inputs(self, x: Tensor) -> Mapping[str, Any]:
        return {**self._named, self._data: x}
