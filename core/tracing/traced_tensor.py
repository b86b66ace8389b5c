"""A tensor of operations instead of numbers: what a function of torch does to it can be written down.

Its first axis stands for the batch, of which every row is treated alike; what mixes rows, asks for values or is not
known here raises `UntraceableError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from ..language.program import Program
from ..sweep_path import LARGEST_FORMULA

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

_LARGEST_LITERAL = 16
"""Whole and half numbers up to here are part of what is computed; others may change from call to call."""
_COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!="})
_MOST_NODES = 2 * LARGEST_FORMULA
Operations = Mapping[str, Callable[..., Any]]
"""What is known, by the name of torch's function or method."""


class UntraceableError(Exception):
    """What a function does cannot be written down as operations on the numbers of one row."""


class Recording:
    """The program under construction, and the numbers that it is given as parameters. rows: of the batch."""

    def __init__(self, operations: Operations, dtype: str, rows: int) -> None:
        self.program, self.operations, self.dtype, self.rows = Program(), operations, dtype, rows
        self._constants: dict[float, int] = {}

    @property
    def constants(self) -> tuple[float, ...]:
        """The values of the parameters, by their indices."""
        return tuple(self._constants)

    def constant(self, value: float) -> int:
        """The place of a number: a literal where it is a plain one, else a parameter."""
        if abs(value) <= _LARGEST_LITERAL and 2.0 * value == round(2.0 * value):
            return self.program.number(value)
        return self.program.add("parameter", index=self._constants.setdefault(value, len(self._constants)))

    def places(self, value: Any, axes: int) -> np.ndarray:
        """The places of a number, tensor or `TracedTensor` beside something with `axes` axes apart from the batch."""
        if isinstance(value, TracedTensor):
            if value.places.ndim != axes:
                raise UntraceableError("tensors with different numbers of axes")
            return value.places
        numbers = _numbers(value)
        if numbers.ndim == axes + 1 and len(numbers) in (1, self.rows) and (numbers == numbers[:1]).all():
            numbers = numbers[0]
        if numbers.ndim > axes:
            raise UntraceableError("a constant that differs from row to row")
        return np.array([self.constant(float(number)) for number in numbers.flat], dtype=np.int64).reshape(
            numbers.shape
        )

    def each(self, operation: str, *operands: Any) -> TracedTensor:
        """The operation on numbers in corresponding places."""
        if len(self.program.nodes) > _MOST_NODES:
            raise UntraceableError("more operations than are compiled")
        axes = max(operand.places.ndim for operand in operands if isinstance(operand, TracedTensor))
        arrays = np.broadcast_arrays(*(self.places(operand, axes) for operand in operands))
        if operation == "add" and all(self._is_truth(array) for array in arrays):
            raise UntraceableError("a sum of truths, which torch takes for one truth")
        found = [
            self.program.add(operation, *map(int, together)) for together in zip(*(a.flat for a in arrays), strict=True)
        ]
        return TracedTensor(self, np.array(found, dtype=np.int64).reshape(arrays[0].shape))

    def _is_truth(self, places: np.ndarray) -> bool:
        return any(self.program.nodes[place].operation in _COMPARISONS for place in places.flat)

    def total(self, places: np.ndarray, axis: int) -> np.ndarray:
        """Sums along an axis, from the first on."""
        first, *others = np.moveaxis(places, axis, 0)
        result = TracedTensor(self, first)
        for other in others:
            result = self.each("add", result, TracedTensor(self, other))
        return result.places


