"""The lines of a script that trains a network."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from .. import catalogue
from ..experiment import GradientChoice, Integration, RootFinding
from ..table_data import TABLE
from ..training_choice import Training
from ..training_scope import idle_settings
from .literals import dictionary, entries, keywords, one_a_line, point, scalar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..experiment import Experiment
    from ..language import System

_END = """
curves = trained.curves
for number, loss in zip(curves.tested, curves.test_loss):
    print(f"iteration {number} test loss {loss:.17g}")
if trained.note:
    print(trained.note)"""


def training_lines(experiment: Experiment, system: System) -> list[str]:
    """`core.train` from the weights of the text, with what the experiment sets, and the losses of the test points."""
    flows = system.kind == "ode"
    arguments = [
        "text",
        *(["tensors=tensors"] if len(system.data) > len(system.learnt) else []),
        *([f"params={dictionary(experiment.values)}"] if experiment.values else []),
        *_settings(experiment.training, system),
        *(_integrated(experiment, system) if flows else _solved(experiment.root)),
        *_differentiated(experiment.gradient, flows),
        *([f"seed={experiment.seed}"] if experiment.seed else []),
        f"device={experiment.device!r}",
        f"dtype={experiment.dtype!r}",
    ]
    return [f"trained = core.train({one_a_line(arguments)})", _END]


def _settings(choice: Training, system: System) -> list[str]:
    """What counts and is not as it would be anyway; of a data set's and an optimiser's own fields those of the chosen
    ones."""
    written, idle = [], idle_settings(choice, system)
    for item in fields(Training):
        value = getattr(choice, item.name)
        if item.name in ("table", "table_source") or item.name in idle:
            continue  # a table is the data
        if item.name == "data" and choice.data == TABLE:
            written.append(f"data={_columns(choice.table)}")
        elif item.name in ("data_options", "options"):
            chosen = choice.data if item.name == "data_options" else choice.optimiser
            if value.get(chosen):
                written.append(f"{item.name}={{{chosen!r}: {dictionary(value[chosen])}}}")
        elif value != item.default or item.name == "iterations":
            written.append(f"{item.name}={scalar(value)}")
    return written


def _columns(table: Mapping[str, Sequence[float]]) -> str:
    """A table, a line for each column."""
    columns = [f"{name!r}: [{', '.join(map(scalar, column))}]" for name, column in table.items()]
    return f"{{{one_a_line(columns)}}}"


def _integrated(experiment: Experiment, system: System) -> list[str]:
    choice = experiment.integration
    step = catalogue.integrator(choice.method).given_step(choice.fixed, choice.step)
    how: dict[str, float | str] = {"method": choice.method}
    how |= {"rtol": choice.rtol, "atol": choice.atol} if step is None else {"step": step}
    if step is None and choice.controller != Integration.controller:
        how["controller"] = choice.controller
    span = f"'t': {point(experiment.span or system.span)}"
    return [f"integrate={{{', '.join([span, *entries(how)])}}}"]


def _solved(choice: RootFinding) -> list[str]:
    own: Mapping[str, float | str] = choice.options.get(choice.solver, {})
    how = {"method": choice.solver, **own, "tol": choice.tolerance, "stop": choice.criterion}
    how |= {"iterations": choice.iterations, "whole_batch": choice.whole_batch, "best": choice.best}
    return [f"solve={dictionary(how)}"]


def _differentiated(choice: GradientChoice, flows: bool) -> list[str]:
    name = choice.trajectory if flows else choice.fixed_point
    own = dict(choice.options.get(name, {}))
    if name == "unrolled":
        own["k"] = choice.unrolled
    return keywords({"gradient": name}) + ([f"gradient_options={dictionary(own)}"] if own else [])
