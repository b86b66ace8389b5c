"""The operations that a torch callable makes, written down by calling it once with symbols."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred
from ..language.program import Program
from ..language.safe_math import SAFE
from .function_state import seen_state, writes_outside
from .traced_operations import OPERATIONS
from .traced_tensor import Recording, TracedTensor

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_ROWS = 7, 11
"""Rows of the batches for which the operations must be the same."""
_SIZES = 1.0, 1.0, 1.0, 30.0
"""Of the states at which the operations are compared with the callable itself."""
_AGREEMENT = {"float64": 1e-6, "float32": 1e-2}
"""Beside the largest slope of a component: enough to see another function, too much to see its rounding."""
_ROUNDING = 1e-9
"""Of the largest slope of all, which may have left its rounding in a small one."""


@dataclass(frozen=True)
class TracedField:
    """f(t, z) as a program with one output per component, and the values of its parameters."""

    program: Program
    parameters: tuple[float, ...]


def traced_field(
    function: Callable[..., Any], call: Callable[[Tensor, Tensor], Tensor], size: int, timed: bool, dtype: str
) -> TracedField | None:
    """What `function` computes on a row of n = `size` numbers; None where that cannot be told.

    function: f(z), or f(t, z) where it is `timed`, on batches. call: the same on tensors t (B,) and z (B, n). The
    operations are compared with it at a few points. A function that changes what it refers to, as one that counts its
    calls, that draws random numbers, or that hangs on more than its arguments is not told.
    """
    try:
        if writes_outside(function):
            return None
        before = seen_state(function)
        with torch.random.fork_rng(devices=[]):
            drawn = torch.get_rng_state()
            first, second = (_recorded(function, size, timed, dtype, rows) for rows in _ROWS)
            same = first is not None and first == second and _agrees(first, call, size, dtype)
            pure = torch.equal(torch.get_rng_state(), drawn) and seen_state(function) == before
        return first if same and pure else None
    except Exception:  # whatever a person's function does with symbols, torch is there for it
        return None


def _recorded(function: Callable[..., Any], size: int, timed: bool, dtype: str, rows: int) -> TracedField | None:
    """The operations on a batch of so many rows."""
    recording = Recording(OPERATIONS, dtype, rows)
    program = recording.program
    state = TracedTensor(recording, np.array([program.add("state", index=index) for index in range(size)]))
    time = TracedTensor(recording, np.array([program.add("time")]))
    answer = function(time, state) if timed else function(state)
    if type(answer) is not TracedTensor or answer.places.shape != (size,):
        return None
    program.outputs = tuple(map(int, answer.places))
    return TracedField(program, recording.constants)


def _agrees(traced: TracedField, call: Callable[[Tensor, Tensor], Tensor], size: int, dtype: str) -> bool:
    draw = np.random.default_rng(size)
    z = draw.uniform(-2.0, 2.0, (len(_SIZES), size)) * np.array(_SIZES)[:, None]
    t = draw.uniform(0.0, 2.0, len(z))
    z[0] = abs(z[0])  # in the domain of roots and logarithms
    kind = getattr(torch, dtype)
    with torch.no_grad():
        wanted = call(torch.tensor(t, dtype=kind), torch.tensor(z, dtype=kind)).double().numpy()
    found = np.array([_evaluated(traced, *point) for point in zip(t.tolist(), z.tolist(), strict=True)])
    known = np.where(np.isfinite(wanted), np.abs(wanted), 0.0)
    allowed = _AGREEMENT[dtype] * (known.max(axis=0) + _ROUNDING * known.max(initial=0.0))
    with np.errstate(invalid="ignore"):
        alike = (np.abs(found - wanted) <= allowed) | (found == wanted) | (np.isnan(found) & np.isnan(wanted))
    return bool(alike.all())


def _evaluated(traced: TracedField, t: float, z: list[float]) -> list[float]:
    """The outputs in Python floats."""
    values: list[float] = []
    leaves: dict[str, list[float]] = {"state": z, "parameter": list(traced.parameters), "time": [t]}
    for node in traced.program.nodes:
        if node.operation == "number":
            values.append(node.value)
        elif node.operation in leaves:
            values.append(leaves[node.operation][node.index])
        else:
            values.append(SAFE[node.operation](*(values[place] for place in node.arguments)))
    return [values[place] for place in traced.program.outputs]
