"""The command that fits an experiment's parameters to data without a window."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import core
from core import catalogue, codec
from core.experiment import Experiment, SliderRange, starting_points
from core.experiment_file_error import ExperimentFileError
from core.experiment_source import read_source, with_settings
from core.fit_choice import FitChoice
from core.fit_data import span_with_data
from core.language import FormulaError, System, parse
from core.number_table import read_table

from .commands import DONE, FAILED, refuse
from .fit_words import data_notes

if TYPE_CHECKING:
    from core.curve_fitting.fitting import Fit


def fit(options: argparse.Namespace) -> int:
    """Fit, print what came of it, and with --save write the experiment with it."""
    try:
        experiment, notes = read_source(options.source)
        system = parse(experiment.text, experiment.tensors)
        experiment = with_settings(experiment, system, options.settings)
        experiment = replace(experiment, fit=_chosen(experiment.fit, options))
        if options.data is not None:
            span = span_with_data(experiment.fit.data, experiment.span or system.span)
            experiment = replace(experiment, span=None if span == system.span else span)
        found = _found(experiment, system)
    except FormulaError as fault:
        return refuse(f"{options.source}: {fault}")
    except (ExperimentFileError, ValueError, TypeError) as fault:
        return refuse(str(fault))
    for line in (*data_notes(experiment, system), *_lines(found, system)):
        print(line)
    if options.save is not None:
        starts = (tuple(found.start.tolist()), *starting_points(experiment, system)[1:])
        sliders = {name: value for name, value in found.values.items() if name in system.defaults()}
        fitted = replace(experiment, values={**experiment.values, **sliders})
        fitted = replace(fitted, starts=starts) if experiment.fit.free_start else fitted
        try:
            codec.save(options.save, fitted, notes)
        except OSError as fault:
            return refuse(f"{options.save} was not saved: {fault.strerror or fault}")
        except ExperimentFileError as fault:
            return refuse(f"{options.save} was not saved: {fault}")
    return DONE if found.outcome.success else FAILED


def _chosen(choice: FitChoice, options: argparse.Namespace) -> FitChoice:
    """The experiment's own choice, with what the command line changes."""
    if options.data is not None:
        choice = replace(choice, data=read_table(options.data), source=options.data.name)
    if not choice.data:
        raise ValueError("the experiment has no data to fit: give --data with a table of points")
    return replace(
        choice,
        method=options.method or choice.method,
        loss=options.loss or choice.loss,
        free_start=choice.free_start or options.free_start,
        held=(*choice.held, *options.hold),
    )


def _found(experiment: Experiment, system: System) -> Fit:
    choice, integration = experiment.fit, experiment.integration
    for name in choice.held:
        if name not in system.defaults():
            raise ValueError(f"there is no parameter {name!r} to hold")
    if system.kind in ("map", "root"):
        raise ValueError(
            "points over time are fitted by a differential equation, and this is an implicit layer: give an experiment "
            "with an equation such as x' = -k*x"
        )
    method = catalogue.integrator(integration.method)
    sliders = {one.name: SliderRange(one.lo, one.hi) for one in system.parameters} | dict(experiment.ranges)
    _check_ranges(sliders, {**system.defaults(), **experiment.values}, choice.held)
    return core.fit(
        system,
        [name for name in system.defaults() if name not in choice.held],
        data=choice.data,
        start=starting_points(experiment, system)[0],
        params=experiment.values,
        ranges={name: (slider.lo, slider.hi) for name, slider in sliders.items()},
        free_start=choice.free_start,
        loss=choice.loss,
        delta=choice.delta,
        method=choice.method,
        integrate={
            "t": experiment.span or system.span,
            "method": integration.method,
            "rtol": integration.rtol,
            "atol": integration.atol,
            "step": method.given_step(integration.fixed, integration.step),
            "budget": experiment.budget,
        },
        iterations=choice.iterations,
        seconds=experiment.budget.seconds,
        **choice.options.get(choice.method, {}),
    )


def _check_ranges(sliders: Mapping[str, SliderRange], values: Mapping[str, float], held: Sequence[str]) -> None:
    """ValueError where a parameter that may move begins outside its slider's range."""
    for name, slider in sliders.items():
        if name not in held and not slider.lo <= values[name] <= slider.hi:
            raise ValueError(
                f"{name} = {values[name]:g} lies outside its range from {slider.lo:g} to {slider.hi:g}: give --set "
                f"another value, hold it by --hold {name}, or widen the range in the text, {name} = ... in [lo, hi]"
            )


def _lines(found: Fit, system: System) -> list[str]:
    lines = []
    for name, value in found.values.items():
        error = found.errors.get(name)
        start = "start " * (name in system.components)
        lines.append(f"{start}{name} = {value:.9g}" + (f" +- {error:.3g}" if error is not None else ""))
    lines.append(f"loss: {found.loss:.9g}")
    lines.append(f"method: {found.method}, {found.gradient}")
    cost = f"{len(found.history) - 1} iterations, {found.runs} runs, {found.evaluations} evaluations"
    lines.append(f"cost: {cost}, {found.seconds:.3g} s")
    lines.append(f"the fit {found.outcome}")
    return lines
