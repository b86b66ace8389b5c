"""Which integration method a text is followed by once it gains noise, or loses it."""

from __future__ import annotations

from dataclasses import replace

from core.catalogue import integrators
from core.experiment import Integration
from core.language import System

_STOCHASTIC = "euler_maruyama"


def fitting_method(choice: Integration, before: System, after: System) -> Integration:
    """`choice`, or another method where an edit of the text from `before` to `after` brought noise or took it away.

    Else whoever types the first dW would see an error instead of a path.
    """
    known = integrators().get(choice.method)
    if known is None or bool(before.noise) == bool(after.noise) or known.knows_noise == bool(after.noise):
        return choice
    return replace(choice, method=_STOCHASTIC if after.noise else Integration.method)
