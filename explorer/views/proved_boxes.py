"""Boxes that are proved to hold exactly one root, as marks of a plot."""

from __future__ import annotations

from core.readings import FixedPoint, FixedPoints, PointProof, RootProofs

from ..canvas.diagonal_bands import Band
from ..canvas.outlined_boxes import OutlinedBox
from ..layered import Layer
from ..proof_words import count_chip, point_words, proofs_about
from ..theme import Theme
from .fixed_point_marks import colour_of_point
from .plane_axes import PlaneAxes


def proved_layer(where: str) -> Layer:
    """The layer of proved boxes; where: how they look."""
    help = f"{where} that is proved to hold exactly one fixed point or root, by interval arithmetic"
    return Layer("proofs", "Proved boxes", help=help, of_formulas=True)


def proved_bands(proofs: RootProofs | None, points: FixedPoints | None, theme: Theme) -> list[Band]:
    """An interval on the diagonal for every root of a scalar map."""
    return [
        Band(float((proof.point - proof.radius)[0]), float((proof.point + proof.radius)[0]), colour)
        for proof, colour in _coloured(proofs, points, theme)
    ]


def proved_boxes(
    proofs: RootProofs | None, points: FixedPoints | None, axes: PlaneAxes, theme: Theme
) -> list[OutlinedBox]:
    """A rectangle in the plane for every root. Of more than two unknowns it is the box's shadow."""
    if proofs is None or not {axes.x, axes.y}.issubset(axes.components):
        return []
    x, y = axes.components.index(axes.x), axes.components.index(axes.y)
    words = "exactly one root" if proofs.is_root else "exactly one fixed point"
    boxes = []
    for proof, colour in _coloured(proofs, points, theme):
        low, high = (proof.point - proof.radius).tolist(), (proof.point + proof.radius).tolist()
        boxes.append(OutlinedBox((low[x], high[x]), (low[y], high[y]), words, colour))
    return boxes


def proof_chip(proofs: RootProofs | None, points: FixedPoints | None) -> tuple[str, str]:
    """A few words for the heading, and a sentence."""
    about = proofs_about(proofs, points)
    return ("", "") if about is None else (count_chip(about), about.sentence)


def proof_of(point: FixedPoint, proofs: RootProofs | None, points: FixedPoints | None) -> str:
    """What is proved of a point, in words; empty where nothing is."""
    about = proofs_about(proofs, points)
    proof = None if about is None else about.of_point(point.point)
    return "" if proof is None else point_words(proof)


def _coloured(proofs: RootProofs | None, points: FixedPoints | None, theme: Theme) -> list[tuple[PointProof, str]]:
    """The proofs of the points that are shown, in their colours."""
    about = proofs_about(proofs, points)
    if about is None or points is None:
        return []
    found = [(about.of_point(point.point), colour_of_point(point, theme)) for point in points.points]
    return [(proof, colour) for proof, colour in found if proof is not None]
