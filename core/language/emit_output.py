"""What one line of a text comes to at given states: an output that is read off the state, such as y = V z + c."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..nearest_name import suggestion
from .array_math import NUMPY
from .emit_torch import torch_expressions
from .shapes import Shape
from .system import System
from .tree import name
from .walk import expression_walk

if TYPE_CHECKING:
    import torch


def output_size(system: System, output: str) -> int:
    """How many numbers the line gives. Raises ValueError for a name that is neither a line's nor an unknown's."""
    return math.prod(_shape(system, output))


@lru_cache(maxsize=256)
def torch_output(system: System, output: str) -> Callable[[Any, torch.Tensor, Mapping[str, Any]], torch.Tensor]:
    """y(t, z, params): t a number or (...), z (..., n), params by name, numbers or tensors -> (..., *shape).

    output: the name of a helper line, whether an equation uses it or not, or of an unknown. params: as `torch_field`
    takes them, the text's values where they name no parameter; tensors take the place of stored ones.
    Takes dtype and device from z; differentiable with respect to z and params. Raises ValueError as `output_size`.
    """
    shape, defaults = _shape(system, output), system.defaults()
    values = torch_expressions(system, (name(output),))

    def value(t: Any, z: torch.Tensor, params: Mapping[str, Any]) -> torch.Tensor:
        (found,) = values(t, z, {**defaults, **params})
        return found.expand(_whole(found.shape, z.shape, shape))

    return value


@lru_cache(maxsize=256)
def array_output(system: System, output: str) -> Callable[[Any, np.ndarray, Mapping[str, Any]], np.ndarray]:
    """The same on numpy arrays. Never raises an arithmetic error."""
    shape, defaults = _shape(system, output), system.defaults()
    values = expression_walk(system, NUMPY, (name(output),))

    def value(t: Any, z: np.ndarray, params: Mapping[str, Any]) -> np.ndarray:
        states = np.asarray(z, dtype=np.float64)
        with np.errstate(all="ignore"):
            (found,) = values(t, states, {**defaults, **params})
        return np.broadcast_to(found, _whole(found.shape, states.shape, shape)).copy()

    return value


def _whole(found: tuple[int, ...], states: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """The axes of the batch, which a line that hangs on no state lacks, and then its own."""
    return (*np.broadcast_shapes(found[: len(found) - len(shape)], states[:-1]), *shape)


def _shape(system: System, output: str) -> Shape:
    if system.is_complex:
        raise ValueError("outputs are read off real unknowns, and this text has a complex one")
    shapes = {helper.name: helper.shape for helper in system.helpers}
    shapes |= {state.name: state.shape for state in system.states}
    if output not in shapes:
        raise ValueError(f"no line of the text says what {output!r} is{suggestion(output, shapes)}")
    return shapes[output]
