"""What the window is about: the verb in the text decides, and the buttons in the top bar show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """name: of its command, behind "mode_". kinds: of the systems (`System.kind`) that it is about."""

    name: str
    title: str
    help: str
    kinds: frozenset[str]


MODES = (
    Mode("vector_field", "Vector field", "Differential equations: x' = f(x)", frozenset({"ode"})),
    Mode("fixed_point", "Fixed point", "Implicit layers: z <- f(z), or 0 = g(z)", frozenset({"map", "root"})),
    Mode(
        "optimisation",
        "Optimisation",
        "Losses: minimise f(x), by the gradient flow and optimisers",
        frozenset({"minimise"}),
    ),
)


def mode_of(kind: str) -> Mode:
    """The mode of a kind of systems."""
    return next(mode for mode in MODES if kind in mode.kinds)
