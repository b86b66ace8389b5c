"""The global error of a trajectory in words."""

from __future__ import annotations

import math

from core.readings import GlobalError

from ..canvas.number_text import number_text, power_text


def error_chip(error: GlobalError) -> tuple[str, str, bool]:
    """A short text, a sentence, and whether it is a warning."""
    how = (
        "by the same steps, each as two of half the size (Richardson)"
        if error.halved
        else "by a run with a tenth of the tolerances, as this method finds its own steps"
    )
    text, until = f"error ≈ {power_text(error.at_end, 2)}", error.good_until
    if until is not None:
        short = f"trust it until t = {number_text(until, 3)}"
        why = "the finer run came no further" if error.lost else "then the error exceeds 5 % of the trajectory's size"
        return short, f"{short}: {why}, {how}", True
    return text, f"{text} at the end, estimated {how}", False


def error_facts(error: GlobalError) -> tuple[str, str | None]:
    """The number for the inspector, and until when the trajectory can be trusted where that is not to its end."""
    until = error.good_until
    number = "unknown" if math.isnan(error.at_end) else f"≈ {power_text(error.at_end, 2)} at the end"
    return number, None if until is None else f"until t = {number_text(until, 4)}"
