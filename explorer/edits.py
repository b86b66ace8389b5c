"""Every change a person can make to an experiment, as a value: its name in the Edit menu, what it touches, how.

Nothing here knows a widget or the undo history; `Document.edit` applies an edit and remembers the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.experiment import Experiment, Integration, SliderRange, starting_points
from core.language import System, write_values
from core.module_file import ModuleFile
from core.stored_tensor import StoredTensor

from .carried_over import carried_over, without
from .setting_words import change_title

Change = Callable[[Experiment, System], Experiment]
Point = tuple[float, ...]


@dataclass(frozen=True)
class Edit:
    """title: for the Edit menu. target: edits of an equal target may merge; None never merges. opens: it puts another
    experiment in place of what was there, rather than change that."""

    title: str
    target: tuple[object, ...] | None
    change: Change
    opens: bool = False


def set_value(name: str, value: float) -> Edit:
    """Move a parameter's slider."""
    return Edit(
        f"Change {name}",
        ("value", name),
        lambda experiment, _: replace(experiment, values={**experiment.values, name: value}),
    )


def set_values(values: Mapping[str, float]) -> Edit:
    """Move several sliders together."""
    return Edit(
        f"Change {' and '.join(values)}",
        ("values", *values),
        lambda experiment, _: replace(experiment, values={**experiment.values, **values}),
    )


def move_root(values: Mapping[str, float], noun: str) -> Edit:
    """Move the sliders with a fixed point or root that is dragged."""
    return Edit(
        f"Drag a {noun}",
        ("root",),
        lambda experiment, _: replace(experiment, values={**experiment.values, **values}),
    )


def reset_value(name: str) -> Edit:
    """Give a parameter the value its text declares."""
    return Edit(
        f"Reset {name}", None, lambda experiment, _: replace(experiment, values=without(experiment.values, {name}))
    )


def reset_values() -> Edit:
    """Give every parameter the value and every slider the range its text declares."""
    return Edit("Reset parameters", None, lambda experiment, _: replace(experiment, values={}, ranges={}))


def set_range(name: str, slider: SliderRange) -> Edit:
    """Change the ends or the scale of a slider. A value outside the new ends moves to the nearer one."""

    def change(experiment: Experiment, system: System) -> Experiment:
        value = experiment.values.get(name, system.defaults()[name])
        inside = min(max(value, slider.lo), slider.hi)
        values = experiment.values if inside == value else {**experiment.values, name: inside}
        return replace(experiment, values=values, ranges={**experiment.ranges, name: slider})

    return Edit(f"Change the range of {name}", ("range", name), change)


def add_start(point: Point) -> Edit:
    """Start another trajectory."""
    return Edit(
        "Add a start",
        None,
        lambda experiment, system: replace(experiment, starts=(*starting_points(experiment, system), point)),
    )


def move_start(index: int, point: Point) -> Edit:
    """Drag a start elsewhere."""

    def change(experiment: Experiment, system: System) -> Experiment:
        starts = starting_points(experiment, system)
        return replace(experiment, starts=(*starts[:index], point, *starts[index + 1 :]))

    return Edit("Move a start", ("start", index), change)


def remove_start(index: int) -> Edit:
    """Delete a trajectory."""

    def change(experiment: Experiment, system: System) -> Experiment:
        starts = starting_points(experiment, system)
        return replace(experiment, starts=starts[:index] + starts[index + 1 :])

    return Edit("Remove a start", None, change)


def clear_starts() -> Edit:
    """Delete every trajectory."""
    return Edit("Remove all starts", None, lambda experiment, _: replace(experiment, starts=()))


def reset_starts() -> Edit:
    """Return to the starts that the text declares."""
    return Edit("Reset the starts", None, lambda experiment, _: replace(experiment, starts=None))


def set_integration(name: str, value: Any) -> Edit:
    """Change one setting of the solver. A method that is chosen out of a race changes places with the last."""

    def change(experiment: Experiment, _: System) -> Experiment:
        integration = experiment.integration
        if name == "method" and integration.rivals:
            racing = (integration.method, *integration.rivals)
            integration = replace(integration, rivals=tuple(method for method in racing if method != value))
        return replace(experiment, integration=replace(integration, **{name: value}))

    return Edit(change_title(name), ("integration", name), change)


def set_racers(rivals: tuple[str, ...]) -> Edit:
    """Choose the integration methods that race against the chosen one."""
    edit = set_integration("rivals", rivals)
    return replace(edit, title="Race the methods" if rivals else "End the race", target=None)


def set_root(name: str, value: Any) -> Edit:
    """Change one setting of the root solver. A solver that is chosen out of a race changes places with the last."""

    def change(experiment: Experiment, _: System) -> Experiment:
        root, rivals = experiment.root, experiment.root.rivals
        if name == "solver" and rivals:
            rivals = tuple(solver for solver in (root.solver, *rivals) if solver != value)
        return replace(experiment, root=replace(root, rivals=rivals, **{name: value}))

    return Edit(f"Change the {name.replace('_', ' ')}", ("root", name), change)


def set_root_option(solver: str, name: str, value: float | str) -> Edit:
    """Change one of a root solver's own settings."""

    def change(experiment: Experiment, _: System) -> Experiment:
        root = experiment.root
        own = {**root.options.get(solver, {}), name: value}
        return replace(experiment, root=replace(root, options={**root.options, solver: own}))

    return Edit(f"Change {name.replace('_', ' ')} of {solver}", ("root option", solver, name), change)


