"""A root problem, frozen and independent of how it is solved, and its map bound to a library of arrays."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import NUMPY, TORCH, ArrayLibrary
from .deferred import deferred
from .device import is_processor
from .fixed_point_map import FixedPointMap
from .torch_callable import differentiated
from .torch_products import cotangent, directional, tangent

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int

    from .linear_system import LinearSystem
else:
    torch = deferred("torch")

_PROCESSOR_NUMBERS = 32_768
"""Most numbers in one call of a map on the processor: torch splits larger arrays among threads, wherever that
leaves partial registers, which round some functions differently."""


@dataclass(frozen=True)
class FixedPoint:
    """z = f(z) from each of S starts.

    start (S, n). rows (S,): which row of the map's batch data each sample sees; None where it has no batch, else
    every sample its own row, or all the only one.
    """

    map: FixedPointMap
    start: Float[np.ndarray, "S n"]
    rows: Int[np.ndarray, "S"] | None = None

    def __post_init__(self) -> None:
        start = np.atleast_2d(np.asarray(self.start, dtype=np.float64))
        if start.ndim != 2 or start.shape[1] != self.map.size or not len(start):
            raise ValueError(
                f"a start needs {self.map.size} numbers ({', '.join(self.map.components[:6])}), "
                f"several have the shape (S, {self.map.size}), not {np.shape(self.start)}"
            )
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "rows", self._checked_rows(len(start)))

    def _checked_rows(self, count: int) -> Int[np.ndarray, "S"] | None:
        batch = self.map.batch
        if batch is None:
            if self.rows is not None:
                raise ValueError("rows choose from batch data, and this map has none")
            return None
        if self.rows is None and batch not in (1, count):
            raise ValueError(f"the batch data has {batch} rows for {count} starts: give one start per row, or rows")
        if self.rows is None:
            return np.arange(count) if batch == count else np.zeros(count, dtype=np.int64)
        rows = np.asarray(self.rows)
        if rows.shape != (count,) or rows.dtype.kind not in "iu" or not ((rows >= 0) & (rows < batch)).all():
            raise ValueError(f"rows needs {count} whole numbers from 0 to {batch - 1}, one per start")
        return rows


@dataclass(frozen=True)
class BoundMap:
    """What a solver may ask of the problem, on arrays of `library`; J = df/dz."""

    library: ArrayLibrary
    value: Callable[[Any], Any]
    """z (S, n) -> f(z) (S, n)."""
    jacobian: Callable[[Any], Any]
    """z (S, n) -> J (S, n, n)."""
    product: Callable[[Any], Callable[[Any], Any]]
    """z -> (v (S, n) -> J v): the map is linearised once, without its matrix where that is dear."""
    pullback: Callable[[Any], Callable[[Any], Any]]
    """z -> (v (S, n) -> J^T v)."""
    curvature: Callable[[Any, Any], Any]
    """z, v (S, n) -> the derivative of J along v (S, n, n)."""
    bind_inner: Callable[[], BoundMap | None] = lambda: None
    """Binds what is inside the relu of a layer z <- relu(W z + b), where it is one."""
    together: Callable[[], AbstractContextManager[Any]] = nullcontext
    """Entered around many calls, each of which costs less there."""
    system: Callable[[Any], LinearSystem] | None = None
    """z -> I - J by its entries, where systems with it are solved by them; None where they are solved whole."""

    @cached_property
    def inner(self) -> BoundMap | None:
        """h of a layer z <- relu(h(z)) with an affine h(z) = W z + b, whose Jacobian is W; None for other layers."""
        return self.bind_inner()


def bind_numpy(mapping: FixedPointMap, rows: np.ndarray | None) -> BoundMap:
    """The map on numpy arrays."""
    jacobian = mapping.jacobian(rows)

    def product(z: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        matrix = jacobian(z)
        return lambda v: NUMPY.total(matrix * v[:, None, :])

    def pullback(z: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        matrix = jacobian(z).swapaxes(1, 2)
        return lambda v: NUMPY.total(matrix * v[:, None, :])

    def curvature(z: np.ndarray, v: np.ndarray) -> np.ndarray:
        return mapping.curvature(rows)(z, v)

    def bind_inner() -> BoundMap | None:
        inner = mapping.preactivation
        return None if inner is None else bind_numpy(inner, rows)

    return BoundMap(NUMPY, mapping.array(rows), jacobian, product, pullback, curvature, bind_inner)


def bind_torch(mapping: FixedPointMap, rows: np.ndarray | None, count: int, device: str, dtype: str) -> BoundMap:
    """The map on `count` rows of tensors, differentiated one component at a time, so that no samples mix."""
    lanes = max(32, _PROCESSOR_NUMBERS // mapping.size // 32 * 32) if is_processor(device) else count
    parts = [slice(begin, begin + lanes) for begin in range(0, count, lanes)]
    functions = [mapping.torch(device, dtype, None if rows is None else rows[part]) for part in parts]
    is_foreign = mapping.system is None

    def value(z: torch.Tensor) -> torch.Tensor:
        if torch.is_grad_enabled():  # to switch is a tenth of a small call
            with torch.no_grad():
                return value(z)
        if len(functions) == 1:
            answer: torch.Tensor = functions[0](z, None)
            # a callable may write its next answer over this one
            return answer.clone() if is_foreign else answer
        return torch.cat([function(z[part], None) for function, part in zip(functions, parts, strict=True)])

    def joined(work: Callable[..., torch.Tensor], *arrays: torch.Tensor) -> torch.Tensor:
        pieces = [
            work(partial(_without_inputs, function), *(array[part] for array in arrays))
            for function, part in zip(functions, parts, strict=True)
        ]
        return pieces[0] if len(pieces) == 1 else torch.cat(pieces)

    def product(z: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
        return _by_parts(
            [tangent(partial(_without_inputs, f), z[part]) for f, part in zip(functions, parts, strict=True)], parts
        )

    def pullback(z: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
        return _by_parts(
            [cotangent(partial(_without_inputs, f), z[part]) for f, part in zip(functions, parts, strict=True)], parts
        )

    def bind_inner() -> BoundMap | None:
        inner = mapping.preactivation
        return None if inner is None else bind_torch(inner, rows, count, device, dtype)

    jacobian, curvature = partial(joined, differentiated), partial(joined, directional)
    return BoundMap(TORCH, value, jacobian, product, pullback, curvature, bind_inner, torch.no_grad)


def bind_near(mapping: FixedPointMap, rows: np.ndarray | None, count: int, dtype: str) -> BoundMap:
    """As `bind_torch` on the processor, but on numpy arrays of `dtype`, which cost less to compute with: only the map
    itself sees tensors, and shares their memory."""
    far = bind_torch(mapping, rows, count, "cpu", dtype)

    def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arrays: function(*map(torch.from_numpy, arrays)).numpy(force=True)

    def value(z: np.ndarray) -> np.ndarray:
        answer: np.ndarray = far.value(torch.from_numpy(z)).detach().resolve_neg().numpy()
        return answer

    def product(kind: Callable[[Any], Callable[[Any], Any]]) -> Callable[[Any], Callable[[Any], Any]]:
        return lambda z: wrapped(kind(torch.from_numpy(z)))

    def bind_inner() -> BoundMap | None:
        inner = mapping.preactivation
        return None if inner is None else bind_near(inner, rows, count, dtype)

    jacobian, curvature = wrapped(far.jacobian), wrapped(far.curvature)
    products = product(far.product), product(far.pullback)
    return BoundMap(NUMPY, value, jacobian, *products, curvature, bind_inner, far.together)


def _by_parts(
    pieces: list[Callable[[torch.Tensor], torch.Tensor]], parts: list[slice]
) -> Callable[[torch.Tensor], torch.Tensor]:
    if len(pieces) == 1:
        return pieces[0]
    return lambda v: torch.cat([piece(v[part]) for piece, part in zip(pieces, parts, strict=True)])


def _without_inputs(function: Callable[[Any, Any], Any], z: torch.Tensor) -> torch.Tensor:
    answer: torch.Tensor = function(z, None)
    return answer
