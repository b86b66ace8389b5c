"""Kennedy's and Carpenter's additive method of four stages and order 3."""

from __future__ import annotations

from fractions import Fraction

from ..additive_tableau import AdditiveTableau
from ..tableau import row

_GAMMA = "1767732205903/4055673282236"
_WEIGHTS = row(f"1471266399579/7840856788654 -4482444167858/7529755066697 11266239266428/11593286722821 {_GAMMA}")

METHOD = AdditiveTableau(
    name="kencarp3",
    title="KenCarp 3(2)",
    citation="C. A. Kennedy, M. H. Carpenter, Appl. Numer. Math. 44 (2003) 139, ARK3(2)4L[2]SA",
    order=3,
    explicit=(
        row("0 0 0 0"),
        row("1767732205903/2027836641118 0 0 0"),
        row("5535828885825/10492691773637 788022342437/10882634858940 0 0"),
        row("6485989280629/16251701735622 -4246266847089/9704473918619 10755448449292/10357097424841 0"),
    ),
    implicit=(
        row("0 0 0 0"),
        row(f"{_GAMMA} {_GAMMA} 0 0"),
        row(f"2746238789719/10658868560708 -640167445237/6845629431997 {_GAMMA} 0"),
        _WEIGHTS,
    ),
    b=_WEIGHTS,
    c=row("0 1767732205903/2027836641118 3/5 1"),
    estimate=row(
        "2756255671327/12835298489170 -10771552573575/22201958757719 9247589265047/10645013368117 "
        "2193209047091/5459859503100"
    ),
    estimate_order=2,
    dense=(
        row("4655552711362/22874653954995 -215264564351/13552729205753"),
        row("-18682724506714/9892148508045 17870216137069/13817060693119"),
        row("34259539580243/13192909600954 -28141676662227/17317692491321"),
        row("584795268549/6622622206610 2508943948391/7218656332882"),
    ),
    dense_order=2,
    rounding=Fraction(1, 10**23),
    help="Explicit, but for the linear part where a step begins, which is solved for: stiff diffusion, slow rest.",
)
