"""Names of equilibria by the eigenvalues of their Jacobian."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex

BAND = 1e-7
"""Relative width of the band in which a real or imaginary part counts as 0."""


def classify(eigenvalues: Complex[np.ndarray, "n"]) -> tuple[str, bool | None]:
    """The type of an equilibrium and whether it is stable (None: linearisation does not decide).

    A part counts as zero where it is below BAND times the largest modulus: at a Hopf point the label reads
    "centre", not a spiral of rounding errors.
    Source: S. H. Strogatz, Nonlinear Dynamics and Chaos, 2nd ed. 2015, sections 5.2 and 6.3.
    """
    if not np.isfinite(eigenvalues).all():
        return "undefined (the Jacobian is not finite)", None
    size = float(np.abs(eigenvalues).max(initial=0.0))
    real = np.where(np.abs(eigenvalues.real) <= BAND * size, 0.0, eigenvalues.real)
    spiral = bool((np.abs(eigenvalues.imag) > BAND * size).any())
    if size == 0.0 or (np.abs(eigenvalues) <= BAND * size).any():
        # a zero eigenvalue beside an unstable one is unstable all the same
        return "degenerate", False if (real > 0).any() else None
    if (real < 0).all():
        return ("stable spiral" if spiral else "stable node" if real.size > 1 else "stable"), True
    if (real > 0).all():
        return ("unstable spiral" if spiral else "unstable node" if real.size > 1 else "unstable"), False
    if (real > 0).any():
        if (real < 0).any():
            return ("saddle-focus" if spiral else "saddle"), False
        return "unstable spiral", False
    return "centre" if real.size == 2 else "non-hyperbolic", None


def critical_label(eigenvalues: Complex[np.ndarray, "n"]) -> str:
    """What a rest of the gradient flow is to the objective, whose Hessian has minus the flow's eigenvalues."""
    label, _ = classify(eigenvalues)
    if label.startswith("stable"):
        return "minimum"
    return "maximum" if label.startswith("unstable") else label
