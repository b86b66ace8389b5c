"""What the spectrum says, in figures and words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import Spectrum

from ..canvas.figure_table import FigureRow
from ..canvas.number_text import number_text, power_text

if TYPE_CHECKING:
    from ..canvas.chip_row import ChipRow
    from ..theme import Theme

HEADINGS = ("of J", "value", "meaning")
CHIPS = ("solved", "sample", "found", "radius", "damping", "condition")
NEARLY_SINGULAR = 1e6
"""Condition of I - J from which on its gradients are not to be trusted."""
_AGREES = 0.01
"""Relative error up to which an estimate of the radius is not worth a word."""
_Figure = tuple[str, str, str, str, bool]
"""Name, value, meaning in a word, in a sentence, whether it is a warning."""


def tell(chips: ChipRow, spectrum: Spectrum | None, place: int, sample: int, beta: float) -> None:
    """The numbers that decide as chips; `place` along the reading, of which `sample` was asked for."""
    if spectrum is None or place >= len(spectrum.radius):
        for name in CHIPS:
            chips.set_text(name, "")
        return
    unsolved = "" if spectrum.solved[place] else "no fixed point"
    chips.set_text("solved", unsolved, "the solver ended at no fixed point: J is taken there", warning=True)
    shown = int(spectrum.samples[place])
    text = "" if shown == sample else f"sample {shown + 1}"
    chips.set_text("sample", text, f"{text}: of a layer this large not every sample is looked at")
    size, found = spectrum.at.shape[1], spectrum.eigenvalues.shape[1]
    good = int(spectrum.converged[place].sum())
    text = "" if found == size else f"{good} of {size}"
    hint = f"{text} eigenvalues: the outer ones, by Arnoldi's method; {found - good} more have not converged"
    chips.set_text("found", text, f"{hint} and decide nothing", warning=good < found)
    radius, condition = float(spectrum.radius[place]), float(spectrum.condition[place])
    text = f"ρ = {number_text(radius, 6)}" if math.isfinite(radius) else "ρ unknown"
    hint = "the eigenvalue of largest modulus has not converged" if math.isnan(radius) else _picard(radius)
    chips.set_text("radius", text, f"{text}: spectral radius; {hint}", warning=not radius < 1)
    if math.isnan(beta):
        hopeless = spectrum.measures.abscissa[place] >= 1.0
        text = "no damping helps" if hopeless else ""
        chips.set_text("damping", text, "an eigenvalue at or right of 1: no damping", warning=True)
    else:
        rate = damped_radius(spectrum, place, beta)
        text = f"β = {number_text(beta, 3)}: {number_text(rate)}"
        chips.set_text("damping", text, f"the rate under the damping {text}", warning=not rate < 1)
    text = "" if math.isnan(condition) else f"cond(I − J) = {power_text(condition)}"
    hint = f"{text}: how far gradients are magnified"
    chips.set_text("condition", text, hint, warning=condition >= NEARLY_SINGULAR)


def damped_radius(spectrum: Spectrum, place: int, beta: float) -> float:
    """The radius of (1 - beta) I + beta J, from what is known of the spectrum."""
    values = spectrum.eigenvalues[place, spectrum.converged[place]]
    return float(np.abs(1.0 - beta * (1.0 - values)).max(initial=0.0))


def figure_rows(spectrum: Spectrum | None, place: int, theme: Theme, beta: float) -> tuple[FigureRow, ...]:
    """A row per measure that is known, those that decide first, under the damping beta."""
    if spectrum is None or place >= len(spectrum.radius):
        return ()
    found = [*_eigenvalue_figures(spectrum, place, beta), *_norm_figures(spectrum, place)]
    return tuple(
        FigureRow(name, (value, word), theme.text, hint=hint, warning=warning)
        for name, value, word, hint, warning in found
        if not value.endswith("–")
    )


def _eigenvalue_figures(spectrum: Spectrum, place: int, beta: float) -> list[_Figure]:
    radius, power, right, best = (
        float(column[place])
        for column in (
            spectrum.radius,
            spectrum.measures.power_estimate,
            spectrum.measures.abscissa,
            spectrum.damping,
        )
    )
    picard = "Picard converges" if radius < 1 else "Picard diverges"
    rows = [("radius ρ", _text(radius, 6), picard, f"The largest |λ|: {_picard(radius)}", radius >= 1)]
    if not abs(power - radius) <= _AGREES * radius and math.isfinite(power + radius):
        hint = (
            f"The power method says {power:.3f} where the radius is {radius:.3f}: it turns for ever in the plane of a "
            "complex pair, and sees only a part of it"
        )
        rows.append(("power method", f"{power:.3f}", f"true {radius:.3f}", hint, True))
    flow = "flow stable" if right < 1 else "flow unstable"
    hint = "The flow z′ = f(z) − z comes back to the point where this is below 1"
    rows.append(("max Re λ", _text(right, 5), flow, hint, right >= 1))
    if math.isfinite(beta) and math.isfinite(radius):
        rate = damped_radius(spectrum, place, beta)
        word = "" if math.isnan(best) else f"best β = {number_text(best, 4)}"
        hint = f"The radius of (1 − β) I + β J, the rate of damping by β = {number_text(beta, 3)}"
        rows.append((f"ρ at β = {number_text(beta, 3)}", number_text(rate, 5), word, hint, rate >= 1))
    elif right >= 1:
        rows.append(("damping", "none helps", "", "An eigenvalue at or right of 1 stays there under damping", True))
    return rows


def _norm_figures(spectrum: Spectrum, place: int) -> list[_Figure]:
    measures = spectrum.measures
    norm, infinity, top, seen, departure, exact, square, error, condition = (
        float(column[place])
        for column in (
            spectrum.norm,
            measures.infinity_norm,
            measures.symmetric_top,
            measures.largest_norm,
            measures.departure,
            measures.frobenius,
            measures.hutchinson,
            measures.hutchinson_error,
            spectrum.condition,
        )
    )
    estimate = math.sqrt(square) if square >= 0.0 else math.nan
    spread = error / (2.0 * estimate) if estimate > 0.0 else 0.0
    shrinks = "Below 1 one iteration brings every two nearby points together, in this norm"
    hutchinson = "Estimate of the Frobenius norm from 32 products with random signs, and its standard error"
    met = "The largest |J|₂ at random points of the search box: below 1 nothing there speaks against a contraction"
    one_sided = "The largest eigenvalue of (J + Jᵀ)/2: below 1 the flow's every distance shrinks, and I − J is monotone"
    non_normal = "Henrici's departure from normality: the larger, the more |Jᵏ|₂ may grow before it falls as ρᵏ"
    magnified = "How far gradients through the point are magnified; endless where 1 is an eigenvalue"
    return [
        ("|J|₂", power_text(norm, 5), _contraction(norm), shrinks, False),
        ("|J| Frobenius", power_text(exact, 5), "", "The root of the sum of squares of J", False),
        ("Hutchinson", f"{power_text(estimate)} ± {power_text(spread, 1)}", "|J| Frobenius", hutchinson, False),
        ("|J|∞", power_text(infinity, 5), _contraction(infinity), shrinks, False),
        ("|J|₂ in the box", f"≥ {power_text(seen, 4)}", _contraction(seen, "may contract"), met, False),
        ("(J + Jᵀ)/2", _text(top, 5), "monotone" if top < 1 else "not monotone", one_sided, False),
        ("non-normality", power_text(departure, 4), "departure", non_normal, False),
        ("cond(I − J)", power_text(condition), "", magnified, condition >= NEARLY_SINGULAR),
    ]


def _contraction(norm: float, word: str = "contraction") -> str:
    return "" if math.isnan(norm) else word if norm < 1 else "no contraction"


def _picard(radius: float) -> str:
    return "Picard's method converges with this rate" if radius < 1 else "Picard's method does not converge"


def _text(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else number_text(value, digits)
