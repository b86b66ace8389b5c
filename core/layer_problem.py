"""The forward solve of an implicit layer whose loss is differentiated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .fixed_point_map import FixedPointMap
from .formula_map import FormulaMap
from .gradient_method import SolvedLayer
from .gradient_problem import Solved, input_tensor, names_of, refuse_own
from .language import System
from .newton_polish import polish
from .outcome import Outcome
from .root import Root
from .root_problem import FixedPoint
from .solving import solve
from .vector_jacobian import Inputs, LayerFunction

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

_OURS = ("system", "start", "params", "device", "dtype")
"""What `gradient` itself takes."""


def solve_layer(
    system: System | FixedPointMap,
    wrt: str | Iterable[str],
    start: Any,
    params: Mapping[str, float] | None,
    options: Mapping[str, Any],
    device: str,
    dtype: str,
) -> Solved[SolvedLayer]:
    """Solve as `core.solve` does with `options`.

    Raises ValueError where `wrt` names nothing that the layer has, TypeError for an unknown option.
    """
    refuse_own("solve", options, _OURS)
    mapping = FormulaMap(system, params) if isinstance(system, System) else system
    known = known_inputs(mapping)
    names = names_of(wrt, (*known, "start"))
    plain = start.detach().cpu().numpy() if hasattr(start, "detach") else start
    unbound = None if isinstance(system, System) else params  # a layer that has no parameters says so itself
    root = solve(mapping, plain, params=unbound, **options, device=device, dtype=dtype)
    kind = {"dtype": getattr(torch, dtype), "device": device}
    z = np.atleast_2d(root.z)
    path = _path(root, z)
    f = layer_function(mapping, FixedPoint(mapping, z, options.get("rows")).rows, device, dtype)
    solved = SolvedLayer(
        f=f,
        z=torch.as_tensor(z, **kind),
        start=torch.as_tensor(path[0], **kind),
        path=torch.as_tensor(path, **kind),
    )

    def again(inputs: Inputs, _start: Tensor) -> Tensor:
        return polish(f, solved.z, inputs)[0]

    outcomes = (root.outcome,) if isinstance(root.outcome, Outcome) else root.outcome
    return Solved(
        solve=solved,
        inputs={name: input_tensor(known[name], device, dtype) for name in names if name in known},
        wrt=names,
        single=np.ndim(root.z) == 1,
        evaluations=int(np.max(root.stats.evaluations)),
        note=next((f"the forward solve {outcome}" for outcome in outcomes if not outcome.success), ""),
        again=again,
    )


def tightened(
    problem: Solved[SolvedLayer],
    system: System | FixedPointMap,
    params: Mapping[str, float] | None,
    rows: Any = None,
) -> Solved[SolvedLayer]:
    """The same problem at the fixed point that Newton's method finds from the last point.

    rows: as `core.solve` was given them.

    A formula is solved in float64 on the processor, a torch callable as it was. Where Newton's method does not
    arrive, the note says so.
    """
    solve, inputs = problem.solve, problem.inputs
    if isinstance(system, System):
        mapping = FormulaMap(system, params)
        z = solve.z.double().cpu()
        f = layer_function(mapping, FixedPoint(mapping, z.numpy(), rows).rows, "cpu", "float64")
        known = known_inputs(mapping)
        inputs = {name: input_tensor(known[name], "cpu", "float64") for name in inputs}
        solve = SolvedLayer(f, z, solve.start.double().cpu())
    z, arrived = polish(solve.f, solve.z, inputs)
    solve = SolvedLayer(solve.f, z, solve.start)
    return replace(
        problem,
        solve=solve,
        inputs=inputs,
        note="" if bool(arrived.all()) else problem.note or "Newton's method found no fixed point near the last point",
        again=lambda changed, _start: polish(solve.f, solve.z, changed)[0],
    )


def known_inputs(mapping: FixedPointMap) -> dict[str, Any]:
    """What the layer can be differentiated by: scalar parameters, batch data (B, ...), stored and trained weights."""
    stored = mapping.system.data if mapping.system is not None else ()
    weights = {item.name: item.tensor.array() for item in stored if not item.batch}
    weights |= getattr(mapping, "weights", {})
    data = {name: values for name, values in mapping.data.items() if values.dtype.kind == "f"}
    return {**mapping.parameters, **data, **weights}


def layer_function(mapping: FixedPointMap, rows: np.ndarray | None, device: str, dtype: str) -> LayerFunction:
    """f(z, inputs) with whole batch data (B, ...) among the inputs, of which each sample sees its row."""
    function, batched = mapping.torch(device, dtype, rows), tuple(mapping.data)
    if rows is None or not batched:
        return function
    index = torch.as_tensor(rows, device=device)

    def f(z: Tensor, inputs: Inputs | None) -> Tensor:
        seen = {name: value[index] if name in batched else value for name, value in (inputs or {}).items()}
        answer: Tensor = function(z, seen)
        return answer

    return f


def _path(root: Root, z: Float[np.ndarray, "S n"]) -> Float[np.ndarray, "K1 S n"]:
    """The points at which f was evaluated; a sample that ended stays where it was."""
    path = root.history.z if root.history.z.ndim == 3 else root.history.z[:, None]
    if not len(path):
        return z[None]
    good = np.isfinite(path).all(axis=2)
    last = np.maximum.accumulate(np.where(good, np.arange(len(path))[:, None], 0), axis=0)
    filled = np.take_along_axis(path, last[:, :, None], axis=0)
    filled[-1] = z
    return np.asarray(filled)
