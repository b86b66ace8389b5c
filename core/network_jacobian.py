"""The Jacobian of a dense network in numpy, written out: for few points a tape takes several times as long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from .tracing.dense_network import DenseNetwork, Linear

if TYPE_CHECKING:
    from jaxtyping import Float

Sloped = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def network_jacobian(network: DenseNetwork, z: Float[np.ndarray, "k n"]) -> Float[np.ndarray, "k n n"]:
    """df/dz at k points, in the precision of the weights.

    The n unit directions go through the layers beside the values: of y = W x + b to W s, of phi(x) to phi'(x) s.
    """
    count, size = z.shape
    value = z.astype(network.dtype)
    slopes = np.broadcast_to(np.eye(size, dtype=network.dtype), (count, size, size))
    waiting = iter(network.weights(network.dtype))
    with np.errstate(all="ignore"):  # what overflows in a network is for those to tell who follow it
        for layer in network.outline.layers:
            if isinstance(layer, Linear):
                weight, bias = next(waiting)
                value = value @ weight.T + bias
                slopes = (slopes.reshape(count * size, -1) @ weight.T).reshape(count, size, -1)
            else:
                value, slope = _FUNCTIONS[layer](value)
                slopes = slopes * slope[:, None]
    return slopes.swapaxes(1, 2).astype(np.float64)


def _tanh(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y = np.tanh(x)
    return y, 1 - y * y


def _logistic(x: np.ndarray) -> np.ndarray:
    y: np.ndarray = (1 + np.tanh(x / 2)) / 2
    return y


def _sigmoid(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y = _logistic(x)
    return y, y * (1 - y)


def _relu(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.maximum(x, 0), (x > 0).astype(x.dtype)


def _silu(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y = _logistic(x)
    return x * y, y * (1 + x * (1 - y))


_FUNCTIONS: Mapping[str, Sloped] = MappingProxyType(
    {"tanh": _tanh, "sigmoid": _sigmoid, "relu": _relu, "silu": _silu, "identity": lambda x: (x, np.ones_like(x))}
)
"""phi(x) and phi'(x) of the functions in `Outline.layers`."""
