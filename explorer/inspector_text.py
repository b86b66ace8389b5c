"""Points and eigenvalues in words, as the inspector's tables write them."""

from __future__ import annotations

from collections.abc import Iterable

from .editors.number_text import number_text

_MOST, _OF_MANY = 6, 3
"""Components or eigenvalues that are written; where there are more, the first three."""


def point_text(values: Iterable[float]) -> str:
    """The components of a point in brackets."""
    numbers = [number_text(float(value), 4) for value in values]
    return f"({', '.join(_some(numbers))})"


def eigenvalues_text(values: Iterable[complex]) -> str:
    """Eigenvalues for people; a conjugate pair is written once, as "a ± bi"."""
    parts: list[str] = []
    for value in (complex(value) for value in values):
        if abs(value.imag) <= 1e-9 * max(1.0, abs(value)):
            parts.append(number_text(value.real, 3))
        elif value.imag > 0:
            real = "" if abs(value.real) <= 1e-9 * abs(value) else f"{number_text(value.real, 3)} "
            parts.append(f"{real}± {number_text(value.imag, 3)}i")
    return ", ".join(_some(parts))


def _some(parts: list[str]) -> list[str]:
    return parts if len(parts) <= _MOST else [*parts[:_OF_MANY], f"… {len(parts) - _OF_MANY} more"]
