"""How many bytes gradient methods keep, over the depth of what they differentiate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import nan
from time import perf_counter
from typing import Any

import numpy as np

from ..background import Deadline, OutOfTimeError, beside
from ..gradient_method import Cotangent, FixedPointGradient, GradientMethod
from ..readings.gradient_memory import GradientMemory, MemoryLine
from ..vector_jacobian import Inputs
from .measured_gradient import counted
from .memory_law import memory_law

_FIRST, _EACH, _ALL = 6.0, 3.0, 18.0
"""Seconds of a method's first measurement, which may compile, of a later one, and of all."""
_SHORTEST = 0.05
_MOST = 512_000_000
"""Bytes that a method may be expected to keep."""


@dataclass(frozen=True)
class Deep:
    """A solve of `depth` iterations or steps; solved makes what a gradient method is handed, on another thread."""

    depth: int
    solved: Callable[[Deadline], Any]


Depths = Iterable[Deep | str | None]
"""Solves of growing depth. None: one is still being solved; a sentence: why there is none."""


def gradient_memory(
    blank: GradientMemory, depths: Depths, methods: Sequence[GradientMethod], cotangent: Cotangent, inputs: Inputs
) -> Iterator[GradientMemory | None]:
    """`blank` with one measurement more after each, the last with all of them; None every 20 ms between.

    What is counted are the tensors that a method's tapes hold at a time, to the byte and what they share once, and what
    it says it keeps beside them. A method of a fixed point with a field k, a number of iterations, goes through as many
    as the solve took.
    """
    courses, left, reached, done = [_Course(method) for method in methods], _ALL, [], 0
    notes = [blank.note] if blank.note else []
    for found in depths:
        if found is None:
            yield None
            continue
        if isinstance(found, str):
            notes = notes or [found]
            continue
        reached.append(float(found.depth))
        for course in courses:
            course.forecast(found.depth, left)
            if not course.note:
                begun = perf_counter()
                yield from course.measure(
                    found, cotangent, inputs, max(min(_EACH if len(reached) > 1 else _FIRST, left), _SHORTEST)
                )
                left -= perf_counter() - begun
            course.fill(len(reached))
            done += 1
            yield replace(
                blank,
                depth=np.array(reached),
                lines=tuple(each.line(reached) for each in courses),
                done=done,
                total=max(blank.total, done),
                note=next(iter(notes), ""),
            )
    yield replace(
        blank,
        depth=np.array(reached),
        lines=tuple(each.line(reached) for each in courses) if reached else (),
        done=done,
        total=done,
        note=next(iter(notes), ""),
    )


class _Course:
    """One method from depth to depth, until it cannot go on."""

    def __init__(self, method: GradientMethod) -> None:
        self.method, self.note = method, ""
        self._kept: list[float] = []
        self._depth = 0
        self._goes_through = isinstance(method, FixedPointGradient) and hasattr(method, "k")

    def forecast(self, depth: int, seconds: float) -> None:
        """Whether to ask at this depth, from the last answer."""
        if self.note:
            return
        if seconds <= 0.0:
            self.note = "its time was over"
        elif self._depth and self._kept[-1] * depth / self._depth > _MOST:
            self.note = f"at {depth} it might keep more than {_MOST // 1_000_000} MB"

    def measure(self, found: Deep, cotangent: Cotangent, inputs: Inputs, seconds: float) -> Iterator[None]:
        """One number more, or a note."""
        method = replace(self.method, k=found.depth) if self._goes_through else self.method  # type: ignore[type-var]

        def count(deadline: Deadline) -> int:
            return counted(method, found.solved(deadline), cotangent, inputs)[1]

        try:
            kept = yield from beside(count, seconds)
        except (ValueError, NotImplementedError) as refusal:
            self.note = str(refusal)
        except OutOfTimeError:
            self.note = f"at {found.depth} it takes longer than {seconds:.2g} s"
        else:
            self._kept.append(float(kept))
            self._depth = found.depth

    def fill(self, count: int) -> None:
        """NaN where there is no number."""
        self._kept += [nan] * (count - len(self._kept))

    def line(self, depth: Sequence[float]) -> MemoryLine:
        """What is known so far."""
        kept = np.array([*self._kept, *[nan] * (len(depth) - len(self._kept))])
        law, method = memory_law(np.array(depth), kept), self.method
        return MemoryLine(method.name, method.title, kept, law, method.exact, self.note)
