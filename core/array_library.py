"""The array functions that root solvers need, the same for numpy and torch.

A solver is written once against these. Where a library's own reduction could sum a row in another order when the
batch changes, the sum here is folded by halves: a sample's result is the same, bit for bit, whatever its batch
mates are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .deferred import deferred

_SAFE = {
    np.dtype(kind): (np.finfo(kind).tiny / np.finfo(kind).eps ** 2, np.finfo(kind).max)
    for kind in (np.float32, np.float64)
}
"""Sums of squares between these have lost nothing."""


@dataclass(frozen=True)
class ArrayLibrary:
    """numpy, or torch; the functions take and return its arrays. S samples, n components."""

    module: Any

    @property
    def is_numpy(self) -> bool:
        """Whether the arrays are numpy's."""
        return self.module is np

    def array(self, values: np.ndarray, device: str, dtype: str) -> Any:
        """`values` on `device` in `dtype`, infinite beyond its largest number; numpy knows only the processor."""
        if self.is_numpy:
            with np.errstate(over="ignore"):
                return np.array(values, dtype=dtype)
        return self.module.as_tensor(values).to(device, getattr(self.module, dtype))

    def mask(self, values: np.ndarray, like: Any) -> Any:
        """Truth values where `like` lies."""
        return values if self.is_numpy else self.module.as_tensor(values).to(like.device)

    def host(self, array: Any) -> np.ndarray:
        """`array` as float64 in numpy, one copy from the device."""
        return np.asarray(array if self.is_numpy else array.cpu().numpy(), dtype=np.float64)

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """`yes` where the condition holds, else `no`."""
        return self.module.where(condition, yes, no)

    def full_like(self, array: Any, value: float) -> Any:
        """An array like `array`, filled with `value`."""
        return self.module.full_like(array, value)

    def stack(self, arrays: Sequence[Any], axis: int = 0) -> Any:
        """Arrays of one shape along a new axis."""
        if self.is_numpy and axis == 0:
            return np.array(tuple(arrays))
        return self.module.stack(tuple(arrays), axis=axis)

    def concatenate(self, arrays: Sequence[Any], axis: int = 0) -> Any:
        """Arrays one after the other along `axis`."""
        return self.module.concatenate(tuple(arrays), axis=axis)

    def eye(self, size: int, like: Any) -> Any:
        """The identity matrix in the dtype of `like`, where `like` lies."""
        return self.module.eye(size, dtype=like.dtype, device=like.device)

    def epsilon(self, like: Any) -> float:
        """The spacing of floating-point numbers at 1 in the dtype of `like`."""
        return float(self.module.finfo(like.dtype).eps)

    def cast(self, array: Any, dtype: Any) -> Any:
        """`array` in a dtype of the library."""
        return array.astype(dtype, copy=False) if self.is_numpy else array.to(dtype)

    def largest(self, array: Any) -> Any:
        """The greatest absolute value along the last axis, which remains with length 1; NaN where one is."""
        return self.module.amax(abs(array), axis=-1, keepdims=True)

    def total(self, array: Any) -> Any:
        """The sum over the last axis, folded by halves."""
        while array.shape[-1] > 1:
            half = array.shape[-1] // 2
            folded = array[..., :half] + array[..., half : 2 * half]
            if array.shape[-1] % 2:
                folded[..., 0] += array[..., -1]
            array = folded
        return array[..., 0]

    def norm(self, array: Any) -> Any:
        """The Euclidean norm over the last axis; it does not overflow before its result does."""
        if array.shape[-1] == 1:
            return abs(array[..., 0])
        if self.is_numpy:
            return _norm(array)
        if array.device.type == "cpu":  # the same memory, and the same bits
            return self.module.from_numpy(_norm(array.numpy()))
        largest = self.largest(array)
        scaled = array / self.where(largest == 0.0, 1.0, largest)
        return largest[..., 0] * self.module.sqrt(self.total(scaled * scaled))

    def solve(self, matrix: Any, right: Any) -> tuple[Any, Any]:
        """x (S, n) with matrix x = right, and where there is none (S,): x is 0 there. matrix (S, n, n)."""
        if self.is_numpy:
            x = _solve_each(matrix, right[..., None])[..., 0]
        else:
            x = self.module.linalg.solve_ex(matrix, right[..., None])[0][..., 0]
        singular = ~self.module.isfinite(x).all(-1)
        return self.where(singular[:, None], 0.0, x), singular


def _folded_within(array: np.ndarray) -> np.ndarray:
    """As `ArrayLibrary.total`, which may overwrite its argument."""
    while array.shape[-1] > 1:
        half = array.shape[-1] // 2
        folded = array[..., :half]
        np.add(folded, array[..., half : 2 * half], out=folded)
        if array.shape[-1] % 2:
            folded[..., 0] += array[..., -1]
        array = folded
    return array[..., 0]


