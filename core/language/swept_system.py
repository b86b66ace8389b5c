"""A system some of whose parameters are another number for every sample of a batch."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ..stored_tensor import StoredTensor
from .system import DataDeclaration, Equation, ParameterDeclaration, State, System
from .tree import number


@lru_cache(maxsize=64)
def swept_layer(system: System, names: tuple[str, ...]) -> System:
    """z <- f(z; p), or 0 = g(z; p), with the parameters `names` as batch data, in that order behind the text's own.

    What the batch holds is a placeholder: whoever binds the system gives the rows, and the code is compiled once.
    """
    blank = StoredTensor.of(np.zeros(1))
    rows = [DataDeclaration(one.name, one.symbol, (), True, blank) for one in _chosen(system, names)]
    return replace(
        system,
        parameters=_others(system, names),
        data=(*system.data, *rows),
        key=f"{', '.join(names)} by rows in {system.key}",
    )


@lru_cache(maxsize=64)
def swept_flow(system: System, names: tuple[str, ...]) -> System:
    """z' = f(t, z; p) with the parameters `names` as further unknowns p' = 0, in that order behind the others.

    A trajectory then begins at (z, p), and those of one call may differ in p.
    """
    chosen = _chosen(system, names)
    states = [State(one.name, one.symbol, (), one.line) for one in chosen]
    return replace(
        system,
        states=(*system.states, *states),
        parameters=_others(system, names),
        equations=(*system.equations, *(Equation(state, number(0.0)) for state in states)),
        starts=(),
        key=f"{', '.join(names)} as unknowns in {system.key}",
        components=(*system.components, *names),
        symbols=(*system.symbols, *(one.symbol for one in chosen)),
    )


def _chosen(system: System, names: tuple[str, ...]) -> list[ParameterDeclaration]:
    known = {one.name: one for one in system.parameters}
    return [known[name] for name in names]


def _others(system: System, names: tuple[str, ...]) -> tuple[ParameterDeclaration, ...]:
    return tuple(one for one in system.parameters if one.name not in names)
