"""Greek letters: typed by name or as a letter, the same name to the program."""

from __future__ import annotations

import re

GREEK: dict[str, str] = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "upsilon": "υ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
}
"""Name to letter. π is the constant pi, see `normal_name`."""

_NAMES = {letter: name for name, letter in GREEK.items()} | {"π": "pi", "ϕ": "phi", "ϵ": "epsilon", "µ": "mu"}
LETTERS = "".join(_NAMES)
"""Every letter that may stand in a name beside the Latin ones."""

_PARTS = re.compile(r"([A-Za-z]+)(?:_?([0-9]+)|_(\w+)|\[([0-9,]+)\])?")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def normal_name(text: str) -> str:
    """The name the program uses: every Greek letter spelt out, so that μ and mu are one."""
    return "".join(_NAMES.get(character, character) for character in text)


def symbol_of(name: str) -> str:
    """How `name` is shown: mu as μ, mu1, mu_1 and mu[1] as μ₁, z[2,3] as z₂₃, mu_max as μ_max."""
    parts = _PARTS.fullmatch(name)
    if parts is None:
        return name
    letters, digits, word, places = parts.groups()
    symbol = GREEK.get(letters, letters)
    if word:
        return f"{symbol}_{word}"
    if places:
        # beyond 9 the digits of two indices need a sign between them
        digits = places.replace(",", "" if all(len(place) == 1 for place in places.split(",")) else "\u2009")
    return symbol + (digits or "").translate(_SUBSCRIPTS)
