"""Numbers as people read and type them."""

from __future__ import annotations

import math


def number_text(value: float, digits: int = 6) -> str:
    """`value` with at most `digits` significant digits and a typographic exponent-free form where that is short."""
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return "∞" if value > 0 else "-∞" if value < 0 else "NaN"
    if float(value).is_integer() and abs(value) < 1e9:
        return str(int(value))
    return f"{value:.{digits}g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def parsed_number(text: str) -> float | None:
    """The finite number that `text` says, or None. A decimal comma is understood."""
    try:
        value = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
