"""Numbers as people read them."""

from __future__ import annotations

import cmath
import math
from typing import TYPE_CHECKING

import numpy as np

from .ticks import raised

if TYPE_CHECKING:
    from jaxtyping import Complex

_MOST_EIGENVALUES = 4


def number_text(value: float, digits: int = 4) -> str:
    """`value` with `digits` significant digits and a real minus sign."""
    return f"{value:.{digits}g}".replace("-", "−")


def power_text(value: float, digits: int = 3) -> str:
    """`value` with a power of ten as people write it, "3.2·10⁻⁸" or "10⁻⁸"; plainly from 0.001 to 10000."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return number_text(value, max(digits, len(str(int(abs(value))))))
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    power = f"10{raised(int(exponent))}"
    signs = {"1": power, "-1": f"−{power}"}
    return signs.get(mantissa, f"{mantissa}·{power}".replace("-", "−"))


def bytes_text(count: int) -> str:
    """ "880 B", "14.2 kB", "3.25 MB": in powers of a thousand."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{number_text(count / size, 3)} {unit}"
    return f"{count} B"


def grouped_text(value: float) -> str:
    """A whole number in groups of three digits, "12 000"; rounded where it is none, "–" where there is no number."""
    if not math.isfinite(value):
        return "–"
    return f"{round(value):,}".replace(",", "\u202f").replace("-", "−")


def seconds_text(seconds: float) -> str:
    """ "85 µs", "1.3 ms", "2.4 s", in two digits; "–" where it is not known."""
    if not math.isfinite(seconds):
        return "–"
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            value = seconds / size
            return f"{value:.0f} {unit}" if value >= 9.95 else f"{number_text(value, 2)} {unit}"
    return "0 s"


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
