"""The best point on a solver's way, for samples that found no root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .outcome import Outcome
from .root import Root

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def best_records(residual: Float[np.ndarray, "R S"], outcomes: Sequence[Outcome]) -> Int[np.ndarray, "S"]:
    """The record with the smallest residual of every sample that was not solved and has one; -1 of the others."""
    known = np.isfinite(residual)
    wanted = known.any(axis=0) & ~np.array([outcome.success for outcome in outcomes], dtype=bool)
    if not len(residual):
        return np.full(len(outcomes), -1)
    return np.where(wanted, np.where(known, residual, np.inf).argmin(axis=0), -1)


def with_best(root: Root) -> Root:
    """The root with z and residual of the best record where a sample was not solved; all else stays as it was."""
    single = isinstance(root.outcome, Outcome)
    outcomes = (root.outcome,) if isinstance(root.outcome, Outcome) else root.outcome
    history = root.history
    residual = history.residual[:, None] if single else history.residual
    points = history.z[:, None] if single else history.z
    record = best_records(residual, outcomes)
    (changed,) = np.nonzero(record >= 0)
    if not changed.size:
        return root
    z, size = np.array(_host(root.z)).reshape(len(outcomes), -1), np.atleast_1d(np.array(root.residual))
    z[changed], size[changed] = points[record[changed], changed], residual[record[changed], changed]
    answer = z[0] if single else z
    if hasattr(root.z, "new_tensor"):
        answer = root.z.new_tensor(answer)
    return replace(root, z=answer, residual=float(size[0]) if single else size)


def _host(z: object) -> np.ndarray:
    return np.asarray(z.detach().cpu().numpy() if hasattr(z, "detach") else z)
