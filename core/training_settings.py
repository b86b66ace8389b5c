"""From the settings that a script names to the experiment of a training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import catalogue
from .experiment import Experiment, Integration, RootFinding
from .field_check import checked
from .given_table import given_table, is_table
from .nearest_name import suggestion
from .problem import checked_span
from .table_data import TABLE
from .training_choice import Training

if TYPE_CHECKING:
    from .language import System

_OWN = ("device", "dtype", "seed")
"""Settings of the experiment itself."""
_ALONG = ("method", "rtol", "atol", "step", "controller")
_OF_ROOTS = {
    "method": "solver",
    "tol": "tolerance",
    "stop": "criterion",
    "whole_batch": "whole_batch",
    "iterations": "iterations",
    "best": "best",
}
"""Names of `core.solve`, and of `RootFinding`."""
_TRUTH = {"true": True, "false": False}
HOW = ("integrate", "solve", "gradient", "gradient_options", "params")
"""How the layer is computed, by the names of `core.gradient`."""


def with_training(experiment: Experiment, settings: Mapping[str, Any]) -> Experiment:
    """With these settings of `Training`, or of the experiment itself, in place of its own.

    data may also be a table of one's own, as `given_table` takes it. Raises TypeError for one that there is not, with
    the nearest name, or of another type, ValueError for one outside its range.
    """
    if is_table(settings.get("data", "")):
        table, source = given_table(settings["data"])
        settings = {**settings, "data": TABLE, "table": table, "table_source": source}
    elif isinstance(settings.get("table"), Mapping):
        settings = {**settings, "table": given_table(settings["table"])[0]}
    known = {field.name for field in fields(Training)}
    for name in settings:
        if name not in known and name not in _OWN:
            raise TypeError(f"train has no setting {name!r}{suggestion(name, sorted({*known, *_OWN, *HOW}))}")
    own = checked(Experiment, {name: settings[name] for name in _OWN if name in settings})
    given = checked(Training, {name: value for name, value in settings.items() if name in known})
    for name, make in (("data_options", catalogue.data_set), ("options", catalogue.optimiser)):
        for entry, options in given.get(name, {}).items():
            if not isinstance(options, Mapping):
                raise TypeError(f"{name} must give those of {entry!r} by name, not {options!r}")
            make(entry, options)
    for name, make in (("data", catalogue.data_set), ("optimiser", catalogue.optimiser)):
        if given.get(name) and given[name] != TABLE:
            make(given[name], {})
    if "trace" in given:
        catalogue.trace_estimator(given["trace"])
    return replace(experiment, training=replace(experiment.training, **given), **own)


def training_names() -> tuple[str, ...]:
    """The settings of `Training` that are one number, word or yes or no."""
    return tuple(item.name for item in fields(Training) if isinstance(item.default, bool | int | float | str))


def setting_from_text(name: str, text: str) -> float | str | bool:
    """What a person wrote for one of `training_names`. Raises ValueError where it has to be something else."""
    default = getattr(Training(), name)
    if isinstance(default, str):
        return text
    if isinstance(default, bool):
        if text.lower() not in _TRUTH:
            raise ValueError(f"{name} is {' or '.join(_TRUTH)}, not {text!r}")
        return _TRUTH[text.lower()]
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} needs a number, not {text!r}") from None


def with_solver(
    experiment: Experiment,
    system: System,
    *,
    integrate: Mapping[str, Any] | None,
    solve: Mapping[str, Any] | None,
    gradient: str | None,
    gradient_options: Mapping[str, float | str] | None,
    params: Mapping[str, float] | None,
) -> Experiment:
    """With another way to compute the text's layer and its derivative, where one is given.

    integrate: t, method, rtol, atol, step and controller of a differential equation; solve: options of `core.solve` for
    a layer in equilibrium. Raises TypeError or ValueError for what there is not.
    """
    flows = system.kind == "ode"
    if integrate is not None and not flows:
        raise ValueError("integrate= is for a differential equation, and this is an implicit layer: use solve=")
    if solve is not None and flows:
        raise ValueError("solve= is for an implicit layer, and this is a differential equation: use integrate=")
    if params is not None:
        experiment = replace(experiment, values={**experiment.values, **_values(system, params)})
    if integrate is not None:
        experiment = _integrated(experiment, dict(integrate))
    if solve is not None:
        experiment = replace(experiment, root=_solved(experiment.root, solve))
    return _differentiated(experiment, flows, gradient, gradient_options)


def _values(system: System, params: Mapping[str, float]) -> dict[str, float]:
    known = system.defaults()
    for name, value in params.items():
        if name not in known:
            raise TypeError(f"the system has no parameter {name!r}{suggestion(name, known)}")
        if not np.isfinite(value):
            raise ValueError(f"{name} needs a finite number, not {value!r}")
    return {name: float(value) for name, value in params.items()}


def _integrated(experiment: Experiment, given: dict[str, Any]) -> Experiment:
    for name in given:
        if name not in ("t", *_ALONG):
            raise TypeError(f"integrate of a training has no option {name!r}{suggestion(name, ('t', *_ALONG))}")
    span = experiment.span
    if "t" in given:
        ends = given.pop("t")
        if np.shape(ends) != (2,):
            raise ValueError("a training follows all samples over one span: t needs two numbers")
        span = (float(ends[0]), float(ends[1]))
        checked_span(span, 1)
    choice = replace(experiment.integration, **checked(Integration, given))
    method = catalogue.integrator(choice.method)
    if "step" in given:
        choice = replace(choice, fixed=True)
    elif given.keys() & {"rtol", "atol", "controller"}:
        choice = replace(choice, fixed=False)
    method.given_step(choice.fixed, choice.step)
    catalogue.adaptive_controller(choice.controller)
    return replace(experiment, integration=choice, span=span)


def _solved(root: RootFinding, given: Mapping[str, Any]) -> RootFinding:
    named = {_OF_ROOTS[name]: value for name, value in given.items() if name in _OF_ROOTS}
    options = {name: value for name, value in given.items() if name not in _OF_ROOTS}
    root = replace(root, **checked(RootFinding, named))
    catalogue.root_solver(root.solver, options)
    return replace(root, options={**root.options, root.solver: options}) if options else root


def _differentiated(
    experiment: Experiment, flows: bool, name: str | None, options: Mapping[str, float | str] | None
) -> Experiment:
    choice = experiment.gradient
    if name is None:
        name = choice.trajectory if flows else choice.fixed_point
    given = dict(options or {})
    if name == "unrolled" and "k" in given:
        choice = replace(choice, **checked(type(choice), {"unrolled": given.pop("k")}))
    changed = {**choice.options, name: {**choice.options.get(name, {}), **given}} if given else choice.options
    choice = replace(choice, options=changed)
    choice = replace(choice, trajectory=name) if flows else replace(choice, fixed_point=name)
    catalogue.chosen_gradient(choice, "trajectory" if flows else "fixed point")
    return replace(experiment, gradient=choice)
