"""The public `core.prove`: what interval arithmetic proves about a computed root of a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .analysis.root_proof import Contraction, Kantorovich, RootBox, RootProver
from .formula_field import bound_values
from .language import System
from .start_rows import start_rows


@dataclass(frozen=True)
class Proof:
    """Each is None where it is not proved.

    box: about the largest box around z of which Krawczyk's test shows that it holds exactly one root, with a bound of
    the error of z. contraction:
    Banach's theorem around z, for z <- f(z). kantorovich: the theorem of Newton and Kantorovich at z.
    """

    box: RootBox | None
    contraction: Contraction | None
    kantorovich: Kantorovich | None


def prove(system: System, z: Any, *, params: Mapping[str, float] | None = None, row: int | None = None) -> Proof:
    """Prove what can be proved about a root of z = f(z), or of 0 = g(z), near `z`.

    system: a parsed formula with at most 6 unknowns. z: n numbers, such as `core.solve(...).z`. params: values of the
    formula's parameters by name. row: of the batch data, from 0, where there is any. The proof holds in exact
    arithmetic, with parameters and data as they are stored. Raises ValueError or TypeError, with a sentence, where the
    question makes no sense.
    """
    if not isinstance(system, System):
        raise TypeError(f"prove needs a parsed formula (core.parse), not {type(system).__name__}")
    points, single = start_rows(z, system.components, "S")
    if not single:
        raise ValueError("prove looks at one point, and these are several")
    prover = RootProver(system, [*bound_values(system, params).values(), *_row_of(system, row)])
    (point,) = points
    newton = prover.kantorovich(point)
    proved = newton is not None and newton.h <= 0.5
    return Proof(prover.largest_box(point), prover.contraction(point), newton if proved else None)


def _row_of(system: System, row: int | None) -> list[float]:
    """The numbers of one row of the batch data."""
    if system.batch is None:
        if row is not None:
            raise ValueError("this system has no batch of data, so there is no row of it")
        return []
    if row is None or not 0 <= row < system.batch:
        raise ValueError(f"say which of the {system.batch} rows of the batch data is meant: row=0 is the first")
    stored = [item.tensor.array()[row].ravel() for item in system.data if item.batch]
    numbers: list[float] = np.concatenate(stored).astype(np.float64).tolist()
    return numbers
