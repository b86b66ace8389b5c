"""A network of linear layers as loops of instructions, for many samples at once, one in each lane.

The numbers between two layers lie in memory, one for every lane side by side. A linear layer works on blocks of rows,
whose sums stay in registers while the inputs pass by.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..tracing.dense_network import DenseNetwork, Linear, Outline
from .builder import Function
from .compiler import register_bits
from .elementary import OPERATIONS
from .memory import Variable, load
from .runge_kutta import Vector
from .stack_array import StackArray, repeated
from .value import Type, Value, spread

_FUNCTIONS: dict[str, Callable[[Value], Value]] = {
    "tanh": OPERATIONS["tanh"],
    "sigmoid": OPERATIONS["sigmoid"],
    "relu": OPERATIONS["relu"],
    "silu": lambda value: value * OPERATIONS["sigmoid"](value),
    "identity": lambda value: value,
}
"""Of the names in `Outline.layers`."""


def block_rows() -> int:
    """Rows of a linear layer at once: their sums, two registers each, fill half of the registers there are."""
    return 8 if register_bits() == 512 else 4


def packed_weights(network: DenseNetwork, dtype: str) -> np.ndarray:
    """The weights in the order in which the loops read them, their bytes in numbers of float64.

    Of every block of rows: a bias for each row, then for every input a weight for each row. Rows beyond the last are 0.
    """
    rows, parts = block_rows(), []
    for weight, bias in network.weights(dtype):
        filled = np.zeros((-(-len(bias) // rows) * rows, weight.shape[1] + 1), dtype=dtype)
        filled[: len(bias), 0], filled[: len(bias), 1:] = bias, weight
        parts.append(filled.reshape(-1, rows, weight.shape[1] + 1).transpose(0, 2, 1).ravel())
    numbers = np.concatenate(parts)
    return np.append(numbers, np.zeros(len(numbers) % 2, dtype=dtype)).view(np.float64)


class NetworkEmission:
    """The instructions of a network in `function`.

    weights: where `packed_weights` lie. type_: of one number in every lane.
    """

    def __init__(self, outline: Outline, function: Function, weights: Value, type_: Type) -> None:
        self._layers, self._function, self._weights, self._type = outline.layers, function, weights, type_
        self._rows = block_rows()
        most = max(max(layer.inputs, self._blocks(layer) * self._rows) for layer in outline.linear)
        self._halves = [StackArray(function, type_, most) for _ in range(2)]

    def slopes(self, z: Vector) -> Vector:
        """The network's answer to z, one value per component."""
        source, target = self._halves
        for index, value in enumerate(z):
            source[index] = value
        width, begin = len(z), 0
        for layer in self._layers:
            if isinstance(layer, Linear):
                self._linear(layer, begin, source, target)
                begin += self._blocks(layer) * self._rows * (layer.inputs + 1)
                source, target, width = target, source, layer.outputs
            else:
                with repeated(self._function, width) as place:
                    source[place] = _FUNCTIONS[layer](source[place])
        return tuple(source[index] for index in range(width))

    def _blocks(self, layer: Linear) -> int:
        return -(-layer.outputs // self._rows)

    def _linear(self, layer: Linear, begin: int, source: StackArray, target: StackArray) -> None:
        """Wz + b of the numbers in `source`, with what lies from `begin` on among the weights."""
        with repeated(self._function, self._blocks(layer)) as block:
            first = block * (self._rows * (layer.inputs + 1)) + begin
            sums = [Variable(bias) for bias in self._one_per_row(first)]
            with repeated(self._function, layer.inputs) as place:
                value = source[place]
                weights = self._one_per_row(first + (place + 1) * self._rows)
                for total, weight in zip(sums, weights, strict=True):
                    total.set(weight * value + total.get())
            for row, total in enumerate(sums):
                target[block * self._rows + row] = total.get()

    def _one_per_row(self, first: Value) -> list[Value]:
        """Weights of consecutive rows, the same in every lane."""
        single = Type(self._type.element)
        return [spread(load(single, self._weights, first + row), self._type.lanes) for row in range(self._rows)]
