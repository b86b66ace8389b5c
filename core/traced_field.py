"""The operations that a torch callable makes, written down by calling it once with symbols."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .function_state import seen_state, writes_outside
from .language.program import Program
from .language.safe_math import SAFE
from .traced_operations import OPERATIONS
from .traced_tensor import Recording, TracedTensor

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_PROBES = 3
"""Points at which the operations are compared with the callable itself."""
_AGREEMENT = {"float64": 1e-6, "float32": 1e-2}
"""Beside the largest slope: enough to see another function, too much to see its rounding."""


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
    calls, or that hangs on more than its arguments is not told.
    """
    if writes_outside(function):
        return None
    before = seen_state(function)
    recording = Recording(OPERATIONS, dtype)
    program = recording.program
    state = TracedTensor(recording, np.array([program.add("state", index=index) for index in range(size)]))
    time = TracedTensor(recording, np.array([program.add("time")]))
    try:
        answer = function(time, state) if timed else function(state)
        if not isinstance(answer, TracedTensor) or answer.places.shape != (size,) or seen_state(function) != before:
            return None
        program.outputs = tuple(map(int, answer.places))
        found = TracedField(program, recording.constants)
        return found if _agrees(found, call, size, dtype) else None
    except Exception:
        return None


def _agrees(traced: TracedField, call: Callable[[Tensor, Tensor], Tensor], size: int, dtype: str) -> bool:
    draw = np.random.default_rng(size)
    z, t = draw.uniform(-2.0, 2.0, (_PROBES, size)), draw.uniform(0.0, 2.0, _PROBES)
    z[0] = abs(z[0])  # in the domain of roots and logarithms
    kind = getattr(torch, dtype)
    with torch.no_grad():
        wanted = call(torch.tensor(t, dtype=kind), torch.tensor(z, dtype=kind)).double().numpy()
    found = np.array([_evaluated(traced, *point) for point in zip(t.tolist(), z.tolist(), strict=True)])
    finite = np.isfinite(wanted)
    largest = float(np.abs(wanted[finite]).max(initial=1.0))
    return bool(np.allclose(found, wanted, rtol=0.0, atol=_AGREEMENT[dtype] * largest, equal_nan=True))


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
