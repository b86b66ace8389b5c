"""Root problems with known answers, and a run of the loop kept whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

import core
from core.budget import Budget
from core.callable_map import layer
from core.catalogue import root_solver, root_solvers
from core.formula_map import FormulaMap
from core.outcome import Outcome
from core.root_loop import iterate
from core.root_problem import FixedPoint
from core.stop_rule import StopRule
from core.telemetry import host

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
_ANY = FormulaMap(core.parse("x <- cos(y)\ny <- sin(x)"))
SOLVERS = tuple(name for name, solver in root_solvers().items() if not solver.scalar and solver.refusal(_ANY) is None)
"""Those that take any map in any number of unknowns."""
SCALAR_SOLVERS = tuple(name for name, solver in root_solvers().items() if solver.scalar)
BRACKETING = tuple(name for name in SCALAR_SOLVERS if root_solvers()[name].opening == 0)
PATHS = ("numpy", "torch")


class NumpyMap:
    """A map of numpy functions; `torch` gives its torch twin."""

    system, batch, large, preactivation = None, None, False, None

    def __init__(
        self,
        value: Callable[[Any], Any],
        jacobian: Callable[[Any], Any],
        size: int,
        twin: Any,
        curvature: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        self.parameters: dict[str, float] = {}
        self._value, self._jacobian, self._twin, self._curvature = value, jacobian, twin, curvature
        self.size, self.components = size, tuple(f"z[{index}]" for index in range(1, size + 1))

    def array(self, _rows: np.ndarray | None = None) -> Any:
        return self._value

    def jacobian(self, _rows: np.ndarray | None = None) -> Any:
        return self._jacobian

    def curvature(self, _rows: np.ndarray | None = None) -> Any:
        return self._curvature

    def torch(self, device: str, dtype: str, rows: np.ndarray | None = None) -> Any:
        return self._twin.torch(device, dtype, rows)


def tutorial_weights(stream: int) -> tuple[np.ndarray, np.ndarray]:
    """W (10, 10) and x (10,) of the tutorial's second chapter: printed as float32, then widened."""
    read = [np.loadtxt(REFERENCE / f"tutorial_ch2_{name}_threefry{stream}.csv", delimiter=",") for name in "Wx"]
    weights, bias = (array.astype(np.float32).astype(np.float64) for array in read)
    return weights, bias.ravel()


def tutorial_layer(stream: int) -> NumpyMap:
    """z = tanh(W z + x) with ten units."""
    import torch  # noqa: PLC0415 - only where it is used

    weights, bias = tutorial_weights(stream)
    w, x = torch.tensor(weights), torch.tensor(bias)

    def value(z: np.ndarray) -> np.ndarray:
        return np.tanh(z @ weights.T + bias)

    def twin(z: Any) -> Any:
        return torch.tanh(z @ w.T.to(z) + x.to(z))

    def jacobian(z: np.ndarray) -> np.ndarray:
        return np.asarray((1.0 - value(z) ** 2)[:, :, None] * weights)

    def curvature(z: np.ndarray, v: np.ndarray) -> np.ndarray:
        along = (weights * v[:, None, :]).sum(axis=2)
        return (-2.0 * value(z) * (1.0 - value(z) ** 2) * along)[:, :, None] * weights

    return NumpyMap(value, jacobian, 10, layer(twin, 10), curvature)


def formula(text: str) -> FormulaMap:
    """The layer of a formula text."""
    return FormulaMap(core.parse(text))


@dataclass(frozen=True)
class Kept:
    """Every record of a run: arrays (R,), (R, S, n) and (R, S), and one outcome per sample."""

    outcomes: tuple[Outcome, ...]
    lengths: tuple[int, ...]
    iteration: np.ndarray
    z: np.ndarray
    residual: np.ndarray
    measure: np.ndarray
    evaluations: np.ndarray
    jacobians: np.ndarray
    active: np.ndarray

    @property
    def outcome(self) -> Outcome:
        """Of the only sample."""
        (outcome,) = self.outcomes
        return outcome

    def of(self, sample: int) -> SimpleNamespace:
        """The records of one sample."""
        mine = self.active[:, sample]
        columns = ("z", "residual", "measure", "evaluations", "jacobians")
        return SimpleNamespace(
            iteration=self.iteration[mine], **{name: getattr(self, name)[mine, sample] for name in columns}
        )


def follow(
    mapping: Any,
    start: Any,
    solver: str,
    stop: StopRule,
    *,
    path: str = "numpy",
    dtype: str = "float64",
    device: str = "cpu",
    budget: Budget | None = None,
    rows: Any = None,
    longest: int | None = None,
    **options: Any,
) -> Kept:
    """Run the loop to its end and keep everything."""
    problem = FixedPoint(mapping, np.atleast_2d(np.asarray(start, dtype=np.float64)), rows)
    loop = iterate(
        problem, root_solver(solver, options), stop, budget or Budget(), path, device, dtype, longest=longest
    )
    blocks = []
    while True:
        try:
            blocks.append(next(loop))
        except StopIteration as end:
            outcomes = end.value
            break
    names = ("iteration", "z", "residual", "measure", "evaluations", "jacobians", "active")
    columns = {name: [host(getattr(block, name)) for block in blocks] for name in names}
    shape = len(problem.start)
    empty = {"iteration": np.empty(0), "z": np.empty((0, *problem.start.shape))}
    whole = {
        name: np.concatenate(column) if column else empty.get(name, np.empty((0, shape)))
        for name, column in columns.items()
    }
    return Kept(outcomes, tuple(map(len, blocks)), **whole)


def orders(errors: np.ndarray) -> np.ndarray:
    """The order of convergence that three errors in a row show: log(e2/e1) / log(e1/e0)."""
    logs = np.diff(np.log(errors))
    return np.asarray(logs[1:] / logs[:-1])
