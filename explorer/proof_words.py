"""What is proved about roots, in words; every bound is rounded to its safe side."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from typing import TYPE_CHECKING

from .editors.number_text import number_text

if TYPE_CHECKING:
    from core.readings import FixedPoints, Iterations, PointProof, RootProofs, SampleProof


_NOTHING = 1e-300
"""What is left of 0 when it is rounded up: G' is constant."""


def proofs_about(proofs: RootProofs | None, points: FixedPoints | None) -> RootProofs | None:
    """The proofs if they are about the problem that these points belong to: the last ones may be of another."""
    if proofs is None or points is None or (proofs.problem, proofs.row) != (points.problem, points.row):
        return None
    return proofs


def at_most(value: float, digits: int = 2) -> str:
    """A number that is not below `value`."""
    return _rounded(value, digits, ROUND_CEILING)


def at_least(value: float, digits: int = 2) -> str:
    """A number that is not above `value`."""
    return _rounded(value, digits, ROUND_FLOOR)


def point_words(proof: PointProof) -> str:
    """In what box a root is the only one, and how near to its computed place it is."""
    radii = [at_least(float(radius)) for radius in proof.radius]
    box = radii[0] if len(radii) == 1 else f"({', '.join(radii)})"
    return f"proved: the only one within ±{box}, error ≤ {at_most(float(proof.error.max()))}"


def count_chip(proofs: RootProofs) -> str:
    """A few words for the heading of a plot; empty while nothing is proved."""
    noun = "root" if proofs.is_root else "fixed point"
    if proofs.alone and not proofs.inside:
        return f"proved: no {noun}"
    if proofs.alone is None or not proofs.inside:
        return ""
    many = f"{proofs.inside} {noun}{'s' * (proofs.inside > 1)}"
    return f"proved: {'exactly' if proofs.alone else 'at least'} {many}"


def sample_words(proofs: RootProofs | None, iterations: Iterations | None, index: int) -> str:
    """What the theorems of Banach and of Newton and Kantorovich say where the chosen solver ended for a sample."""
    sample = None if proofs is None else proofs.sample
    if sample is None or iterations is None or sample.index != index or index >= len(iterations):
        return ""
    if not iterations.runs or not (iterations.runs[0].solution[index] == sample.z).all():
        return ""  # it has moved on
    return "\n".join(filter(None, (_banach(sample), _kantorovich(sample))))


def _banach(sample: SampleProof) -> str:
    if sample.banach is None or sample.contraction is None:
        return ""
    rate = at_most(sample.contraction, 3)
    return f"Error ≤ {at_most(sample.banach)} by Banach's theorem (contraction {rate} nearby)."


def _kantorovich(sample: SampleProof) -> str:
    if sample.h is None or sample.kantorovich is None:
        return ""
    if sample.h > 0.5:
        value = f"h = {at_least(sample.h)}" if sample.h >= 0.51 else "h"
        return f"Newton–Kantorovich: {value} > 1/2, which proves nothing here."
    since = f"; h ≤ 1/2 from iteration {sample.certain} on" if sample.certain else ""
    value = at_most(sample.h) if sample.h > _NOTHING else "0"
    return f"Newton–Kantorovich: h = {value} ≤ 1/2, a root within {at_most(sample.kantorovich)}{since}."


def _rounded(value: float, digits: int, rounding: str) -> str:
    if not math.isfinite(value):
        return number_text(value)
    return number_text(float(Context(prec=digits, rounding=rounding).create_decimal(repr(value))), digits)
