"""How the error of every gradient method follows the tolerance of the run, and how long the run is."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from ..background import Deadline, OutOfTimeError, beside
from ..gradient_method import TrajectoryGradient
from ..implicit_tableaus.radau5 import TABLEAU as RADAU5
from ..integration_method import IntegrationMethod
from ..ode_path import choose_controller
from ..readings.gradient_errors import ErrorLine, GradientErrors
from ..tableaus.dop853 import TABLEAU as TIGHT
from .forward_run import ForwardRun
from .gradient_comparison import LOSSES, Comparison, LossChoice

if TYPE_CHECKING:
    from jaxtyping import Float

_TOLERANCES = 10.0 ** np.arange(-3.0, -11.5, -1.0)
_HORIZONS = 12
"""Spans, each the square root of two shorter than the next."""
_REFERENCE, _CHECK = 1e-13, 1e-12
"""Relative tolerances of the reference and of the run that tells how well it is known."""
_STIFF = 1e-9, 1e-8
"""Both of a method for stiff systems, whose steps cost a thousand times as much: it has half the points as well, and
none below a tolerance of `_COARSE`."""
_ABSOLUTE = 1e-2
"""Absolute over relative tolerance of both; at most, of a method for stiff systems."""
_COARSE = 1e-7
_EACH, _ALL = 1.5, 30.0
"""Seconds of one gradient, and of all."""


@dataclass(frozen=True)
class _Point:
    """One run, and what its gradient should be; known: the relative error of that, NaN where it did not arrive."""

    run: ForwardRun
    compared: Comparison
    known: float


def gradient_errors(
    run: ForwardRun, methods: Sequence[TrajectoryGradient], loss: str = "half_square", *, trajectory: int = 0
) -> Iterator[GradientErrors | None]:
    """A reading after every method, the last with all of them; None every 20 ms between.

    The tolerance falls by powers of ten over the whole span, with atol in the proportion to rtol that is in force; the
    horizon grows at the tolerances in force. Every relative error is that against the discrete gradient of a run at
    1e-13. Methods that promise the derivative of the steps themselves share one line, computed from the stages.
    """
    choice, tolerances = LOSSES[loss], run.controller.tolerances
    rtols = _TOLERANCES if tolerances is not None else np.empty(0)
    length = run.span[1] - run.span[0]
    horizons = length * 2.0 ** (0.5 * np.arange(1 - _HORIZONS, 1))
    if run.method.stiff:
        rtols, horizons = rtols[rtols > 0.9 * _COARSE], horizons[1::2]
    errors = GradientErrors(
        trajectory=trajectory,
        names=run.names,
        tolerance=rtols,
        horizon=np.abs(horizons),
        rtol=nan if tolerances is None else tolerances[0],
        length=abs(length),
        known_to_tolerance=np.full(len(rtols), nan),
        known_to_horizon=np.full(len(horizons), nan),
        lines=(),
        total=any(method.exact for method in methods) + sum(not method.exact for method in methods),
        loss_text=f"{choice.text} at the end",
    )
    if not run.outcome.success:
        yield replace(errors, total=0, note=f"the trajectory {run.outcome}")
        return
    yield from beside(lambda _: run.prepare(), inf)
    by_tolerance, by_horizon = yield from _points(run, choice, rtols, horizons)
    errors = replace(
        errors,
        known_to_tolerance=np.array([point.known for point in by_tolerance]),
        known_to_horizon=np.array([point.known for point in by_horizon]),
    )
    exact = tuple(method for method in methods if method.exact)
    if exact:
        found = []
        for points in (by_tolerance, by_horizon):
            found.append((yield from beside(partial(_exact_errors, points, choice), inf)))
        names = tuple(method.title for method in exact)
        errors = replace(errors, lines=(ErrorLine("exact", "exact for the steps", names, True, found[0], found[1]),))
        yield errors
    left = _ALL
    for method in (method for method in methods if not method.exact):
        columns, notes = [], []
        for points in (by_tolerance, by_horizon):
            column = []
            for point in points:
                error, note, seconds = yield from _asked(method, point, choice, min(_EACH, left))
                left -= seconds
                column.append(error)
                notes += [note] if note else []
            columns.append(np.array(column))
        line = ErrorLine(
            method.name, method.title, (method.title,), False, columns[0], columns[1], next(iter(notes), "")
        )
        errors = replace(errors, lines=(*errors.lines, line))
        yield errors


def _points(
    run: ForwardRun, choice: LossChoice, rtols: Float[np.ndarray, "R"], horizons: Float[np.ndarray, "H"]
) -> Generator[None, None, tuple[list[_Point], list[_Point]]]:
    """Runs with other tolerances, and runs of other lengths, with what their gradients should be."""
    whole = yield from _question(run, choice)
    by_tolerance, by_horizon = [], []
    for rtol in rtols.tolist():
        assert run.controller.tolerances is not None
        factor = rtol / run.controller.tolerances[0]
        by_tolerance.append(replace(whole, run=(yield from beside(partial(_run, run, run.span[1], factor), inf))))
    for horizon in horizons.tolist():
        at = yield from beside(partial(_run, run, run.span[0] + horizon, 1.0), inf)
        by_horizon.append((yield from _question(at, choice)))
    return by_tolerance, by_horizon


def _run(run: ForwardRun, end: float, factor: float, deadline: Deadline) -> ForwardRun:
    """The same up to another end, with this multiple of the tolerances."""
    control, span = run.controller.tightened(factor), (run.span[0], end)
    return ForwardRun(run.field, run.method, control, span, run.start, run.budget, deadline.check)


def _question(at: ForwardRun, choice: LossChoice) -> Generator[None, None, _Point]:
    """What the gradient of a run should be, from two runs that are as exact as can be."""
    method = RADAU5 if at.method.stiff else TIGHT
    found = []
    for rtol in _STIFF if at.method.stiff else (_REFERENCE, _CHECK):
        found.append((yield from beside(partial(_tight_gradient, at, choice, method, rtol), inf)))
    reference = Comparison(found[0])
    return _Point(at, reference, reference.error(found[1]))


def _tight_gradient(
    at: ForwardRun, choice: LossChoice, method: IntegrationMethod, rtol: float, deadline: Deadline
) -> Float[np.ndarray, "P"]:
    known = at.controller.tolerances
    share = _ABSOLUTE if known is None or not method.stiff else min(_ABSOLUTE, known[1] / known[0])
    control = choose_controller(method, rtol, rtol * share, None)
    tight = ForwardRun(at.field, method, control, at.span, at.start, at.budget, deadline.check)
    return _discrete(tight, choice, deadline) if tight.outcome.success else np.full(len(at.names), nan)


def _discrete(run: ForwardRun, choice: LossChoice, deadline: Deadline) -> Float[np.ndarray, "P"]:
    return run.discrete(choice.cotangent(run.ending)[0].numpy(), deadline.check)


def _exact_errors(points: Sequence[_Point], choice: LossChoice, deadline: Deadline) -> Float[np.ndarray, "K"]:
    """Of the discrete gradients of runs; NaN of those that did not arrive."""
    good = [point.run.outcome.success for point in points]
    return np.array(
        [
            point.compared.error(_discrete(point.run, choice, deadline)) if arrived else nan
            for point, arrived in zip(points, good, strict=True)
        ]
    )


def _asked(
    method: TrajectoryGradient, point: _Point, choice: LossChoice, most: float
) -> Generator[None, None, tuple[float, str, float]]:
    """Relative error, a sentence where there is none, and the seconds that it took at most."""
    run = point.run
    if not run.outcome.success:
        return nan, f"the trajectory {run.outcome}", 0.0
    if most <= 0.0:
        return nan, "its time was over", 0.0
    try:
        gradient, note = yield from beside(partial(_gradient, method, run, choice), most)
    except ValueError as refusal:
        return nan, str(refusal), 0.0
    except OutOfTimeError:
        return nan, f"it takes longer than {most:.2g} s here", most
    return point.compared.error(gradient), note, 0.0


def _gradient(
    method: TrajectoryGradient, run: ForwardRun, choice: LossChoice, deadline: Deadline
) -> tuple[Float[np.ndarray, "P"], str]:
    found = method.backward(run.solved(deadline), choice.cotangent, run.inputs())
    return run.flat(found.grads), found.note
