"""Why a fixed-point iteration is slow, or fails: the eigenvalues of df/dz where it ends, in a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core import catalogue
from core.observed_cycle import observed_cycle

from .editors.number_text import number_text

if TYPE_CHECKING:
    from jaxtyping import Complex

    from core.experiment import RootFinding
    from core.observed_cycle import ObservedCycle
    from core.readings import FixedPoint, FixedPoints, Iterations, SolverRun, Spectrum

_NEAR = 0.1
"""Distance of an eigenvalue from 1 below which gradients are magnified enough to say so."""
_AT = 1e-6
"""Distance that is put down to the solver's tolerance."""


def reason_of(
    iterations: Iterations | None,
    sample: int,
    points: FixedPoints | None,
    spectrum: Spectrum | None,
    root: RootFinding,
) -> str:
    """Why the chosen solver is slow or fails for a sample; empty where no fixed point is known for it."""
    if iterations is None or sample >= len(iterations) or not iterations.runs:
        return ""
    eigenvalues = eigenvalues_at(iterations, sample, points, spectrum)
    if eigenvalues is None or not len(eigenvalues):
        return ""
    run = iterations.runs[0]
    rate = rate_sentence(eigenvalues, run.solver, run.title, _part_of_step(run.solver, root))
    return " ".join(filter(None, (rest_sentence(run, sample), rate, amplification_sentence(eigenvalues))))


def cycle_sentences(iterations: Iterations | None, sample: int) -> str:
    """What the cycles are like that solvers of a sample ended in, its rivals too."""
    runs = () if iterations is None or sample >= len(iterations) else iterations.runs
    found = ((run.title, observed_cycle(run, sample)) for run in runs)
    return " ".join(_cycle_sentence(title, cycle) for title, cycle in found if cycle is not None)


def _cycle_sentence(title: str, cycle: ObservedCycle) -> str:
    """Its length and step, and how fast it attracts."""
    drawn = "" if math.isnan(cycle.multiplier) else f", and each turn leaves {cycle.multiplier:.4f} of the distance"
    return f"{title}: cycle of {cycle.period}, step {number_text(cycle.step, 8)}{drawn}."


def rest_sentence(run: SolverRun, sample: int) -> str:
    """Where the start is a fixed point itself: nothing can be seen from there."""
    rests = run.outcomes[sample].success and len(run.residual) and not run.residual[0, sample] > 0.0
    return "The start is a fixed point itself, so nothing moves: start elsewhere." if rests else ""


def amplification_sentence(eigenvalues: Complex[np.ndarray, "n"]) -> str:
    """How strongly an eigenvalue near 1 magnifies gradients through the fixed point; empty where it hardly does."""
    distance = float(np.abs(np.asarray(eigenvalues) - 1.0).min())
    if not distance < _NEAR:
        return ""
    if distance <= _AT:
        return "An eigenvalue is 1: the gradient through this point does not exist."
    return f"An eigenvalue is {number_text(distance, 2)} from 1: gradients grow {_times(1.0 / distance)}-fold."


def eigenvalues_at(
    iterations: Iterations, sample: int, points: FixedPoints | None, spectrum: Spectrum | None
) -> Complex[np.ndarray, "n"] | None:
    """Eigenvalues of df/dz at the fixed point that a sample of the chosen solver ended at, or nearest to its end.

    None where no fixed point is known for it.
    """
    place = None if spectrum is None else spectrum.place_of(sample)
    if spectrum is not None and place is not None and spectrum.solved[place] and np.isfinite(spectrum.radius[place]):
        return spectrum.eigenvalues[place, spectrum.converged[place]]
    nearest = nearest_point(iterations, sample, points)
    return None if nearest is None else nearest.eigenvalues


def nearest_point(iterations: Iterations, sample: int, points: FixedPoints | None) -> FixedPoint | None:
    """The known fixed point of the sample's row that is nearest to where the chosen solver ended."""
    if points is None or not points.points or points.row != int(iterations.row[sample]):
        return None
    end = iterations.runs[0].solution[sample]
    if not np.isfinite(end).all():
        end = iterations.starts[sample]
    return min(points.points, key=lambda one: float(np.linalg.norm(one.point - end)))


def rate_sentence(eigenvalues: Complex[np.ndarray, "n"], solver: str, title: str, beta: float | None) -> str:
    """What the eigenvalues mean for a solver.

    beta: the part of Picard's step that the solver takes, 1 for Picard's own; None for a solver of another kind.
    """
    own = _radius(eigenvalues, 1.0)
    if beta is None:
        if own < 1.0:
            return f"ρ = {_number(own)}: Picard's method would take {_pace(own)}."
        return f"ρ = {_number(own)} ≥ 1: Picard's method would be repelled here."
    rate = _radius(eigenvalues, beta)
    name = "ρ" if solver == "picard" else f"ρ of (1 − β) I + β J with β = {number_text(beta, 3)}"
    if abs(rate - 1.0) <= _AT:
        return f"{name} = 1: the linearisation does not decide, and any convergence is slower than every rate."
    if rate < 1.0:
        return f"{name} = {_number(rate)}: {_pace(rate)}."
    who = "Picard's method" if solver == "picard" else title
    return f"{name} = {_number(rate)} ≥ 1: {who} is repelled here."


def _part_of_step(solver: str, root: RootFinding) -> float | None:
    """The beta with which a solver always goes from z to (1 - beta) z + beta f(z); None for one that does not."""
    if solver == "damped":
        options = root.options.get(solver, {})
        if options.get("damping", "given") != "given":
            return None
        return float(options.get("beta", catalogue.root_solvers()[solver].beta))
    return 1.0 if solver == "picard" else None


def _radius(eigenvalues: Complex[np.ndarray, "n"], beta: float) -> float:
    return float(np.abs(1.0 - beta + beta * np.asarray(eigenvalues)).max())


def _number(radius: float) -> str:
    """Enough digits to tell it from 1."""
    digits = 3 if abs(radius - 1.0) >= 5e-3 or radius == 1.0 else 2 - math.floor(math.log10(abs(radius - 1.0)))
    return number_text(radius, min(digits, 12))


def _pace(radius: float) -> str:
    if radius < 1e-8:
        return "the first iteration is enough nearby"
    count = math.log(10.0) / -math.log(radius)
    return f"about {max(1, round(count))} iteration{'s' if round(count) > 1 else ''} per factor 10"


def _times(factor: float) -> str:
    return f"{factor:.0f}" if factor < 1e4 else number_text(factor, 2)
