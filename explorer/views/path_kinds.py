"""What tells the paths of test points apart: their classes, or what the answers should be."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from core.readings import FeaturePaths

from ..canvas.colour import blend
from ..canvas.glyphs import Glyph
from ..canvas.legend import Swatch
from ..canvas.number_text import number_text
from .class_marks import class_colour, class_glyph, class_swatch
from .class_scores import class_scores

if TYPE_CHECKING:
    from jaxtyping import Bool, Int

    from ..theme import Theme

_FEW = 10
"""Different targets up to which each is one kind."""
_BINS = 6
"""Kinds of more of them, by size."""


@dataclass(frozen=True)
class PathKinds:
    """members (N,): the kind of every path; names: of the kinds. labels: their classes, or places in the order of their
    targets. ordered: whether they are targets by size, whose colours change step by step."""

    members: Int[np.ndarray, "N"]
    names: tuple[str, ...]
    labels: tuple[int, ...]
    ordered: bool = False

    @classmethod
    def of(cls, paths: FeaturePaths) -> PathKinds:
        """By class; where there are none by target."""
        if (paths.labels >= 0).any() or not paths.targets.size:
            values, members = np.unique(paths.labels, return_inverse=True)
            labels = tuple(values.tolist())
            return cls(members, tuple(f"class {label}" if label >= 0 else "no class" for label in labels), labels)
        target = paths.targets[:, 0]
        finite = np.isfinite(target)
        values = np.unique(target[finite])
        if not len(values):
            return cls(np.zeros(len(target), dtype=np.int64), ("test points",), (0,))
        if len(values) <= _FEW:
            return cls._placed(np.where(finite, target, values[0]), values)
        edges = np.quantile(target[finite], np.linspace(0.0, 1.0, _BINS + 1))
        members = np.clip(np.searchsorted(edges, target, side="right") - 1, 0, _BINS - 1)
        ends = [f"{number_text(low, 2)} to {number_text(high, 2)}" for low, high in pairwise(edges.tolist())]
        return cls(members, tuple(f"target {text}" for text in ends), tuple(range(_BINS)), ordered=True)

    @classmethod
    def _placed(cls, target: np.ndarray, values: np.ndarray) -> PathKinds:
        names = tuple(f"target {number_text(value)}" for value in values.tolist())
        return cls(np.searchsorted(values, target), names, tuple(range(len(values))))

    def colour(self, theme: Theme, kind: int) -> str:
        """The colour of one kind."""
        if self.ordered:
            return blend(theme.accent, theme.amber, kind / max(1, len(self.names) - 1))
        return class_colour(theme, self.labels[kind])

    def glyph(self, kind: int) -> Glyph:
        """Its mark."""
        return class_glyph(self.labels[kind])

    def swatch(self, kind: int) -> Swatch:
        """The same in a legend."""
        return class_swatch(self.labels[kind])


def named_kinds(kinds: PathKinds | None, theme: Theme, *, wrong: bool) -> list[tuple[str, Swatch, str]]:
    """Names, marks and colours for a legend; wrong: whether some answers are."""
    named: list[tuple[str, Swatch, str]] = []
    if kinds is not None:
        named = [(name, kinds.swatch(kind), kinds.colour(theme, kind)) for kind, name in enumerate(kinds.names)]
    return [*named, ("wrong", "ring", theme.rose)] if wrong else named


def right_paths(paths: FeaturePaths) -> Bool[np.ndarray, "N"] | None:
    """Whether the network is right at the end of every path; None where there are no classes."""
    if not (len(paths.labels) and paths.answers.size and (paths.labels >= 0).all()):
        return None
    right: np.ndarray = class_scores(paths.answers).argmax(axis=1) == paths.labels
    return right


def outcome_words(paths: FeaturePaths) -> tuple[str, str]:
    """How good the answers are, in a chip and at length."""
    right = right_paths(paths)
    if right is not None:
        count = int(right.sum())
        return f"{count} of {len(right)} right", f"Of these {len(right)} test points {count} are right"
    away = paths.answers - paths.targets if paths.answers.shape == paths.targets.shape else np.empty(0)
    away = away[np.isfinite(away)]
    if not away.size:
        return "", ""
    text = f"error {number_text(float(np.sqrt(np.mean(away**2))), 3)}"
    return text, f"Root mean square {text} of the answers to these test points"
