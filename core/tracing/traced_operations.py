"""Torch's functions of tensors as operations on the numbers of one row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from .traced_tensor import Operations, Recording, TracedTensor, UntraceableError

_ALIKE = (
    *("add", "sub", "mul", "neg", "abs", "sign", "floor", "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan"),
    *("asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "sigmoid", "relu"),
)
_RENAMED = {
    "absolute": "abs", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "arcsinh": "asinh",
    "arccosh": "acosh", "arctanh": "atanh", "negative": "neg", "subtract": "sub", "multiply": "mul", "div": "div",
    "divide": "div", "true_divide": "div", "remainder": "mod", "minimum": "min", "maximum": "max", "lt": "<", "gt": ">",
    "le": "<=", "ge": ">=", "eq": "==", "ne": "!=",
}  # fmt: skip


def _recording(*operands: Any) -> Recording:
    """That of the first traced tensor."""
    return next(operand.recording for operand in operands if isinstance(operand, TracedTensor))


def _each(operation: str, *operands: Any) -> TracedTensor:
    return _recording(*operands).each(operation, *operands)


def _power(base: Any, exponent: Any) -> TracedTensor:
    """With exponents that are numbers as literals: whole powers are products."""
    if isinstance(exponent, TracedTensor) or np.ndim(exponent):
        return _each("pow", base, exponent)
    recording = base.recording
    literal = recording.program.number(float(exponent))
    found = [recording.program.add("pow", int(place), literal) for place in base.places.flat]
    return TracedTensor(recording, np.array(found, dtype=np.int64).reshape(base.places.shape))


def _clamped(value: TracedTensor, min: Any = None, max: Any = None) -> TracedTensor:
    if min is not None:
        value = _each("max", value, min)
    return value if max is None else _each("min", value, max)


def _silu(value: TracedTensor, inplace: bool = False) -> TracedTensor:
    _refuse(inplace)
    return _each("mul", value, _each("sigmoid", value))


def _relu(value: TracedTensor, inplace: bool = False) -> TracedTensor:
    _refuse(inplace)
    return _each("relu", value)


def _filled(number: float, like: TracedTensor, **_: Any) -> TracedTensor:
    places = np.full(like.places.shape, like.recording.constant(number), dtype=np.int64)
    return TracedTensor(like.recording, places)


def _copy(value: TracedTensor) -> TracedTensor:
    return TracedTensor(value.recording, value.places.copy())


def _same(value: TracedTensor) -> TracedTensor:
    return value


def _sum(value: TracedTensor, dim: Any = None, keepdim: bool = False) -> TracedTensor:
    axis = _axis(dim, value.places.ndim)
    places = value.recording.total(value.places, axis)
    return TracedTensor(value.recording, np.expand_dims(places, axis) if keepdim else places)


def _mean(value: TracedTensor, dim: Any = None, keepdim: bool = False) -> TracedTensor:
    count = value.places.shape[_axis(dim, value.places.ndim)]
    return _each("div", _sum(value, dim, keepdim), count)


def _norm(value: TracedTensor, p: Any = 2, dim: Any = None, keepdim: bool = False) -> TracedTensor:
    _refuse(p not in (2, 2.0, "fro"))
    return _each("sqrt", _sum(_each("mul", value, value), dim, keepdim))


def _vector_norm(value: TracedTensor, ord: Any = 2, dim: Any = None, keepdim: bool = False) -> TracedTensor:
    return _norm(value, ord, dim, keepdim)


def _stack(tensors: Sequence[Any], dim: int = 0) -> TracedTensor:
    recording, parts = _recording(*tensors), _places(tensors)
    return TracedTensor(recording, np.stack(parts, axis=_axis(dim, parts[0].ndim + 1)))


def _cat(tensors: Sequence[Any], dim: int = 0) -> TracedTensor:
    recording, parts = _recording(*tensors), _places(tensors)
    return TracedTensor(recording, np.concatenate(parts, axis=_axis(dim, parts[0].ndim)))


def _places(tensors: Sequence[Any]) -> list[np.ndarray]:
    """The places of tensors that have as many axes."""
    axes = next(tensor.places.ndim for tensor in tensors if isinstance(tensor, TracedTensor))
    return [_recording(*tensors).places(tensor, axes) for tensor in tensors]


def _unbind(value: TracedTensor, dim: int = 0) -> tuple[TracedTensor, ...]:
    parts = np.moveaxis(value.places, _axis(dim, value.places.ndim), 0)
    return tuple(TracedTensor(value.recording, parts[index, ...]) for index in range(len(parts)))


def _split(value: TracedTensor, size: Any, dim: int = 0) -> tuple[TracedTensor, ...]:
    axis = _axis(dim, value.places.ndim)
    length = value.places.shape[axis]
    sizes = [size] * -(-length // size) if isinstance(size, int) else list(size)
    parts = np.split(value.places, np.cumsum(sizes)[:-1], axis)
    return tuple(TracedTensor(value.recording, part) for part in parts)


def _chunk(value: TracedTensor, chunks: int, dim: int = 0) -> tuple[TracedTensor, ...]:
    return _split(value, -(-value.places.shape[_axis(dim, value.places.ndim)] // chunks), dim)


def _unsqueeze(value: TracedTensor, dim: int) -> TracedTensor:
    return TracedTensor(value.recording, np.expand_dims(value.places, _axis(dim, value.places.ndim + 1)))


def _squeeze(value: TracedTensor, dim: int) -> TracedTensor:
    return TracedTensor(value.recording, np.squeeze(value.places, _axis(dim, value.places.ndim)))


def _linear(value: TracedTensor, weight: Any, bias: Any = None) -> TracedTensor:
    product = _product(value, weight.T)
    return product if bias is None else _each("add", product, bias)


def _product(left: Any, right: Any) -> TracedTensor:
    """(B, n) @ (n, m), or of matrices in every row (B, l, n) @ (B, n, m), either of which may be the same for all."""
    recording = _recording(left, right)
    if isinstance(left, TracedTensor) and left.places.ndim == 1:
        _refuse(isinstance(right, TracedTensor))
        return TracedTensor(recording, _dot(recording, left.places[None], recording.places(right, 2))[0])
    return TracedTensor(recording, _dot(recording, recording.places(left, 2), recording.places(right, 2)))


def _dot(recording: Recording, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """sum_j a_ij b_jk of places."""
    rows, columns = TracedTensor(recording, a[:, :, None]), TracedTensor(recording, b[None])
    return recording.total(recording.each("mul", rows, columns).places, 1)


def _axis(dim: Any, axes: int) -> int:
    """Which axis of a row an axis of the tensor is."""
    _refuse(not isinstance(dim, int) and not (isinstance(dim, tuple | list) and len(dim) == 1))
    axis = (dim if isinstance(dim, int) else dim[0]) % (axes + 1)
    _refuse(axis == 0)
    return int(axis) - 1


def _refuse(reason: bool) -> None:
    if reason:
        raise UntraceableError("an axis or option that is not known here")


def _size(value: TracedTensor, dim: int | None = None) -> Any:
    return value.shape if dim is None else value.shape[dim]


OPERATIONS: Operations = {
    **{name: partial(_each, name) for name in _ALIKE if name != "relu"},
    **{name: partial(_each, operation) for name, operation in _RENAMED.items()},
    **{"pow": _power, "float_power": _power, "square": lambda value: _power(value, 2), "where": partial(_each, "if")},
    **{"reciprocal": lambda value: _each("div", 1.0, value), "rsqrt": lambda v: _each("div", 1.0, _each("sqrt", v))},
    **{"clamp": _clamped, "clip": _clamped, "relu": _relu, "silu": _silu},
    **{"zeros_like": partial(_filled, 0.0), "ones_like": partial(_filled, 1.0), "empty_like": partial(_filled, 0.0)},
    **{"clone": _copy, "contiguous": _same, "detach": _same, "size": _size, "dim": lambda value: value.ndim},
    **{"sum": _sum, "mean": _mean, "norm": _norm, "vector_norm": _vector_norm},
    **{"stack": _stack, "cat": _cat, "concat": _cat, "concatenate": _cat, "unbind": _unbind, "split": _split},
    **{"chunk": _chunk, "unsqueeze": _unsqueeze, "squeeze": _squeeze},
    **{"linear": _linear, "matmul": _product, "mm": _product, "bmm": _product},
}
