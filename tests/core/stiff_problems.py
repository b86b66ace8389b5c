"""The stiff problems that the implicit methods are held to: their text, start, end, and the size that counts as none.

Sources: HIRES, OREGO, E5, the Van der Pol equation and Robertson's reaction are those of E. Hairer, G. Wanner, Solving
Ordinary Differential Equations II, IV.10, and of the test set for IVP solvers (F. Mazzia, C. Magherini, 2008); the
oscillating one is B5 of W. H. Enright, T. E. Hull, B. Lindberg, BIT 15 (1975) 10, on [0, 2].
"""

from __future__ import annotations

from dataclasses import dataclass

ROBERTSON = "a' = -0.04a + 1e4 b c\nb' = 0.04a - 1e4 b c - 3e7 b^2\nc' = 3e7 b^2"
HIRES = """
p' = -1.71p + 0.43q + 8.32r + 0.0007
q' = 1.71p - 8.75q
r' = -10.03r + 0.43s + 0.035u
s' = 8.32q + 1.71r - 1.12s
u' = -1.745u + 0.43v + 0.43w
v' = -280v*x + 0.69s + 1.71u - 0.43v + 0.69w
w' = 280v*x - 1.81w
x' = -280v*x + 1.81w
"""
OREGO = "x' = 77.27(y + x(1 - 8.375e-6 x - y))\ny' = (z - (1 + x) y)/77.27\nz' = 0.161(x - z)"
E5 = """
a' = -7.89e-10 a - 1.1e7 a*c
b' = 7.89e-10 a - 1.13e9 b*c
c' = 7.89e-10 a - 1.1e7 a*c - 1.13e9 b*c + 1.13e3 d
d' = 1.1e7 a*c - 1.13e3 d
"""
OSCILLATING = "u' = -10u + 100v\nv' = -100u - 10v\nw' = -4w\nx' = -x\ny' = -0.5y\nz' = -0.1z"
POINTS = 30
"""Of the heat equation, between the two ends, which are kept at 0."""


def _heat() -> str:
    names = ["0", *(f"u_{place}" for place in range(1, POINTS + 1)), "0"]
    return "\n".join(
        f"{here}' = {(POINTS + 1) ** 2}*({left} - 2*{here} + {right})"
        for left, here, right in zip(names, names[1:], names[2:], strict=False)
    )


@dataclass(frozen=True)
class StiffProblem:
    """z' = f(t, z) as `text`, from `start` at 0 to `end`. atol: over rtol, of the size of the small components."""

    text: str
    start: tuple[float, ...]
    end: float
    atol: float


_REACTANTS = (1.0, 0.0, 0.0)
PROBLEMS = {
    "robertson_40": StiffProblem(ROBERTSON, _REACTANTS, 40.0, 1e-4),
    "robertson_4e5": StiffProblem(ROBERTSON, _REACTANTS, 4e5, 1e-6),
    "robertson_1e11": StiffProblem(ROBERTSON, _REACTANTS, 1e11, 1e-8),
    "hires": StiffProblem(HIRES, (1.0, *(0.0,) * 6, 0.0057), 321.8122, 1e-4),
    "orego": StiffProblem(OREGO, (1.0, 2.0, 3.0), 360.0, 1.0),
    "van_der_pol_1000": StiffProblem("x' = y\ny' = 1000 (1 - x^2) y - x", (2.0, 0.0), 2000.0, 1e-3),
    "van_der_pol_1e6": StiffProblem("x' = y\ny' = 1e6 ((1 - x^2) y - x)", (2.0, 0.0), 2.0, 1.0),
    "e5": StiffProblem(E5, (1.76e-3, 0.0, 0.0, 0.0), 1000.0, 1e-12),
    "oscillating": StiffProblem(OSCILLATING, (1.0,) * 6, 2.0, 1.0),
    "heat": StiffProblem(
        _heat(), tuple(min(place, POINTS + 1 - place) / (POINTS + 1) for place in range(1, POINTS + 1)), 0.1, 1.0
    ),
}
