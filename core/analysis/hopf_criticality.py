"""Whether the cycles that begin at a Hopf point attract or repel: the first Lyapunov coefficient."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

Form = Callable[["Float[np.ndarray, 'n']"], "Float[np.ndarray, 'n']"]
"""v -> the second, or third, derivative of f(z + s v) by s."""

_NOTHING = 1e-9
"""Of a coefficient in shares of the box: below it, rounding and the error of the point's place are all there is."""


def first_lyapunov_coefficient(
    matrix: Float[np.ndarray, "n n"],
    second: Form,
    third: Form,
    spread: Float[np.ndarray, "n"],
) -> float:
    """l1 of z' = f(z) at an equilibrium whose matrix df/dz has the eigenvalues +-i omega: the cycles beside it attract
    in their plane where l1 < 0 (a supercritical Hopf bifurcation) and repel where l1 > 0 (subcritical).

    second, third: v -> B(v, v) and v -> C(v, v, v). With A q = i omega q, A^T p = -i omega p, <q, q> = <p, q> = 1:
    l1 = Re(<p, C(q, q, q*)> - 2 <p, B(q, A^-1 B(q, q*))> + <p, B(q*, (2 i omega - A)^-1 B(q, q))>) / (2 omega), in
    1 / unit of z^2. spread (n,): what counts as 1 along every component; 0 where l1 is rounding beside it, NaN where a
    derivative is no number or another eigenvalue is 0 or 2 i omega too.

    Source: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. (2004), eq. (5.34).
    """
    values, vectors = np.linalg.eig(matrix)
    place = int(np.where(values.imag > 0.0, np.abs(values.real) / np.maximum(np.abs(values), 1e-300), np.inf).argmin())
    omega, q = float(values[place].imag), vectors[:, place]
    left_values, left = np.linalg.eig(matrix.T)
    p = left[:, np.abs(left_values + 1j * omega).argmin()]
    q = q / np.linalg.norm(q)
    p = p / np.conj(np.vdot(p, q))
    unit = np.eye(len(matrix))
    try:
        mean = np.linalg.solve(matrix, _bilinear(second, q, q.conj()))
        double = np.linalg.solve(2j * omega * unit - matrix, _bilinear(second, q, q))
    except np.linalg.LinAlgError:
        return float("nan")
    cubic = np.vdot(p, _trilinear(third, q))
    square = -2.0 * np.vdot(p, _bilinear(second, q, mean)) + np.vdot(p, _bilinear(second, q.conj(), double))
    found = float((cubic + square).real) / (2.0 * omega)
    reach = 1.0 / max(float(np.abs(q / spread).max()), 1e-300)
    sizes = (abs(complex(cubic)) + abs(complex(square))) / omega
    return 0.0 if abs(found) <= _NOTHING * max(sizes, 1.0 / reach**2) else found


def _bilinear(second: Form, u: Complex[np.ndarray, "n"], v: Complex[np.ndarray, "n"]) -> Complex[np.ndarray, "n"]:
    """B(u, v), from B along single directions."""

    def real(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return 0.25 * (second(one + other) - second(one - other))

    straight = real(u.real, v.real) - real(u.imag, v.imag)
    return np.asarray(straight + 1j * (real(u.real, v.imag) + real(u.imag, v.real)))


def _trilinear(third: Form, q: Complex[np.ndarray, "n"]) -> Complex[np.ndarray, "n"]:
    """C(q, q, q*): with q = a + ib it is C(a, a, a) + C(a, b, b) + i (C(a, a, b) + C(b, b, b))."""
    a, b = q.real, q.imag
    plus, minus = third(a + b), third(a - b)
    aaa, bbb = third(a), third(b)
    aab, abb = (plus - minus - 2.0 * bbb) / 6.0, (plus + minus - 2.0 * aaa) / 6.0
    return np.asarray(aaa + abb + 1j * (aab + bbb))
