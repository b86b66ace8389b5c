"""What steps that look at the field itself have in common: its slopes, and its Jacobian where they ask for it."""

from __future__ import annotations

from typing import Any

from .array_library import placed
from .bound_field import BoundField
from .integration_method import IntegrationMethod
from .stepper import Memory, Stepper


class FieldStepper(Stepper):
    """Steps of `method` along `field`. Its memory begins with the slope where the last accepted step ended."""

    def __init__(self, field: BoundField, method: IntegrationMethod, tolerances: tuple[float, float] | None) -> None:
        self.method = method
        self.library = field.library
        self.tolerances = tolerances
        self._field = field

    @property
    def opening_calls(self) -> int:
        """The slope at the start."""
        return 1

    def slope(self, t: Any, z: Any) -> Any:
        """f(t, z)."""
        return self._field.slope(t, z)

    def open(self, t: Any, z: Any, slope: Any) -> Memory:
        """The slope at the start."""
        return (self.slope(t, z) if slope is None else slope,)

    def accounts(self, _memory: Memory, count: int) -> tuple[str, ...] | None:
        """How equations are solved, where there are any and that is not by whole matrices."""
        sparse = self._field.sparse if self.method.stiff else None
        return None if sparse is None else (sparse.summary,) * count


class TabledStepper(FieldStepper):
    """With coefficients in floats: the attributes of `numbers`, arrays of numpy, which go where the states are."""

    def __init__(
        self, field: BoundField, method: IntegrationMethod, tolerances: tuple[float, float] | None, numbers: Any
    ) -> None:
        super().__init__(field, method, tolerances)
        self._numbers = numbers
        self._arrays: dict[str, Any] = {}

    def _array(self, name: str, like: Any) -> Any:
        """Coefficients of that name in the dtype of `like`, where `like` lies."""
        if name not in self._arrays:
            self._arrays[name] = placed(self.library, getattr(self._numbers, name), like)
        return self._arrays[name]
