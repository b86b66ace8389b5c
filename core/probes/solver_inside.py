"""The inside of root solvers: Anderson's weights, and how far Broyden's matrix is from the Jacobian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import catalogue
from ..analysis.jacobian_products import jacobians_at
from ..outcome import Outcome
from ..probe import IteratesProbe
from ..readings.solver_inside import SolverInside, SolversInside
from ..run_context import RunContext
from ..telemetry import Iterates, host

if TYPE_CHECKING:
    from jaxtyping import Float

_MOST_RECORDS = 2_000
_KEPT = ("weights", "inverse")


class SolverInsideProbe(IteratesProbe[SolversInside]):
    """Keeps what the solvers tell of the sample in focus."""

    reading = SolversInside
    title = "what solvers remember"
    wants_details = True

    def __init__(self) -> None:
        self._runs: list[SolverInside] = []
        self._place = -1
        self._ended = False

    def begin(self, context: RunContext) -> None:
        self._context = context
        self._sample = min(context.focus, max(0, len(context.samples) - 1))

    def open(self, solver: str) -> None:
        self._place += 1
        self._solver = solver
        self._records: list[tuple[np.ndarray, ...]] = []
        self._names: tuple[str, ...] = ()

    def feed(self, iterates: Iterates) -> None:
        names = tuple(name for name in _KEPT if name in iterates.details)
        mine = iterates.active[:, self._sample]
        if not names or not mine.any() or sum(len(record[0]) for record in self._records) > _MOST_RECORDS:
            return
        self._names = names
        columns = (host(iterates.details[name][:, self._sample])[mine] for name in names)
        z = host(iterates.z[:, self._sample])[mine]
        self._records.append((np.asarray(iterates.iteration)[mine], z, *columns))

    def end(self, outcomes: tuple[Outcome, ...]) -> None:  # noqa: ARG002 - the way says it all
        self._ended = True
        if not self._records:
            return
        iteration, z, *columns = (np.concatenate(parts) for parts in zip(*self._records, strict=True))
        known: dict[str, Any] = dict(zip(self._names, columns, strict=True))
        self._runs.append(
            SolverInside(
                solver=self._solver,
                title=catalogue.root_solvers()[self._solver].title,
                place=self._place,
                iteration=iteration,
                weights=known.get("weights", np.empty((len(iteration), 0))),
                distance=self._distances(z, known["inverse"]) if "inverse" in known else np.empty(0),
            )
        )

    def _distances(self, z: Float[np.ndarray, "R n"], inverse: Float[np.ndarray, "R n n"]) -> Float[np.ndarray, "R"]:
        context = self._context
        if context.map is None:
            return np.empty(0)
        row = None if context.rows is None else np.repeat(context.rows[self._sample], len(z))
        true = jacobians_at(context.map, z, row) - np.eye(z.shape[1])
        singular = ~(np.abs(np.linalg.det(inverse)) > 0.0)
        own = np.linalg.inv(np.where(singular[:, None, None], np.eye(z.shape[1]), inverse))
        away, whole = (np.linalg.norm(matrix, axis=(1, 2)) for matrix in (own - true, true))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(singular, np.nan, away / whole)

    def read(self) -> SolversInside | None:
        return SolversInside(self._sample, tuple(self._runs)) if self._ended else None


PROBE = SolverInsideProbe
