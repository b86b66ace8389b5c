"""Presets that learn, written out in plain torch: what a training step is without this program."""

from __future__ import annotations

from collections.abc import Callable
from math import log, pi
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from ..experiment import Experiment
from ..language import parse
from ..training.batches import batch_at
from ..training.learnt_weights import learnt_weights
from ..training.material import material

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

Follow = Callable[["torch.nn.Module", tuple[Any, ...]], tuple[Any, ...]]
"""Carries a state of one or several tensors along a module f(t, state) over the span."""
_ACTIVATIONS = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}


class PlainLearner:
    """The network of an experiment z' = W3 act(W2 act(W1 z + b1) + b2) + b3, or with u t beside W1 z the flow of a
    density, with the batch and the loss of the first iteration.

    dtype: of weights and points, "float32" or "float64".
    """

    def __init__(self, experiment: Experiment, dtype: str) -> None:
        self.choice, system = experiment.training, parse(experiment.text)
        kind = getattr(torch, dtype)
        drawn = learnt_weights(system, experiment)  # in the precision of the experiment, whatever it goes on in
        self.weights = {name: torch.nn.Parameter(weight.detach().to(kind)) for name, weight in drawn.items()}
        self.span, self.size = experiment.span or system.span, system.size
        _, train, _ = material(experiment)
        places = batch_at(0, len(train.x), self.choice.batch, experiment.seed)
        self._x = torch.from_numpy(train.x[places]).to(kind)
        self._y = None if train.y is None else _targets(train.y[places]).to(kind)
        layers = [_linear(self.weights[f"W{place}"], self.weights[f"b{place}"]) for place in (1, 2, 3)]
        if "u" in self.weights:
            self.field: torch.nn.Module = _Flow(layers, self.weights["u"])
        else:
            act = _ACTIVATIONS["relu" if "relu" in experiment.text else "tanh"]
            self.field = _Field(torch.nn.Sequential(layers[0], act(), layers[1], act(), layers[2]))

    def loss(self, follow: Follow) -> Tensor:
        """Of the batch."""
        if self._y is None:
            z, change = follow(self.field, (self._x, self._x.new_zeros(len(self._x), 1)))
            density = change[:, 0] - 0.5 * z.square().sum(dim=1) - 0.5 * self.size * log(2.0 * pi)
            nats: Tensor = -density.mean()
            return nats
        missing = self.size - self._x.shape[1]
        (z,) = follow(self.field, (torch.nn.functional.pad(self._x, (0, missing)),))
        linear, weights = torch.nn.functional.linear, self.weights
        answers = linear(z, weights["V"], weights["c"]) if "V" in weights else z[:, : self._y.shape[1]]
        if self.choice.loss == "huber":
            return torch.nn.functional.smooth_l1_loss(answers, self._y)
        return torch.nn.functional.mse_loss(answers, self._y)

    def found(self, loss: Tensor) -> Float[np.ndarray, "k1"]:
        """The loss and, behind it, its derivatives by all weights, which are taken to be there."""
        return loss_with_gradients(float(loss.detach()), self.weights)


def loss_with_gradients(loss: float, weights: dict[str, Any]) -> Float[np.ndarray, "k1"]:
    """The loss and, behind it, the gradients that weights carry."""
    parts = [weight.grad.detach().double().numpy().ravel() for weight in weights.values()]
    return np.concatenate([[loss], *parts])


class _Field(torch.nn.Module):
    """f(t, z) that does not ask for t, and counts."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network, self.calls = network, 0

    def forward(self, _: Any, z: Tensor) -> Tensor:
        self.calls += 1
        slopes: Tensor = self.network(z)
        return slopes


class _Flow(torch.nn.Module):
    """(z, l)' = (f(t, z), tr df/dz), the trace by one reverse pass for each component, as FFJORD's exact one."""

    def __init__(self, layers: list[torch.nn.Linear], u: torch.nn.Parameter) -> None:
        super().__init__()
        self.layers, self.u, self.calls = torch.nn.ModuleList(layers), u, 0

    def forward(self, t: Any, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        self.calls += 1
        first, second, last = self.layers
        with torch.enable_grad():
            z = state[0].requires_grad_()
            slopes = last(torch.tanh(second(torch.tanh(first(z) + self.u * t))))
            trace = torch.zeros_like(z[:, :1])
            for place in range(z.shape[1]):
                (row,) = torch.autograd.grad(slopes[:, place].sum(), z, create_graph=True)
                trace = trace + row[:, place : place + 1]
        return slopes, trace


def _linear(weight: torch.nn.Parameter, bias: torch.nn.Parameter) -> torch.nn.Linear:
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    layer.weight, layer.bias = weight, bias
    return layer


def _targets(y: np.ndarray) -> Tensor:
    """Values as they are; of two classes -1 and 1."""
    return torch.from_numpy(y if y.ndim == 2 else 2.0 * y[:, None] - 1.0)
