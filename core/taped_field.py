"""A vector field on tensors whose Jacobians can be differentiated again: for steps that are differentiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .array_library import TORCH
from .bound_field import BoundField
from .language import System
from .torch_callable import differentiated, differentiated_by_time

if TYPE_CHECKING:
    from torch import Tensor


class TapedField:
    """f(t, z) with its inputs bound, as steps ask for it, on whatever tape is recording; it counts.

    function: f on tensors, t (L,), z (L, n) -> (L, n). taped: whether Jacobians are recorded as well. calls: of f so
    far; products: of a row with a Jacobian.
    """

    def __init__(
        self, function: Callable[[Tensor, Tensor], Tensor], system: System | None, autonomous: bool, taped: bool
    ) -> None:
        self._function, self._taped = function, taped
        self.calls = self.products = 0
        time_slope = None if autonomous else self._time_slope
        self.bound = BoundField(TORCH, self._slope, self._jacobian, system, time_slope)

    def _slope(self, t: Tensor, z: Tensor) -> Tensor:
        self.calls += 1
        return self._function(t.to(z.dtype), z)

    def _jacobian(self, t: Tensor, z: Tensor) -> Tensor:
        self.products += z.shape[1]
        return differentiated(lambda point: self._slope(t, point), z, taped=self._taped)

    def _time_slope(self, t: Tensor, z: Tensor) -> Tensor:
        self.products += z.shape[1]
        return differentiated_by_time(lambda moments: self._slope(moments, z), t.to(z.dtype), taped=self._taped)
