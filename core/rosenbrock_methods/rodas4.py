"""RODAS: the Rosenbrock method of order 4 whose last stage is the solution."""

from __future__ import annotations

from fractions import Fraction

from ..rosenbrock_form import from_increments, of_slopes
from ..rosenbrock_tableau import RosenbrockTableau
from ..tableau import row

_GAMMA = Fraction(1, 4)
_LAST = "1.221224509226641 6.019134481288629 12.53708332932087 -0.6878860361058950"
_ALPHA, _MATRIX = from_increments(
    _GAMMA,
    a=(
        "1.544",
        "0.9466785280815826 0.2557011698983284",
        "3.314825187068521 2.896124015972201 0.9986419139977817",
        _LAST,
        f"{_LAST} 1",
    ),
    c=(
        "-5.6688",
        "-2.430093356833875 -0.2063599157091915",
        "-0.1073529058151375 -9.594562251023355 -20.47028614809616",
        "7.496443313967647 -10.24680431464352 -33.99990352819905 11.70890893206160",
        "8.083246795921522 -7.981132988064893 -31.52159432874371 16.31930543123136 -6.058818238834054",
    ),
)
_END = row(f"{_LAST} 1 1")
_FIRST = row("10.12623508344586 -7.487995877610167 -34.80091861555747 -7.992771707568823 1.025137723295662 0")
_SECOND = row("-0.6762803392801253 6.087714651680015 16.43084320892478 24.76722511418386 -6.594389125716872 0")
"""z(theta) = z + theta (z1 - z) + theta (1 - theta) (first + theta second), sums of increments all three."""
_POWERS = (
    tuple(end + first for end, first in zip(_END, _FIRST, strict=True)),
    tuple(second - first for first, second in zip(_FIRST, _SECOND, strict=True)),
    tuple(-second for second in _SECOND),
)

METHOD = RosenbrockTableau(
    name="rodas4",
    title="RODAS 4(3)",
    citation="E. Hairer, G. Wanner, Solving Ordinary Differential Equations II (1996), IV.7 and VI.4 (RODAS)",
    order=4,
    alpha=_ALPHA,
    gamma=_MATRIX,
    b=of_slopes(_END, _MATRIX),
    nodes_of_time=row("0 0.386 0.21 0.63 1 1"),
    shares_of_time=row("0.25 -0.1043 0.1035 -0.0362 0 0"),
    estimate=of_slopes(row(f"{_LAST} 1 0"), _MATRIX),
    estimate_order=3,
    continuous=tuple(zip(*(of_slopes(power, _MATRIX) for power in _POWERS), strict=True)),
    continuous_order=3,
    rounding=Fraction(1, 10**14),
    help="Six linear equations with one matrix per step and nothing to iterate: stiff systems at middling accuracy.",
)
