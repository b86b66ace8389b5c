"""The lines of a script that solves an implicit layer."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from ..budget import Budget
from .literals import dictionary, entries, keywords, listed, one_a_line, point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..experiment import Experiment
    from ..language import System

_END = """
for number, (z, outcome) in enumerate(zip(root.z, root.outcome), start=1):
    print(f"sample {number} {outcome}", *(f"{value:.17g}" for value in z), sep="\\n    ")"""
_LOSSES = {"sum": "z.sum()", "half_square": "0.5 * (z * z).sum()"}


def layer_lines(experiment: Experiment, system: System, starts: Sequence[Sequence[float]]) -> list[str]:
    """`core.solve` by the chosen solver from every start, for every row of the batch data, then a gradient."""
    written = [f"starts = {listed([point(start) for start in starts])}"]
    if system.batch is not None:
        written += [
            f"rows = np.tile(np.arange({system.batch}), len(starts))  # of the batch data, one for each sample",
            f"starts = np.repeat(starts, {system.batch}, axis=0)",
        ]
    shared = entries({"device": experiment.device, "dtype": experiment.dtype})
    if experiment.values and system.module is None:  # a layer from a file has them in it
        shared = [f"'params': {dictionary(experiment.values)}", *shared]
    lines = [*written, *_solving(experiment, system), f"shared = {{{', '.join(shared)}}}"]
    lines += ["root = core.solve(system, starts, **options, **shared)", _END]
    return lines + _gradient(experiment, system)


def _solving(experiment: Experiment, system: System) -> list[str]:
    choice, path = experiment.root, {"python": "numpy"}.get(experiment.path, experiment.path)
    options = entries(
        {
            "method": choice.solver,
            **choice.options.get(choice.solver, {}),
            "tol": choice.tolerance,
            "stop": choice.criterion,
            "whole_batch": choice.whole_batch,
            "iterations": choice.iterations,
            "best": choice.best,
            "path": path,
        }
    )
    budget = replace(experiment.budget, steps=choice.iterations)
    if budget != Budget(steps=choice.iterations):
        options += [f"'budget': core.Budget({', '.join(keywords(asdict(budget)))})"]
    if system.batch is not None:
        options += ["'rows': rows"]
    return [f"options = {{{one_a_line(options)}}}"]


def _gradient(experiment: Experiment, system: System) -> list[str]:
    """What the chosen loss changes with, by implicit differentiation; nothing where the layer has no inputs."""
    known = [parameter.name for parameter in system.parameters] + [item.name for item in system.data]
    chosen = [experiment.gradient.wrt] if experiment.gradient.wrt in known else known
    if not chosen:
        return []
    loss = _LOSSES[experiment.gradient.loss]
    return [
        "",
        f"card = core.gradient(system, lambda z: {loss}, {chosen!r}, start=starts, solve=options, **shared)",
        'print(f"gradient of the loss {card.value:.17g}", card.note)',
        "for name, slope in card.grads.items():",
        '    print(f"d loss / d {name} =", slope)',
    ]