def set_rivals(rivals: tuple[str, ...]) -> Edit:
    """Choose the solvers that race against the chosen one."""
    title = "Race the solvers" if rivals else "End the race"
    return Edit(title, None, lambda experiment, _: replace(experiment, root=replace(experiment.root, rivals=rivals)))


def set_descent(name: str, value: Any) -> Edit:
    """Change one setting of the optimisers."""
    title = {"eta": "learning rate", "beta": "momentum"}.get(name, name)
    return Edit(
        f"Change the {title}",
        ("descent", name),
        lambda experiment, _: replace(experiment, descent=replace(experiment.descent, **{name: value})),
    )


def set_optimiser(method: str, on: bool) -> Edit:
    """Let an optimiser go downhill too, or no longer."""

    def change(experiment: Experiment, _: System) -> Experiment:
        others = tuple(name for name in experiment.descent.methods if name != method)
        return replace(experiment, descent=replace(experiment.descent, methods=(*others, method) if on else others))

    return Edit("Show an optimiser" if on else "Hide an optimiser", None, change)


def set_ensemble(name: str, value: Any) -> Edit:
    """Switch the ensemble on or off, or change how many trajectories it has and where they start."""
    switch = "Show the ensemble" if value else "Hide the ensemble"
    title = switch if name == "on" else f"Change the ensemble's {name}"
    return Edit(
        title,
        ("ensemble", name),
        lambda experiment, _: replace(experiment, ensemble=replace(experiment.ensemble, **{name: value})),
    )


def set_ensemble_ends(name: str, ends: tuple[float, float] | None) -> Edit:
    """Change between which ends one component of the ensemble's starts lies; None: where it lay without a change."""

    def change(experiment: Experiment, _: System) -> Experiment:
        ensemble = experiment.ensemble
        others = without(ensemble.box, {name})
        box = others if ends is None else {**others, name: ends}
        return replace(experiment, ensemble=replace(ensemble, box=box))

    return Edit(f"Change the ensemble's starts in {name}", ("ensemble ends", name), change)


_GRADIENT_WORDS = {"loss": "loss", "unrolled": "unrolled iterations", "wrt": "inputs of the gradient"}


def set_gradient(name: str, value: Any) -> Edit:
    """Change what is differentiated through a solution, or by which method."""
    return Edit(
        f"Change the {_GRADIENT_WORDS.get(name, 'gradient method')}",
        ("gradient", name),
        lambda experiment, _: replace(experiment, gradient=replace(experiment.gradient, **{name: value})),
    )


def set_gradient_option(method: str, name: str, value: float | str) -> Edit:
    """Change one of a gradient method's own fields."""

    def change(experiment: Experiment, _: System) -> Experiment:
        gradient = experiment.gradient
        own = {**gradient.options.get(method, {}), name: value}
        return replace(experiment, gradient=replace(gradient, options={**gradient.options, method: own}))

    return Edit(f"Change {name.replace('_', ' ')} of {method}", ("gradient option", method, name), change)


def set_budget(name: str, value: float) -> Edit:
    """Change what a run may spend."""
    return Edit(
        f"Change the budget of {name}",
        ("budget", name),
        lambda experiment, _: replace(experiment, budget=replace(experiment.budget, **{name: value})),
    )


def set_span(span: tuple[float, float]) -> Edit:
    """Change the time span."""
    return Edit("Change the time span", ("span",), lambda experiment, _: replace(experiment, span=span))


def set_field(name: str, value: Any) -> Edit:
    """Change a field of the experiment itself: seed, device, dtype, path."""
    return Edit(f"Change {name}", ("field", name), lambda experiment, _: replace(experiment, **{name: value}))


def load(experiment: Experiment, title: str) -> Edit:
    """Put a preset in place of what is there."""
    return Edit(f"Open {title}", None, lambda *_: experiment, opens=True)


def write_into_text() -> Edit:
    """Write the values, starts and span of sliders and dots into the text as its new defaults."""

    def change(experiment: Experiment, _: System) -> Experiment:
        text = write_values(experiment.text, experiment.values, experiment.starts, experiment.span, experiment.tensors)
        return replace(experiment, text=text, values={}, starts=None, span=None)

    return Edit("Write values into the text", None, change)


def store_tensors(tensors: Mapping[str, StoredTensor], added: tuple[str, ...]) -> Edit:
    """Keep these tensors in the document, `added` being new; lines such as W = data "W" take them from there."""
    return Edit(f"Store {', '.join(added)}", None, lambda experiment, _: replace(experiment, tensors=tensors))


def set_module(name: str, file: ModuleFile) -> Edit:
    """Mean this place and content where the text names the Python file `name`."""
    return Edit(
        f"Take {name} as it is",
        None,
        lambda experiment, _: replace(experiment, modules={**experiment.modules, name: file}),
    )


def set_text(text: str, system: System, deterministic: str = Integration.method) -> Edit:
    """Take over a text that parsed to `system`; where it has lost its noise, `deterministic` is the method again."""

    def change(experiment: Experiment, before: System) -> Experiment:
        return carried_over(experiment, before, text, system, deterministic)

    return Edit("Edit the text", ("text",), change)


def span_of(experiment: Experiment, system: System) -> tuple[float, float]:
    """The time span in force."""
    return system.span if experiment.span is None else experiment.span
