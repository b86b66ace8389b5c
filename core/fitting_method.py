"""Which integration method a text is followed by that has noise, gains some or loses it."""

from __future__ import annotations

import math
from dataclasses import replace

from .catalogue import integrators
from .experiment import Experiment, Integration
from .language import FormulaError, System, parse

_STOCHASTIC = "euler_maruyama"
_STEPS = 100
"""Of a time span, the least: a path of fewer looks like straight lines."""
_SHORTEST = 1e-6
"""Step that an experiment can have."""


def experiment_of(text: str) -> Experiment:
    """The experiment of a bare text, which says nothing of a method: one that knows noise where the text has some."""
    plain = Experiment(text)
    try:
        system = parse(text)
    except FormulaError:
        return plain  # whoever reads it next says where it is wrong
    return replace(plain, integration=_stochastic(plain.integration, system.span)) if system.noise else plain


def fitting_method(
    choice: Integration,
    before: System,
    after: System,
    span: tuple[float, float],
    deterministic: str = Integration.method,
) -> Integration:
    """`choice`, or another method where an edit of the text from `before` to `after` brought noise or took it away.

    Else whoever types the first dW would see an error instead of a path. span: the one in force. deterministic: the
    method that comes back with the last dW gone.
    """
    known = integrators().get(choice.method)
    if known is None or bool(before.noise) == bool(after.noise) or known.knows_noise == bool(after.noise):
        return choice
    if after.noise:
        return _stochastic(choice, span)
    last = integrators().get(deterministic)
    return replace(choice, method=Integration.method if last is None or last.knows_noise else deterministic)


def _stochastic(choice: Integration, span: tuple[float, float]) -> Integration:
    """`choice` with a method for noise; a step that nobody chose is a round part of a short span."""
    step, longest = choice.step, abs(span[1] - span[0]) / _STEPS
    if step == Integration.step and step > longest:
        step = max(_SHORTEST, _rounded_down(longest))
    return replace(choice, method=_STOCHASTIC, step=step)


def _rounded_down(number: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is not larger."""
    power = math.floor(math.log10(number))
    return max(
        found
        for exponent in (power - 1, power)
        for digit in (1, 2, 5)
        if (found := float(f"{digit}e{exponent}")) <= number
    )
