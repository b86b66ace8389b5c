"""Greek letters: typed by name or as a letter, the same name to the program."""

from __future__ import annotations

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


def normal_name(text: str) -> str:
    """The name the program uses: every Greek letter spelt out, so that μ and mu are one."""
    return "".join(_NAMES.get(character, character) for character in text)


def symbol_of(name: str) -> str:
    """How `name` is shown: mu as μ, mu_1 and mu1 with the letter before the rest."""
    for length in range(len(name), 1, -1):
        head, tail = name[:length], name[length:]
        if head in GREEK and (not tail or tail.startswith("_") or tail.isdigit()):
            return GREEK[head] + tail
    return name
