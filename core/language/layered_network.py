"""Differential equations whose right-hand side is a network of layers, z' = W2 tanh(W1 z + b1) + b2."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .shapes import Shape
from .system import System
from .tree import Expression, name

ACTIVATIONS = ("tanh", "relu", "sigmoid", "softplus", "sin")
"""Functions between two layers. softplus is log(1 + exp(a)) everywhere, without a threshold."""
Layer = tuple[str, str | None, str | None]
"""The names of weight, bias and activation, which follows weight and bias; None where there is none."""


@lru_cache(maxsize=64)
def as_layers(system: System) -> tuple[Layer, ...] | None:
    """The layers in the order in which a state goes through them; None for a system of another form.

    z' = W_k a(... a(W_1 z + b_1) ...) + b_k is all that is recognised: one equation without noise, stored or learnt
    matrices and vectors, any of the biases left out, and an activation between any two layers and none after the last.
    Named intermediate values are looked into.
    """
    if system.kind != "ode" or system.is_complex or system.noise or len(system.equations) != 1:
        return None
    (equation,) = system.equations
    shapes = {item.name: item.shape for item in system.data if not item.batch}
    named = {helper.name: helper.expression for helper in system.helpers}
    state, layers, inner = name(equation.state.name), list[Layer](), _written_out(equation.expression, named)
    activation: str | None = None
    while inner != state:
        found = _affine(inner, shapes, named)
        if found is None:
            return None
        weight, bias, inner = found
        layers.append((weight, bias, activation))
        if inner == state:
            break
        if inner.operation not in ACTIVATIONS:
            return None
        activation, inner = inner.operation, _written_out(inner.arguments[0], named)
        if inner == state:  # a(z), which no layer made
            return None
    return tuple(reversed(layers)) or None


def _affine(
    expression: Expression, shapes: Mapping[str, Shape], named: Mapping[str, Expression]
) -> tuple[str, str | None, Expression] | None:
    """Weight, bias and what they act on."""
    product, bias = expression, None
    if expression.operation == "add" and len(expression.arguments) == 2:
        one, other = (_written_out(term, named) for term in expression.arguments)
        product, offset = (one, other) if one.operation == "mul" else (other, one)
        bias = _tensor(offset, shapes, rank=1)
        if bias is None:
            return None
    if product.operation != "mul":
        return None
    weight, inner = product.arguments[0], _written_out(product.arguments[1], named)
    matrix = _tensor(_written_out(weight, named), shapes, rank=2)
    return None if matrix is None else (matrix, bias, inner)


def _tensor(expression: Expression, shapes: Mapping[str, Shape], rank: int) -> str | None:
    """The name of a tensor of that many axes."""
    text = str(expression.value)
    return text if expression.operation == "name" and len(shapes.get(text, ())) == rank else None


def _written_out(expression: Expression, named: Mapping[str, Expression]) -> Expression:
    """What stands behind a name."""
    while expression.operation == "name" and expression.value in named:
        expression = named[str(expression.value)]
    return expression
