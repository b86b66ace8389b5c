"""What every gradient method claims of the slope of a loss by one or two parameters, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..background import Deadline, OutOfTimeError, beside
from ..deferred import deferred
from ..gradient_method import FixedPointGradient, GradientMethod, SolvedLayer, TrajectoryGradient
from ..gradient_methods.implicit import Implicit
from ..newton_polish import polish
from ..readings.loss_landscape import ClaimedSlope
from .forward_run import ForwardRun
from .gradient_comparison import LossChoice
from .layer_costs import LayerQuestion

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")

_EACH, _ALL = 2.0, 10.0
"""Seconds that a method, and all of them together, may take."""
_EACH_DRAGGED, _ALL_DRAGGED = 0.1, 0.4
_NOWHERE = "Newton's method finds no fixed point near: the reference is the derivative at the solver's last point"


class Slopes(Protocol):
    """A solved problem that can be asked for d loss / d value (k,) of k parameters."""

    loss: float
    note: str
    """Why there is no gradient, or what is to be said of the reference; else empty."""

    def reference(self, deadline: Deadline) -> Float[np.ndarray, "k"]:
        """As exact as it can be; NaN where there is none."""

    def claimed(self, method: Any, deadline: Deadline) -> tuple[Float[np.ndarray, "k"], str]:
        """What a method finds, and its note. Raises ValueError or NotImplementedError where it refuses."""


class LayerSlopes:
    """Of the loss of one fixed point; the reference is the implicit gradient where Newton's method ends."""

    def __init__(self, question: LayerQuestion, names: tuple[str, ...], choice: LossChoice) -> None:
        self._question, self._choice = question, choice
        known = question.mapping.parameters
        self._inputs = {name: torch.tensor(known[name], dtype=torch.float64) for name in names}
        z = torch.as_tensor(np.array(question.z, dtype=np.float64))[None]
        good = bool(torch.isfinite(z).all())
        self.loss = choice.value(z) if good else np.nan
        self.note = "" if good else "the solver ended where there is no number: nothing can be differentiated"

    def reference(self, deadline: Deadline) -> Float[np.ndarray, "k"]:
        """The dense implicit gradient at the polished point, or at the solver's last one where there is none."""
        if self.note:
            return np.full(len(self._inputs), np.nan)
        solve = self._question.solved(deadline)
        z, arrived = polish(solve.f, solve.z, self._inputs)
        if not bool(arrived.all()):
            self.note, z = _NOWHERE, solve.z
        there = SolvedLayer(solve.f, z, solve.start)
        return self._numbers(Implicit().backward(there, self._choice.cotangent, self._inputs).grads)

    def claimed(self, method: FixedPointGradient, deadline: Deadline) -> tuple[Float[np.ndarray, "k"], str]:
        """At the solver's last point."""
        found = method.backward(self._question.solved(deadline), self._choice.cotangent, self._inputs)
        return self._numbers(found.grads), found.note

    def _numbers(self, grads: Any) -> Float[np.ndarray, "k"]:
        return np.array([float(grads[name]) for name in self._inputs])


class TrajectorySlopes:
    """Of the loss of one trajectory's end; the reference is the discrete gradient of `ForwardRun.finer`."""

    def __init__(self, run: ForwardRun, names: tuple[str, ...], choice: LossChoice) -> None:
        self._run, self._names, self._choice = run, names, choice
        arrived = run.outcome.success
        self.loss = choice.value(run.ending) if arrived else np.nan
        self.note = "" if arrived else f"the trajectory {run.outcome}"

    def reference(self, deadline: Deadline) -> Float[np.ndarray, "k"]:
        """By the derivatives of the finer run's steps."""
        if self.note:
            return np.full(len(self._names), np.nan)
        self._run.prepare()
        finer = self._run.finer(check=deadline.check)
        flat = finer.discrete(self._choice.cotangent(finer.ending)[0].numpy(), deadline.check)
        return np.array([flat[finer.names.index(name)] for name in self._names])

    def claimed(self, method: TrajectoryGradient, deadline: Deadline) -> tuple[Float[np.ndarray, "k"], str]:
        """Of the run itself."""
        found = method.backward(self._run.solved(deadline), self._choice.cotangent, self._run.inputs())
        return np.array([float(found.grads[name]) for name in self._names]), found.note


@dataclass(frozen=True)
class Claims:
    """What is known so far: by values of the parameters, not by places."""

    loss: float
    note: str
    reference: Float[np.ndarray, "k"]
    slopes: tuple[ClaimedSlope, ...] = ()


def claimed_slopes(
    ask: Callable[[Deadline], Slopes], methods: Sequence[GradientMethod], *, dragged: bool = False
) -> Generator[Claims | None, None, None]:
    """The reference, then it with one method more after each; None every 20 ms between.

    ask: solves the problem. methods: all there are; while a slider is dragged, only
    those are asked that do not promise what the reference is, and only for a moment.
    """
    slopes = yield from beside(ask, inf)
    reference = yield from beside(slopes.reference, inf)
    claims = Claims(slopes.loss, slopes.note, reference)
    yield claims
    if not np.isfinite(reference).all():
        return
    each, left = (_EACH_DRAGGED, _ALL_DRAGGED) if dragged else (_EACH, _ALL)
    for method in methods:
        if dragged and method.exact:
            continue
        most = max(min(each, left), 0.01)
        slope, note = np.full(len(reference), np.nan), ""
        try:
            slope, note = yield from beside(partial(slopes.claimed, method), most)
        except (ValueError, NotImplementedError) as refusal:
            note = str(refusal)
        except OutOfTimeError:
            note = f"it takes longer than {most:.2g} s here, and was left"
            left -= most
        line = ClaimedSlope(method.name, method.title, slope, method.exact, note)
        claims = Claims(claims.loss, slopes.note, reference, (*claims.slopes, line))
        yield claims
