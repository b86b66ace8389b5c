"""The public `core.compare_integrators`: integration methods on one problem, against a tight reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from . import catalogue
from .analysis.integrator_race import race
from .analysis.integrator_run import Question
from .budget import Budget
from .event_refusal import refuse_events
from .experiment import Integration
from .formula_field import FormulaField
from .language import System
from .problem import InitialValue
from .readings.integrator_race import IntegratorRace
from .start_rows import start_rows
from .vector_field import VectorField


def compare_integrators(
    system: System | VectorField,
    start: Any,
    t: tuple[float, float] = (0.0, 30.0),
    methods: str | Iterable[str] = "all",
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    step: float = 0.05,
    fixed: bool = False,
    params: Mapping[str, float] | None = None,
    budget: Budget | None = None,
    dtype: str = "float64",
    path: str = "auto",
) -> IntegratorRace:
    """Every method from `start`, its error over time, what its accuracy costs, and the order that its errors show.

    start: n numbers. methods: "all" that can follow the system, or names. rtol, atol: of methods that adapt their
    steps, unless `fixed`; step: of the others. The errors are distances |z - reference| in the Euclidean norm. The
    reference is the method of the highest order at rtol 1e-13, and `race.reference` says how far it can be believed: a
    second run at 1e-11 must end at the same place. Orders are fitted to runs with equal steps, each 1/sqrt(2) as long
    as the last (`fitted_order`). It computes on the processor. Raises ValueError or TypeError, with a sentence, where
    the question makes no sense.
    """
    formula = system if isinstance(system, System) else getattr(system, "system", None)
    everyone = [name for name, method in catalogue.integrators().items() if method.refusal(formula) is None]
    names = everyone if methods == "all" else [methods] if isinstance(methods, str) else list(methods)
    if not names:
        raise ValueError("methods names no integration method")
    racers = tuple(catalogue.integrator(name) for name in dict.fromkeys(names))
    embedded = tuple(tableau for tableau in catalogue.integrators().values() if tableau.adaptive)
    if params and not isinstance(system, System):
        raise TypeError("params names parameters of a formula, and this field has none: bind them in the callable")
    vector_field = FormulaField(system, params) if isinstance(system, System) else system
    if not hasattr(vector_field, "components"):
        raise TypeError(
            f"compare_integrators takes a parsed formula (core.parse) or a field (core.field), not {system!r}"
        )
    refuse_events(vector_field, "a comparison of methods")
    starts, single = start_rows(start, vector_field.components, "B")
    if not single:
        raise ValueError("compare_integrators follows one start, not several")
    span = (float(t[0]), float(t[1]))
    problem = InitialValue(vector_field, starts, span)
    if not np.isfinite(problem.start).all() or span[1] < span[0]:
        raise ValueError("compare_integrators needs a start of finite numbers, and a span that ends after it begins")
    integration = Integration(names[0], rtol, atol, step, fixed, rivals=tuple(names[1:]))
    settings = integration, budget or Budget(), path, dtype
    question = Question(vector_field, problem.start[0], span, racers, embedded, *settings)
    work = race(question)
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: IntegratorRace = end.value
            return result
