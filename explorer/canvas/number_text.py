"""Numbers as people read them."""

from __future__ import annotations

import cmath
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex

_MOST_EIGENVALUES = 4


def number_text(value: float, digits: int = 4) -> str:
    """`value` with `digits` significant digits and a real minus sign."""
    return f"{value:.{digits}g}".replace("-", "−")


def eigenvalue_text(eigenvalues: Complex[np.ndarray, "n"]) -> tuple[str, ...]:
    """One line per eigenvalue; a conjugate pair shares one: "λ = 0.5 ± 0.866i"."""
    left = [complex(value) for value in eigenvalues]
    lines = []
    while left:
        value = left.pop(0)
        size = max(abs(value), 1e-300)
        pair = next((other for other in left if cmath.isclose(other, value.conjugate(), abs_tol=1e-9 * size)), None)
        if abs(value.imag) <= 1e-12 * size:
            lines.append(f"λ = {number_text(value.real)}")
        elif pair is not None:
            left.remove(pair)
            lines.append(f"λ = {_real_part(value, size)}± {number_text(abs(value.imag))}i")
        else:
            sign = "+" if value.imag > 0 else "−"
            lines.append(f"λ = {_real_part(value, size)}{sign} {number_text(abs(value.imag))}i")
    if len(lines) > _MOST_EIGENVALUES:
        lines = [*lines[: _MOST_EIGENVALUES - 1], f"and {len(lines) - _MOST_EIGENVALUES + 1} more"]
    return tuple(lines)


def _real_part(value: complex, size: float) -> str:
    return "" if abs(value.real) <= 1e-12 * size else f"{number_text(value.real)} "
