"""What a person changes of a fit, and what a fit changes: edits as in `edits`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.experiment import Experiment, starting_points
from core.fit_choice import FitChoice
from core.fit_data import span_with_data
from core.language import System

from .edits import Edit
from .setting_words import change_title


def move_values(title: str, values: Mapping[str, float], start: int = 0) -> Edit:
    """Move sliders, and the components of start number `start`, to where a fit wants them: both by name."""

    def change(experiment: Experiment, system: System) -> Experiment:
        known = system.defaults()
        sliders = {name: value for name, value in values.items() if name in known}
        changed = replace(experiment, values={**experiment.values, **sliders})
        if not any(name in values for name in system.components):
            return changed
        starts = list(starting_points(experiment, system))
        point = zip(system.components, starts[start], strict=True)
        starts[start] = tuple(values.get(name, value) for name, value in point)
        return replace(changed, starts=tuple(starts))

    return Edit(title, ("fit", title), change)


def set_fit(name: str, value: Any) -> Edit:
    """Change one setting of the fit."""
    return Edit(
        change_title(name) if name != "free_start" else "Let the start move in a fit",
        ("fit setting", name),
        lambda experiment, _: replace(experiment, fit=replace(experiment.fit, **{name: value})),
    )


def set_fit_option(method: str, name: str, value: float) -> Edit:
    """Change one of a fit method's own settings."""

    def change(experiment: Experiment, _: System) -> Experiment:
        fit = experiment.fit
        own = {**fit.options.get(method, {}), name: value}
        return replace(experiment, fit=replace(fit, options={**fit.options, method: own}))

    return Edit(f"Change {name} of the fit", ("fit option", method, name), change)


Span = tuple[float, float]


def set_data(data: Mapping[str, tuple[float, ...]], source: str, base: Span | None = None) -> Edit:
    """Take these points, or none, as what is fitted; the time span becomes `span_with_data` of `base`, which is the
    span without them; None: that of the text."""

    def change(experiment: Experiment, system: System) -> Experiment:
        before = base or system.span
        span = span_with_data(data, before)
        fit = replace(experiment.fit, data=data, source=source)
        return replace(experiment, span=base if span == before else span, fit=fit)

    return Edit(
        "Load data" if data else "Remove the data",
        None,
        change,
    )


def span_without_data(experiment: Experiment, system: System) -> Span | None:
    """The span that the experiment would have without its data; None: that of the text."""
    grown = bool(experiment.fit.data) and experiment.span == span_with_data(experiment.fit.data, system.span)
    return None if grown else experiment.span


def hold(name: str, held: bool) -> Edit:
    """Let a parameter stay where it is in fits and drags, or let it go."""

    def change(experiment: Experiment, _: System) -> Experiment:
        others = tuple(other for other in experiment.fit.held if other != name)
        fit: FitChoice = replace(experiment.fit, held=(*others, name) if held else others)
        return replace(experiment, fit=fit)

    return Edit(f"{'Hold' if held else 'Let go of'} {name}", None, change)
