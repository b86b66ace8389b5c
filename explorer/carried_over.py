"""What an experiment keeps when its text is edited: all that the edit does not speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from core.experiment import Experiment, Section
from core.fitting_method import fitting_method
from core.language import System

V = TypeVar("V")


def carried_over(experiment: Experiment, before: System, text: str, after: System, deterministic: str) -> Experiment:
    """The experiment with `text`, which parsed to `after`, in place of that of `before`.

    An override whose default was edited in the text is dropped. deterministic: the method that comes back with noise
    gone.
    """
    defaults = {parameter.name: parameter.default for parameter in before.parameters}
    ranges = {parameter.name: (parameter.lo, parameter.hi, parameter.log) for parameter in before.parameters}
    edited = {p.name for p in after.parameters if defaults.get(p.name) != p.default}
    resized = {p.name for p in after.parameters if ranges.get(p.name) != (p.lo, p.hi, p.log)}
    gone = (set(experiment.values) | set(experiment.ranges)) - {p.name for p in after.parameters}
    gradient, ensemble = experiment.gradient, experiment.ensemble
    held = tuple(name for name in experiment.fit.held if name in {p.name for p in after.parameters})
    looked_at = {name for name in ensemble.box if before.view.get(name) != after.view.get(name)}
    span = experiment.span if before.span == after.span else None
    return replace(
        experiment,
        text=text,
        values=without(experiment.values, edited | gone),
        ranges=without(experiment.ranges, resized | gone),
        starts=experiment.starts if before.starts == after.starts and before.components == after.components else None,
        integration=fitting_method(experiment.integration, before, after, span or after.span, deterministic),
        span=span,
        title="" if before.title != after.title else experiment.title,
        gradient=gradient if gradient.wrt in ("", *after.sources) else replace(gradient, wrt=""),
        fit=replace(experiment.fit, held=held),
        ensemble=replace(ensemble, box=without(ensemble.box, looked_at | set(ensemble.box) - set(after.components))),
        section=experiment.section if set(experiment.section.axes) <= set(after.components) else Section(),
    )


def without(mapping: Mapping[str, V], names: set[str]) -> dict[str, V]:
    """`mapping` but for these."""
    return {name: value for name, value in mapping.items() if name not in names}