def _norm(array: np.ndarray) -> np.ndarray:
    return _rooted(_squares(array)[None], lambda _, mask: array[mask])[0, ...]


def _squares(array: np.ndarray) -> np.ndarray:
    squares: np.ndarray = np.einsum("...n,...n->...", array, array)  # row by row, each in the same order
    return squares


def _rooted(
    squares: np.ndarray, some: Callable[[int, np.ndarray], np.ndarray], enough: np.ndarray | None = None
) -> np.ndarray:
    """The norms whose squares these are: those at a place of the first axis, where a mask holds, of some(place, mask).

    enough: as in `norms`.
    """
    least, most = _SAFE[squares.dtype]
    norms = np.asarray(np.sqrt(squares))
    if squares.size and squares.min() > least and squares.max() < most:
        return norms
    exact = least if enough is None else np.where(enough > 2.0 * np.sqrt(least), -1.0, least)
    unsafe = ~((squares > exact) & (squares < most))
    for place in np.flatnonzero(unsafe.reshape(len(unsafe), -1).any(axis=1)).tolist():
        mask = unsafe[place, ...]
        if (rest := some(place, mask)).any():  # of 0, as most starts are, the norm is known
            norms[place : place + 1][mask[None]] = _scaled_norm(rest)
    return norms


def _scaled_norm(array: np.ndarray) -> np.ndarray:
    """The norm over the last axis where squares overflow, or lose digits because they are near the least number."""
    largest = np.maximum.reduce(np.abs(array), axis=-1, keepdims=True)
    scaled = array / (largest if largest.all() else np.where(largest == 0.0, 1.0, largest).astype(array.dtype))
    np.multiply(scaled, scaled, out=scaled)
    norm: np.ndarray = largest[..., 0] * np.sqrt(_folded_within(scaled))
    return norm


def _solve_each(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """numpy refuses a whole batch for one singular matrix: NaN only there. right (S, n, k)."""
    try:
        return np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError:
        if len(matrix) == 1:
            return np.full_like(right, np.nan)
        return np.concatenate([_solve_each(matrix[i : i + 1], right[i : i + 1]) for i in range(len(matrix))])


NUMPY = ArrayLibrary(np)
TORCH = ArrayLibrary(deferred("torch"))


def norms(library: ArrayLibrary, arrays: Sequence[Any], enough: np.ndarray | None = None) -> Any:
    """`ArrayLibrary.norm` of each of several arrays of one shape, stacked; one that comes twice is measured once.

    enough (S,), on the host: of a norm below that, only this need be right.
    """
    if near := _near(library, arrays):
        return library.module.from_numpy(norms(NUMPY, near, enough))
    if not library.is_numpy or arrays[0].shape[-1] == 1:
        return library.stack([library.norm(array) for array in arrays])
    different = {id(array): array for array in arrays}
    once = list(different.values())
    found = _rooted(np.array([_squares(array) for array in once]), lambda place, mask: once[place][mask], enough)
    if len(once) == len(arrays):
        return found
    place = {key: place for place, key in enumerate(different)}
    return found[[place[id(array)] for array in arrays]]


def distances(library: ArrayLibrary, ends: Sequence[Any], begins: Sequence[Any]) -> Any:
    """`norms` of the differences of arrays of one shape."""
    if not library.is_numpy or ends[0].shape[-1] == 1:
        return norms(library, [end - begin for end, begin in zip(ends, begins, strict=True)])
    difference, squares = np.empty_like(ends[0]), []  # one after the other, in the processor's cache
    for end, begin in zip(ends, begins, strict=True):
        squares.append(_squares(np.subtract(end, begin, out=difference)))
    return _rooted(np.array(squares), lambda place, mask: ends[place][mask] - begins[place][mask])


def _near(library: ArrayLibrary, arrays: Sequence[Any]) -> list[np.ndarray] | None:
    """Tensors on the processor as arrays of numpy, which have the same memory and the same bits; None for others."""
    if library.is_numpy or arrays[0].shape[-1] == 1 or arrays[0].device.type != "cpu":
        return None
    return [array.numpy() for array in arrays]


def placed(library: ArrayLibrary, numbers: np.ndarray, like: Any) -> Any:
    """`numbers` in the dtype of `like`, where `like` lies."""
    return library.array(numbers, str(getattr(like, "device", "cpu")), str(like.dtype).removeprefix("torch."))


def library_of(array: Any) -> ArrayLibrary:
    """The library whose array this is."""
    return NUMPY if isinstance(array, np.ndarray) else TORCH
