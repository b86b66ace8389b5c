"""What a parameter does to every root of a plot, as arrows and in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .number_text import number_text
from .vectors import Vector, Vectors

if TYPE_CHECKING:
    from jaxtyping import Float

    from core.readings import FixedPoint, FixedPoints

    from ..theme import Theme

Motion = Callable[[np.ndarray], tuple[float, float]]
"""Where dz (n,) leads on a plot."""
_SLIGHT = 1e-12


@dataclass(frozen=True)
class PointedParameter:
    """The parameter at whose slider a person points; change: a sensible step of it, which the arrows show."""

    name: str
    symbol: str
    change: float


class EffectArrows(Vectors):
    """An arrow from every root to where the linearisation says it goes when the parameter moves on a little."""

    def __init__(self, theme: Theme, z: float = 0.0) -> None:
        super().__init__(theme, z)
        self.shown: tuple[Vector, ...] = ()

    def show_effect(
        self,
        found: FixedPoints | None,
        places: Float[np.ndarray, "M 2"],
        pointed: PointedParameter | None,
        motion: Motion,
        back: float = 0.0,
    ) -> None:
        """places: of the roots, data coordinates. back: how far each arrow begins behind its root, in its lengths."""
        vectors, rims = [], []
        for one, place in zip(() if found is None else found.points, places, strict=False):
            effect = effect_of(one, found, pointed)
            if effect is None or pointed is None or not np.isfinite(effect).all():
                continue
            step = np.array(motion(effect * pointed.change))
            if not np.abs(step).max() > _SLIGHT * (1.0 + np.abs(place).max()):
                continue
            (x, y), tip = (place - back * step).tolist(), (place + step).tolist()
            rims.append(Vector((x, y), (tip[0], tip[1]), self.theme.card, 6.0))
            vectors.append(Vector((x, y), (tip[0], tip[1]), self.theme.violet, 2.6))
        self.shown = tuple(vectors)
        self.set_vectors([*rims, *vectors])


def effect_of(
    one: FixedPoint, found: FixedPoints | None, pointed: PointedParameter | None
) -> Float[np.ndarray, "n"] | None:
    """dz*/dp of the pointed parameter; None where nobody points or it is not known."""
    if found is None or pointed is None or pointed.name not in found.parameters or not one.effects.size:
        return None
    column: np.ndarray = one.effects[:, found.parameters.index(pointed.name)]
    return column


def effect_words(
    one: FixedPoint,
    found: FixedPoints | None,
    pointed: PointedParameter | None,
    seen: Sequence[tuple[int, str]],
) -> str:
    """dz*/dp in numbers, of the components (place, symbol) that are seen; empty where nobody points."""
    effect = effect_of(one, found, pointed)
    if effect is None or pointed is None:
        return ""
    names = ", ".join(f"{symbol}*" for _, symbol in seen)
    slope = f"d{names if len(seen) == 1 else f'({names})'}/d{pointed.symbol}"
    if not np.isfinite(effect).all():
        return f"{slope} does not exist"
    if len(seen) == 1:
        return f"{slope} = {number_text(float(effect[seen[0][0]]), 5)}"
    return f"{slope} = ({', '.join(number_text(float(effect[place])) for place, _ in seen)})"
