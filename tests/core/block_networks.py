"""The networks of recipes once more, of torch's own modules with the tensors of the text."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from core.blocks.activation import Activation
from core.blocks.concat_squash import ConcatSquash
from core.blocks.concat_time import ConcatTime
from core.blocks.layer_norm import LayerNorm
from core.blocks.limited_linear import LimitedLinear
from core.blocks.linear import Linear
from core.blocks.residual import Residual
from core.blocks.root_mean_square import RootMeanSquare
from core.language import System
from core.network_recipe import Recipe

ACTIVATIONS: dict[str, nn.Module] = {
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "softplus": nn.Softplus(),
    "sigmoid": nn.Sigmoid(),
    "gelu": nn.GELU(),
}


def tensors_of(system: System, dtype: torch.dtype = torch.float64) -> dict[str, Tensor]:
    """Every tensor that a text learns."""
    return {item.name: torch.tensor(item.tensor.array(), dtype=dtype) for item in system.data if item.learnt}


def linear(weight: Tensor, bias: Tensor | None = None) -> nn.Linear:
    """torch's layer with these tensors."""
    made = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=weight.dtype)
    named = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
    made.load_state_dict(named)
    return made


def reference(recipe: Recipe, tensors: dict[str, Tensor], t: float, z: Tensor, x: Tensor | None = None) -> Tensor:
    """The right-hand side at (B, n)."""
    second = recipe.kind == "second_order"
    places, velocities = z[:, : recipe.places], z[:, recipe.places :]
    values, layer = [places], 0
    if recipe.kind == "equilibrium":
        assert x is not None
        values.append(linear(tensors["W"], tensors["b"])(z) + linear(tensors["U"])(x))
    if second:
        layer = 1
        values.append(linear(torch.cat([tensors["W1"], tensors["U1"]], 1), tensors["b1"])(z))
    for block in recipe.blocks:
        layer += not isinstance(block, Activation | Residual)
        values.append(_after(block, values, {name: tensors.get(f"{name}{layer}") for name in "WbuawgkA"}, t))
    ends_itself = recipe.kind == "equilibrium" or (second and not recipe.blocks)
    if values[-1].shape[1] != recipe.places or not ends_itself:
        values.append(linear(tensors[f"W{layer + 1}"], tensors[f"b{layer + 1}"])(values[-1]))
    return torch.cat([velocities, values[-1]], 1) if second else values[-1]


def _after(block: Any, values: list[Tensor], own: dict[str, Any], t: float) -> Tensor:
    h = values[-1]
    time = torch.full((len(h), 1), t, dtype=h.dtype)
    if isinstance(block, Linear):
        return linear(own["W"], own["b"])(h)
    if isinstance(block, LimitedLinear):
        norm = float(torch.linalg.matrix_norm(own["W"]))
        return linear(own["W"] * min(1.0, block.limit / norm), own["b"])(h)
    if isinstance(block, ConcatTime):
        return linear(torch.cat([own["W"], own["u"][:, None]], 1), own["b"])(torch.cat([h, time], 1))
    if isinstance(block, ConcatSquash):
        gate = torch.sigmoid(linear(own["u"][:, None], own["a"])(time))
        return linear(own["W"], own["b"])(h) * gate + linear(own["w"][:, None])(time)
    if isinstance(block, Activation):
        return ACTIVATIONS[block.function](h)
    if isinstance(block, Residual):
        return h + values[-1 - block.over]
    if isinstance(block, LayerNorm):
        return nn.functional.layer_norm(h, h.shape[1:], own["g"], own["k"], eps=1e-5)
    assert isinstance(block, RootMeanSquare)
    return nn.functional.rms_norm(h, h.shape[1:], own["g"], eps=1e-5)
