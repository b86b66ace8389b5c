"""The commands that compute nothing: list, check, script. Each takes the parsed options and returns the status."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from core import catalogue, presets
from core.experiment_file_error import ExperimentFileError
from core.experiment_source import check_source, read_source, with_settings
from core.language import FormulaError, parse
from core.runner import check_experiment
from core.scripting import python_script, torch_function

DONE, FAILED, BAD_USAGE = 0, 1, 2


def list_names(options: argparse.Namespace) -> int:
    """Print the names of one kind, one a line."""
    for name in _KINDS[options.kind]():
        print(name)
    return DONE


def check(options: argparse.Namespace) -> int:
    """Say what a text means, or where and why it means nothing."""
    try:
        experiment, system = check_source(options.source)
        if system.module is None:  # a Python file does not run to be checked
            check_experiment(experiment)
    except (FormulaError, ExperimentFileError, ValueError, TypeError) as fault:
        return refuse(str(fault))
    values = system.defaults() | dict(experiment.values)
    parameters = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    print(experiment.title or system.title or "untitled")
    print(f"states: {', '.join(system.components)}")
    print(f"parameters: {parameters or 'none'}")
    if system.noise:
        print(f"noise: {', '.join(line.state.name for line in system.noise if line.expression.value != 0.0)}")
    if system.module is not None:
        print(f"computed by the Python file {system.module.file}, which was not run")
    return DONE


def script(options: argparse.Namespace) -> int:
    """Print an experiment as a script, or its system alone as a torch function."""
    try:
        experiment, _ = read_source(options.source)
        system = parse(experiment.text, experiment.tensors)
        experiment = with_settings(experiment, system, options.settings)
        if options.torch:
            named = replace(system, title=experiment.title or system.title)
            text = torch_function(named, experiment.values)
        else:
            text = python_script(experiment, system)
    except FormulaError as fault:
        return refuse(f"{options.source}: {fault}")
    except (ExperimentFileError, ValueError, TypeError) as fault:
        return refuse(str(fault))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # as Python reads its files, whatever the terminal has
    print(text, end="")
    return DONE


def refuse(sentence: str) -> int:
    """Tell in one line why a command was not carried out."""
    print(" ".join(sentence.split()), file=sys.stderr)
    return BAD_USAGE


def _view_names() -> Sequence[str]:
    from .views import views  # noqa: PLC0415 - brings Qt, which the other lists do without

    return [view.name for view in views()]


_KINDS: dict[str, Callable[[], Sequence[str]]] = {
    "presets": presets.names,
    "solvers": lambda: tuple(catalogue.root_solvers()),
    "integrators": lambda: tuple(catalogue.integrators()),
    "gradients": lambda: tuple(catalogue.gradient_methods()),
    "fits": lambda: tuple(catalogue.fit_methods()),
    "trace_estimators": lambda: tuple(catalogue.trace_estimators()),
    "data_sets": lambda: tuple(catalogue.data_sets()),
    "views": _view_names,
}
