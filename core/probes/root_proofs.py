"""Proofs about the fixed points in sight and about where the chosen solver ended, once everything else is done."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.pixel_method import parameter_values
from ..analysis.root_proof import LARGEST, RootBox, RootProver
from ..language.walk import is_large
from ..points_in_sight import points_in_sight
from ..probe import Slice, SolutionProbe, SweepProbe
from ..problem_key import problem_key
from ..readings.iterations import SolverRun
from ..readings.root_proofs import PointProof, RootProofs, SampleProof
from ..run_context import RunContext
from ..search_box import search_box

if TYPE_CHECKING:
    from jaxtyping import Float

_SECONDS = 1.0
"""That the search for other roots may take."""
_LAST = 40
"""Iterates, from the end, at which Newton's method is asked for."""


class RootProofsProbe(SolutionProbe[RootProofs], SweepProbe[RootProofs]):
    """Boxes around fixed points, a search for others, and the theorems of Banach and Kantorovich at a sample's end.

    Nothing in preview quality, and nothing for large systems.
    """

    reading = RootProofs
    title = "boxes around roots"
    kinds = frozenset({"map", "root"})

    def __init__(self) -> None:
        self._reading: RootProofs | None = None
        self._context: RunContext | None = None
        self._run: SolverRun | None = None

    def begin(self, context: RunContext) -> None:
        system = context.field.system
        if context.preview or system is None or system.size > LARGEST or is_large(system):
            return
        self._context = context

    def solved(self, run: SolverRun) -> None:
        self._run = run

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None or context.field.system is None:
            return
        yield Slice(0.0, finer=True)  # what is there already is shown before
        prover = RootProver(context.field.system, parameter_values(context).tolist())
        boxes: list[RootBox] = []
        for share in self._found(context, prover, boxes):
            yield Slice(0.4 * share)
        empty = _empty(context)
        sides = [_side(box, empty.low, empty.high) for box in boxes]
        points = tuple(PointProof(box.centre, box.radius, box.error) for box in boxes)
        self._reading = proof = replace(empty, points=points, inside=sides.count("inside"))
        for sample in self._of_sample(context):
            self._reading = proof = replace(proof, sample=sample)
            yield Slice(0.5)
        yield Slice(0.5, finer=True)
        no_other = yield from _searched(prover, proof, boxes)
        self._reading = replace(proof, alone=no_other and "edge" not in sides)

    def read(self) -> RootProofs | None:
        return self._reading

    def _found(self, context: RunContext, prover: RootProver, boxes: list[RootBox]) -> Iterator[float]:
        """Fill `boxes`, one for every root."""
        points, _ = points_in_sight(context)
        for number, point in enumerate(points, 1):
            box = prover.largest_box(point.point)
            if box is not None and all(_apart(box, other) for other in boxes):
                boxes.append(box)
            yield number / len(points)

    def _of_sample(self, context: RunContext) -> Iterator[SampleProof]:
        run, focus, system = self._run, context.focus, context.field.system
        if run is None or system is None or focus >= run.z.shape[1]:
            return
        (seen,) = np.isfinite(run.z[:, focus]).all(axis=1).nonzero()
        if not len(seen):
            return
        prover = RootProver(system, parameter_values(context, focus).tolist())
        z = run.z[seen[-1], focus]
        ball, newton = prover.contraction(z), prover.kantorovich(z)
        sample = SampleProof(focus, z)
        if ball is not None:
            sample = replace(sample, contraction=ball.bound, ball=ball.radius, banach=ball.error)
        if newton is not None:
            sample = replace(sample, h=newton.h, kantorovich=newton.error)
        yield sample
        for record in seen[: -_LAST - 1 : -1].tolist():
            known = prover.kantorovich(run.z[record, focus])
            if known is None or not known.h <= 0.5:
                break
            sample = replace(sample, certain=int(run.iteration[record]))
            yield sample


def _searched(prover: RootProver, proof: RootProofs, boxes: list[RootBox]) -> Generator[Slice, None, bool]:
    """Whether the box is proved to hold no other root than those of `boxes`."""
    begun, counts, left = perf_counter(), prover.search(proof.low, proof.high, boxes), 1
    while perf_counter() - begun < _SECONDS and (count := next(counts, None)) is not None:
        left = count
        yield Slice(0.9, stage="looking for others")
    return left == 0


def _empty(context: RunContext) -> RootProofs:
    """Nothing is proved yet."""
    low, high = search_box(context)
    viewport, system = context.viewport, context.field.system
    shown = {*()} if viewport is None else {viewport.x, viewport.y}
    return RootProofs(
        components=context.field.components,
        points=(),
        inside=0,
        alone=None,
        low=low,
        high=high,
        visible=shown.issuperset(context.field.components),
        sample=None,
        row=0 if context.rows is None else int(context.rows[0]),
        problem=problem_key(context.experiment),
        is_root=system is not None and system.kind == "root",
    )


def _apart(one: RootBox, other: RootBox) -> bool:
    """Whether two boxes are proved to hold different roots."""
    return bool((np.abs(one.centre - other.centre) > 1.001 * (one.error + other.error)).any())


def _side(box: RootBox, low: Float[np.ndarray, "n"], high: Float[np.ndarray, "n"]) -> str:
    """Where a root lies: "inside" [low, high], "outside", or on its "edge" as far as is known."""
    bottom, top = box.centre - 1.001 * box.error, box.centre + 1.001 * box.error
    if (bottom >= low).all() and (top <= high).all():
        return "inside"
    return "outside" if ((top < low) | (bottom > high)).any() else "edge"


PROBE = RootProofsProbe