class TracedTensor:
    """places: (...) of the numbers of one row in the program; the batch comes before them."""

    def __init__(self, recording: Recording, places: np.ndarray) -> None:
        self.recording, self.places = recording, places

    @classmethod
    def __torch_function__(
        cls, function: Any, _types: Any, arguments: Sequence[Any] = (), options: Mapping[str, Any] | None = None
    ) -> Any:
        return _known(_recording_in(arguments), function.__name__)(*arguments, **(options or {}))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        method = _known(self.recording, name)

        def call(*arguments: Any, **options: Any) -> Any:
            return method(self, *arguments, **options)

        return call

    __class__ = property(lambda _: torch.Tensor)
    """A function may ask whether it is given a tensor."""

    @property
    def shape(self) -> torch.Size:
        """With the rows of the recording."""
        return torch.Size((self.recording.rows, *self.places.shape))

    @property
    def ndim(self) -> int:
        """With the batch."""
        return self.places.ndim + 1

    @property
    def dtype(self) -> torch.dtype:
        """That of the run."""
        found: torch.dtype = getattr(torch, self.recording.dtype)
        return found

    @property
    def device(self) -> torch.device:
        """Always the processor."""
        return torch.device("cpu")

    def __bool__(self) -> bool:
        raise UntraceableError("a decision that hangs on a value")

    def __iter__(self) -> Iterator[Any]:
        raise UntraceableError("a look at single rows")

    def __len__(self) -> int:
        raise UntraceableError("a count of rows")

    def __getitem__(self, index: Any) -> TracedTensor:
        return TracedTensor(self.recording, self.places[_within_row(index, self.places.ndim)])

    def __setitem__(self, index: Any, value: Any) -> None:
        place = _within_row(index, self.places.ndim)
        self.places[place] = self.recording.places(value, np.ndim(self.places[place]))


def _known(recording: Recording, name: str) -> Callable[..., Any]:
    method = recording.operations.get(name)
    if method is None:
        raise UntraceableError(name)
    return method


def _recording_in(arguments: Sequence[Any]) -> Recording:
    for argument in arguments:
        if isinstance(argument, TracedTensor):
            return argument.recording
        if isinstance(argument, list | tuple):
            for item in argument:
                if isinstance(item, TracedTensor):
                    return item.recording
    raise UntraceableError("a function of something else")


def _numbers(value: Any) -> np.ndarray:
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "fiub":
        raise UntraceableError(f"a constant of the type {numbers.dtype}")
    return numbers


def _within_row(index: Any, axes: int) -> tuple[Any, ...]:
    """The part of an index that chooses within a row."""
    first, *others = index if isinstance(index, tuple) else (index,)
    allowed = (int, slice, list, type(None), type(Ellipsis))
    used = sum(item is not None and item is not Ellipsis for item in others)
    if used > axes or not all(isinstance(item, allowed) and not isinstance(item, bool) for item in others):
        raise UntraceableError("an index that is none of numbers")
    if first is Ellipsis:
        return (Ellipsis, *others)
    if isinstance(first, slice) and first == slice(None):
        return tuple(others) if Ellipsis in others else (*others, Ellipsis)  # a view, of one number too
    raise UntraceableError("a choice of rows")


def _operator(name: str) -> Callable[[TracedTensor, Any], Any]:
    return lambda self, other: _known(self.recording, name)(self, other)


def _reflected(name: str) -> Callable[[TracedTensor, Any], Any]:
    return lambda self, other: _known(self.recording, name)(other, self)


def _in_place(name: str) -> Callable[[TracedTensor, Any], TracedTensor]:
    def method(self: TracedTensor, other: Any) -> TracedTensor:
        self.places[...] = _known(self.recording, name)(self, other).places
        return self

    return method


def _alone(name: str) -> Callable[[TracedTensor], Any]:
    return lambda self: _known(self.recording, name)(self)


_ARITHMETIC = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow", "mod": "remainder"}
_OPERATORS: dict[str, Any] = {
    **{f"__{symbol}__": _operator(name) for symbol, name in _ARITHMETIC.items()},
    **{f"__r{symbol}__": _reflected(name) for symbol, name in _ARITHMETIC.items()},
    **{f"__i{symbol}__": _in_place(name) for symbol, name in _ARITHMETIC.items()},
    **{f"__{name}__": _operator(name) for name in ("lt", "gt", "le", "ge", "eq", "ne", "matmul")},
    **{f"__{name}__": _alone(name) for name in ("neg", "abs")},
    "__rmatmul__": _reflected("matmul"),
}
for _name, _method in _OPERATORS.items():
    setattr(TracedTensor, _name, _method)
