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

_ALL = 40.0
"""Seconds of all measurements: every method has its share, so that a slow one takes nothing from the others."""
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
    courses = [_Course(method, _ALL / len(methods)) for method in methods]
    reached: list[float] = []
    done = 0
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
            yield from course.measure(found, cotangent, inputs)
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

    def __init__(self, method: GradientMethod, seconds: float) -> None:
        self.method, self.note, self._left = method, "", seconds
        self._kept: list[float] = []
        self._depth = 0
        self._goes_through = isinstance(method, FixedPointGradient) and hasattr(method, "k")

    def measure(self, found: Deep, cotangent: Cotangent, inputs: Inputs) -> Iterator[None]:
        """One number more, or a note; nothing where there is a note already."""
        if self._kept and self._depth and self._kept[-1] * found.depth / self._depth > _MOST:
            self.note = self.note or f"at {found.depth} it might keep more than {_MOST // 1_000_000} MB"
        if self.note:
            return
        method = replace(self.method, k=found.depth) if self._goes_through else self.method  # type: ignore[type-var]

        def count(deadline: Deadline) -> int:
            return counted(method, found.solved(deadline), cotangent, inputs)[1]

        begun = perf_counter()
        try:
            kept = yield from beside(count, self._left)
        except (ValueError, NotImplementedError) as refusal:
            self.note = str(refusal)
        except OutOfTimeError:
            self.note = f"at {found.depth} its time was over"
        else:
            self._kept.append(float(kept))
            self._depth = found.depth
            self._left -= perf_counter() - begun

    def fill(self, count: int) -> None:
        """NaN where there is no number."""
        self._kept += [nan] * (count - len(self._kept))

    def line(self, depth: Sequence[float]) -> MemoryLine:
        """What is known so far."""
        kept = np.array([*self._kept, *[nan] * (len(depth) - len(self._kept))])
        law, method = memory_law(np.array(depth), kept), self.method
        return MemoryLine(method.name, method.title, kept, law, method.exact, self.note)
