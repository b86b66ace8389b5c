"""The networks of recipes once more, of torch's own modules with the tensors of the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from core.blocks.activation import Activation
from core.blocks.attention import Attention
from core.blocks.concat_squash import ConcatSquash
from core.blocks.concat_time import ConcatTime
from core.blocks.convolution import Convolution
from core.blocks.formula import FormulaNode
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
FORMULAS: dict[str, Callable[[Tensor], Tensor]] = {
    "sin(x)*x": lambda h: torch.sin(h) * h,
    "-x^2 # downwards": lambda h: -(h**2),
    "x > 0.5": lambda h: (h > 0.5).to(h.dtype),
    "x/(1 + abs(x)) - 2": lambda h: nn.functional.softsign(h) - 2.0,
    "if(x > 0, x, 0.1x)": lambda h: nn.functional.leaky_relu(h, 0.1),
    "x sigmoid(1.702 x)": lambda h: h * torch.sigmoid(1.702 * h),
}


def tensors_of(system: System, dtype: torch.dtype = torch.float64) -> dict[str, Tensor]:
    """Every tensor that a text learns."""
    return {item.name: torch.tensor(item.tensor.array(), dtype=dtype) for item in system.data if item.learnt}


def linear(weight: Tensor, bias: Tensor | None = None) -> Callable[[Tensor], Tensor]:
    """torch's layer with these tensors, to which gradients lead."""
    made = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=weight.dtype)
    named = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
    return lambda inputs: functional_call(made, named, (inputs,))


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
    channels = 1
    for block in recipe.blocks:
        layer += not isinstance(block, Activation | FormulaNode | Residual)
        own = {name: tensors.get(f"{name}{layer}") for name in "WbuawgkQKV"}
        values.append(_after(block, values, own | {"channels": channels}, t))
        if isinstance(block, Convolution):
            channels = block.channels
        elif values[-1].shape != values[-2].shape:
            channels = 1
    ends_itself = recipe.kind == "equilibrium" or (second and not recipe.blocks)
    ends_itself |= bool(recipe.blocks) and recipe.blocks[-1].ends
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
    if isinstance(block, Attention):
        tokens = h.unflatten(1, (block.tokens, -1))
        query, key, value = (tokens @ own[name] for name in "QKV")
        return nn.functional.scaled_dot_product_attention(query, key, value).flatten(1)
    if isinstance(block, Convolution):
        return _convolved(block, h, own)
    if isinstance(block, FormulaNode):
        return FORMULAS[block.formula](h)
    if isinstance(block, Residual):
        return h + values[-1 - block.over]
    if isinstance(block, LayerNorm):
        return nn.functional.layer_norm(h, h.shape[1:], own["g"], own["k"], eps=1e-5)
    assert isinstance(block, RootMeanSquare)
    return nn.functional.rms_norm(h, h.shape[1:], own["g"], eps=1e-5)


def _convolved(block: Convolution, h: Tensor, own: dict[str, Any]) -> Tensor:
    """torch's layer, with the padding of its own."""
    sides, channels = [int(side) for side in block.kernel.split(" x ")], own["channels"]
    count = h.shape[1] // channels
    kind, extents = (nn.Conv1d, (count,)) if len(sides) == 1 else (nn.Conv2d, (round(count**0.5),) * 2)
    layer = kind(channels, block.channels, tuple(sides), padding=sides[0] // 2, padding_mode="circular", dtype=h.dtype)
    weight = own["K"].reshape(block.channels, channels, *sides)
    named = {"weight": weight, "bias": own["b"][:, 0]}
    made: Tensor = functional_call(layer, named, (h.unflatten(1, (channels, *extents)),)).flatten(1)
    return made
