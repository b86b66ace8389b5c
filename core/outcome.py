"""Why a solve ended, per sample, as a sentence with a cure."""

from __future__ import annotations

from dataclasses import dataclass

_SENTENCES: dict[str, tuple[bool, str, str]] = {
    # code: (success, what happened, what to do)
    "success": (True, "reached the end of the time span", ""),
    "running": (False, "is still running", ""),
    "max_steps": (False, "used up its step budget", "raise the step budget, loosen rtol, or shorten the time span"),
    "max_evaluations": (False, "used up its evaluation budget", "raise the evaluation budget or loosen rtol"),
    "max_time": (False, "used up its time budget", "raise the time budget or shorten the time span"),
    "step_underflow": (
        False,
        "needed a step smaller than the spacing of floating-point numbers",
        "the solution has a singularity here, or the system is stiff: loosen rtol or use an implicit method",
    ),
    "nonfinite_rhs": (
        False,
        "met a vector field that is not a finite number",
        "look for a division by zero, log or sqrt of a negative number near this point",
    ),
    "nonfinite_state": (
        False,
        "grew beyond every finite number",
        "the solution blows up, or the fixed step is too large: shorten the span or reduce the step",
    ),
    "bad_input": (False, "has a start that is not a finite number", "give finite numbers as the starting point"),
    "cancelled": (False, "was cancelled", ""),
    "engine_died": (False, "lost its engine", "the engine was restarted; run again"),
    "out_of_memory": (False, "ran out of memory", "use fewer trajectories, fewer output times or a shorter span"),
}


@dataclass(frozen=True)
class Outcome:
    """The end of one sample.

    name: a short code ("success", "max_steps", "nonfinite_rhs", ...).
    t: the time (or iteration) of the last good point; None where it does not apply.
    """

    name: str
    t: float | None = None

    def __post_init__(self) -> None:
        if self.name not in _SENTENCES:
            raise ValueError(f"unknown outcome {self.name!r}; known are {', '.join(sorted(_SENTENCES))}")

    @property
    def success(self) -> bool:
        """Whether the sample did what was asked."""
        return _SENTENCES[self.name][0]

    @property
    def cure(self) -> str:
        """What a person can do about it; empty where nothing is wrong."""
        return _SENTENCES[self.name][2]

    def __str__(self) -> str:
        _, what, cure = _SENTENCES[self.name]
        place = "" if self.t is None or self.success else f" at t = {self.t:.6g}"
        return f"{what}{place}" + (f": {cure}" if cure else "")
