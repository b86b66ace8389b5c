"""Why a solve ended, per sample, as a sentence with a cure."""

from __future__ import annotations

from dataclasses import dataclass

_SENTENCES: dict[str, tuple[bool, str, str]] = {
    # code: (success, what happened, what to do)
    "success": (True, "reached the end of the time span", ""),
    "event": (True, "met its terminal event", ""),
    "running": (False, "is still running", ""),
    "max_steps": (False, "used up its step budget", "raise the step budget, loosen rtol, or shorten the time span"),
    "max_evaluations": (False, "used up its evaluation budget", "raise the evaluation budget or loosen rtol"),
    "max_time": (False, "used up its time budget", "raise the time budget or shorten the time span"),
    "step_underflow": (
        False,
        "needed a step smaller than may be made, the shortest allowed or the spacing of floating-point numbers",
        "the solution has a singularity here, or the system is stiff: loosen rtol, use an implicit method, or lower "
        "the shortest step where one was given",
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
    "unsolved_step": (
        False,
        "met a step whose equation could not be solved",
        "reduce the fixed step, or take adaptive steps",
    ),
    "events_pile_up": (
        False,
        "met the same event again and again, sooner than times can be told apart",
        "make the event terminal, or change what the trajectory does there",
    ),
    "nonfinite_event": (
        False,
        "met an event whose condition or change is not a finite number",
        "look for a division by zero, log or sqrt of a negative number in the event",
    ),
    "bad_input": (False, "has a start that is not a finite number", "give finite numbers as the starting point"),
    "cancelled": (False, "was cancelled", ""),
    "engine_died": (False, "lost its engine", "the engine was restarted; run again"),
    "out_of_memory": (False, "ran out of memory", "use fewer trajectories, fewer output times or a shorter span"),
    # of root solvers
    "converged": (True, "converged", ""),
    "cycle": (
        False,
        "runs in a cycle",
        "no fixed point attracts it from here: start elsewhere, damp the solver, or use another one",
    ),
    "diverged": (
        False,
        "moves away from every fixed point",
        "start nearer to one, damp the solver, or use another one",
    ),
    "nonfinite_map": (
        False,
        "met a map that is not a finite number",
        "look for a division by zero, log or sqrt of a negative number near this point, or start elsewhere",
    ),
    "stagnated": (
        False,
        "comes no nearer to a fixed point",
        "there may be none near: start elsewhere, damp the solver, or use another one",
    ),
    "singular_jacobian": (
        False,
        "found no step, for the slope of f - z that it follows, I - J or a secant's, is singular",
        "start elsewhere, or use a solver that follows no slope, such as Anderson's",
    ),
    "line_search": (
        False,
        "finds no shorter residual in the direction of its step, however short it makes the step",
        "the map may have a kink or a jump here: start elsewhere, or use another solver",
    ),
    "local_minimum": (
        False,
        "rests where |f - z| is level, at a minimum or a saddle that is no root",
        "there may be no root near: start elsewhere, or change a parameter",
    ),
    "no_sign_change": (
        False,
        "found no interval about its start at whose ends f - z has different signs",
        "there may be no root near: start elsewhere, widen the first interval, or use another solver",
    ),
    "jump": (
        False,
        "closed in on a place where f - z changes its sign in a jump, or at a pole, and not at a root",
        "start elsewhere",
    ),
    "float_floor": (
        False,
        "reached the rounding of its floating-point numbers before the tolerance",
        "this is as near as they come: loosen the tolerance, or use float64",
    ),
    "max_iterations": (
        False,
        "used up its iterations",
        "allow more iterations, loosen the tolerance, or use a faster solver",
    ),
    # of optimisers
    "bounced_out": (
        False,
        "bounced out, further with every iteration",
        "lower the learning rate: it must stay below 2 / λ for the largest eigenvalue λ of the Hessian",
    ),
    "nonfinite_objective": (
        False,
        "met an objective that is not a finite number",
        "look for a division by zero, log or sqrt of a negative number near this point, or start elsewhere",
    ),
}
_ITERATIVE_CURES = {
    "max_evaluations": "raise the evaluation budget, loosen the tolerance, or use a faster solver",
    "max_time": "raise the time budget, loosen the tolerance, or use a faster solver",
    "out_of_memory": "use fewer starts or fewer iterations",
}


@dataclass(frozen=True)
class Outcome:
    """The end of one sample.

    name: a short code ("success", "max_steps", "nonfinite_rhs", ...).
    t: the time (or iteration) of the last good point; None where it does not apply.
    iterative: whether t is the number of an iteration.
    period: of a cycle. floor: the residual at which rounding stopped a root solver. account: what it did, where that
    is not plain, in half a sentence: "by bisection, after ...".
    """

    name: str
    t: float | None = None
    iterative: bool = False
    period: int | None = None
    floor: float | None = None
    account: str = ""

    def __post_init__(self) -> None:
        if self.name not in _SENTENCES:
            raise ValueError(f"unknown outcome {self.name!r}; known are {', '.join(sorted(_SENTENCES))}")

    @property
    def success(self) -> bool:
        """Whether the sample did what was asked."""
        return _SENTENCES[self.name][0]

    @property
    def what(self) -> str:
        """What happened, without where and how."""
        return _SENTENCES[self.name][1]

    @property
    def cure(self) -> str:
        """What a person can do about it; empty where nothing is wrong."""
        return (self.iterative and _ITERATIVE_CURES.get(self.name)) or _SENTENCES[self.name][2]

    def __str__(self) -> str:
        return self.sentence(self.cure)

    def sentence(self, cure: str) -> str:
        """What happened and where, with another cure than its own."""
        what = self.what
        if self.period is not None:
            what += f" of period {self.period}"
        if self.floor is not None:
            what += f", with a residual of {self.floor:.2g},"
        if self.account:
            what += f" {self.account}"
        return what + self._place() + (f": {cure}" if cure else "")

    def _place(self) -> str:
        if self.t is None or self.name == "success":
            return ""
        return f" at iteration {self.t:.0f}" if self.iterative else f" at t = {self.t:.6g}"
