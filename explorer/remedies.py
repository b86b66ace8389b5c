"""What to try where a root solver fails: remedies that are one click each, the most promising first."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core import catalogue

from .editors.number_text import number_text
from .edits import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.experiment import Experiment, RootFinding
    from core.outcome import Outcome
    from core.readings import Iterations, Spectrum

_MOST = 3
_MOST_ITERATIONS = 100_000
_OUT_OF_BUDGET = frozenset({"max_iterations", "max_evaluations", "max_time"})
_REPELLED = frozenset({"cycle", "diverged", "stagnated", "max_iterations"})
_LAST_RESORT = "auto"


@dataclass(frozen=True)
class Remedy:
    """words: on the button; help: why it should do; edit: what a click does."""

    words: str
    help: str
    edit: Edit


def remedies(
    experiment: Experiment, iterations: Iterations | None, sample: int, spectrum: Spectrum | None
) -> tuple[Remedy, ...]:
    """For the chosen solver and a sample that it did not solve; none where it did, or nothing is known to help."""
    if iterations is None or sample >= len(iterations) or not iterations.runs:
        return ()
    run = iterations.runs[0]
    if sample >= len(run.outcomes):
        return ()
    outcome = run.outcomes[sample]
    if outcome.success or outcome.name in ("running", "cancelled", "bad_input", "nonfinite_map"):
        return ()
    found = {remedy.words: remedy for remedy in _candidates(experiment, iterations, sample, spectrum, outcome)}
    return tuple(found.values())[:_MOST]


def _candidates(
    experiment: Experiment, iterations: Iterations, sample: int, spectrum: Spectrum | None, outcome: Outcome
) -> Iterator[Remedy]:
    root = experiment.root
    if outcome.name == "float_floor":
        yield from _at_the_floor(experiment, outcome)
        return
    if root.solver in ("picard", "damped") and outcome.name in _REPELLED:
        yield from _damping(root, sample, spectrum)
    yield from _winners(iterations, sample)
    if outcome.name in _OUT_OF_BUDGET and _falls(iterations, sample) and root.iterations < _MOST_ITERATIONS:
        more = min(_MOST_ITERATIONS, 10 * root.iterations)
        yield Remedy(
            f"Allow {more:,} iterations".replace(",", " "),
            "The residual still falls",
            _change("Allow more iterations", iterations=more),
        )
    if outcome.name == "no_sign_change":
        yield from _wider(root)
    if root.solver != _LAST_RESORT and _LAST_RESORT in catalogue.root_solvers():
        yield _use(
            _LAST_RESORT, "It changes its method where one fails, and never claims a root without a small residual"
        )


def _at_the_floor(experiment: Experiment, outcome: Outcome) -> Iterator[Remedy]:
    if experiment.dtype == "float32":
        yield Remedy(
            "Compute in float64",
            "Rounding is 5e8 times finer there",
            Edit("Compute in float64", None, lambda experiment, _: replace(experiment, dtype="float64")),
        )
    floor = outcome.floor
    if floor is not None and experiment.root.criterion == "absolute" and 0.0 < floor < 1e-2:
        tolerance = 10.0 ** math.ceil(math.log10(2.0 * floor))
        yield Remedy(
            f"Set the tolerance to {number_text(tolerance)}",
            f"The residual reached {number_text(floor, 2)}, and rounding lets it come no lower",
            _change("Loosen the tolerance", tolerance=tolerance),
        )


def _damping(root: RootFinding, sample: int, spectrum: Spectrum | None) -> Iterator[Remedy]:
    """The damping that the eigenvalues at the fixed point ask for."""
    if spectrum is None or sample >= len(spectrum.solved) or not spectrum.solved[sample]:
        return
    beta, rate = float(spectrum.damping[sample]), float(spectrum.damped_radius[sample])
    if not (math.isfinite(beta) and 0.01 <= beta < 1.0 and rate < 1.0):
        return
    beta = float(f"{beta:.4g}")
    options = {**root.options, "damped": {**root.options.get("damped", {}), "beta": beta}}
    if root.solver == "damped" and root.options.get("damped", {}).get("beta") == beta:
        return
    yield Remedy(
        f"Damp with β = {number_text(beta, 4)}",
        f"The eigenvalues at the fixed point then give the rate {number_text(rate, 3)}",
        _change("Damp the solver", solver="damped", options=options),
    )


def _winners(iterations: Iterations, sample: int) -> Iterator[Remedy]:
    """Rivals that solved this sample, those with the fewest evaluations first."""
    solved = [run for run in iterations.runs[1:] if sample < len(run.outcomes) and run.outcomes[sample].success]
    for run in sorted(solved, key=lambda run: int(run.evaluations[:, sample].max(initial=0))):
        count = int(run.iterations[sample])
        yield _use(run.solver, f"It found a root from this start in {count} iteration{'s' * (count != 1)}")


def _wider(root: RootFinding) -> Iterator[Remedy]:
    kind = catalogue.root_solvers()[root.solver]
    known = root.options.get(root.solver, {}).get("width", getattr(kind, "width", None))
    if isinstance(known, float):
        wide = min(10.0 * known, 1e6)
        options = {**root.options, root.solver: {**root.options.get(root.solver, {}), "width": wide}}
        yield Remedy(
            f"Search within ±{number_text(wide)}",
            "A wider interval may hold a change of sign",
            _change("Widen the first interval", options=options),
        )


def _use(solver: str, help: str) -> Remedy:
    title = catalogue.root_solvers()[solver].title
    return Remedy(f"Use {title}", help, _change(f"Use {title}", solver=solver))


def _change(title: str, **changes: object) -> Edit:
    def change(experiment: Experiment, _: object) -> Experiment:
        root = experiment.root
        if "solver" in changes and root.rivals:  # who is chosen out of a race changes places
            rivals = tuple(name for name in (root.solver, *root.rivals) if name != changes["solver"])
            root = replace(root, rivals=rivals)
        return replace(experiment, root=replace(root, **changes))  # type: ignore[arg-type]

    return Edit(title, None, change)


def _falls(iterations: Iterations, sample: int) -> bool:
    """Whether the residual of the chosen solver was still falling."""
    residual = iterations.runs[0].residual[:, sample]
    residual = residual[np.isfinite(residual)]
    half = len(residual) // 2
    return half > 0 and float(residual[half:].min()) < 0.9 * float(residual[:half].min())
