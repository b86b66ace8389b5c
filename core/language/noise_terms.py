"""Noise in a rate, x' = -x + 0.3 dW: what multiplies dW is told apart from the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .errors import FormulaError, refusal
from .event_lines import formulas_of
from .shapes import Shape, Shapes
from .statements import Definition, Derivative, Statement, When
from .system import Equation, Kind
from .tree import Expression, number

NOISE = "dW"
"""The increment of a Wiener process, in a rate."""
_ONE = number(1.0)
_EXAMPLE = "write x' = -x + 0.3 dW: a factor, which may hang on x, t and parameters, times dW"


@dataclass(frozen=True)
class _Parts:
    """drift + factor dW; None where there is none."""

    drift: Expression | None
    factor: Expression | None


def without_noise(statements: Sequence[Statement]) -> tuple[list[Statement], dict[str, Expression]]:
    """The statements with the drifts of noisy rates in their places, and what multiplies dW, by unknown.

    Raises FormulaError where dW stands where it means nothing.
    """
    _refuse_elsewhere(statements)
    kept: list[Statement] = []
    factors: dict[str, Expression] = {}
    for line in statements:
        if not isinstance(line, Derivative) or not _noisy(line.rate):
            kept.append(line)
            continue
        parts = _parts(line.rate)
        if parts.factor is not None:
            factors[line.name.text] = parts.factor
        drift = parts.drift or Expression("number", (), 0.0, line.rate.line, line.rate.column)
        kept.append(Derivative(line.name, drift))
    whens = [line for line in statements if isinstance(line, When)]
    if factors and whens:
        message = "where a path with noise (dW) meets a condition is not found yet"
        raise refusal(whens[0], message, "keep the events or the noise")
    return kept, factors


def noise_equations(
    equations: Sequence[Equation], factors: dict[str, Expression], shapes: dict[str, Shape]
) -> tuple[Equation, ...]:
    """One for each unknown: what multiplies its dW, 0 where it has none; empty without noise. Raises FormulaError."""
    if not factors:
        return ()
    for state in (equation.state for equation in equations if equation.state.name in factors):
        factor = factors[state.name]
        if state.is_complex:
            cure = "write the two parts as real unknowns: z in R^2"
            raise refusal(factor, "noise moves real numbers, and this unknown is complex", cure)
        if Shapes(shapes).of(factor) not in ((), state.shape):
            message = f"every component of {state.name} has one dW of its own, and this factor has another shape"
            raise refusal(factor, message, f"give a number, or one for each component of {state.name}")
    return tuple(Equation(one.state, factors.get(one.state.name, number(0.0))) for one in equations)


def refuse_noise_in(expressions: Iterable[Expression], kind: Kind) -> None:
    """Refuse dW in formulas of a system that has no rates. Raises FormulaError."""
    for leaf in _noisy_leaves(expressions):
        verb = {"map": "z <- ...", "root": "0 = ..."}.get(kind, "minimise ...")
        raise refusal(leaf, f"dW is the noise of x' = ..., and {verb} has none", "leave it out")


def _refuse_elsewhere(statements: Sequence[Statement]) -> None:
    for line in statements:
        if isinstance(line, Definition):
            for leaf in _noisy_leaves([line.value]):
                name = line.name.text
                cure = f"name the factor here, and write {name} dW in the rate"
                if name.startswith("d") and len(name) == 2:  # as dx = -x dt + dW
                    cure = f"write {name[1:]}' = ... without dt"
                raise refusal(leaf, f"dW stands in a rate, x' = ..., and {name} is a line of its own", cure)
    for leaf in _noisy_leaves(formulas_of([line for line in statements if isinstance(line, When)])):
        raise refusal(leaf, "dW stands in a rate, x' = ..., and not in an event", "leave it out")


def _parts(rate: Expression) -> _Parts:
    """What `rate`, which is to be linear in dW, is made of. Raises FormulaError."""
    operation, arguments = rate.operation, rate.arguments
    if not _noisy(rate):
        return _Parts(rate, None)
    if operation == "name":
        return _Parts(None, Expression("number", (), 1.0, rate.line, rate.column))
    if operation == "add":
        return _sum(rate, [_parts(term) for term in arguments])
    if operation == "neg":
        inner = _parts(arguments[0])
        return _Parts(*(None if part is None else _like(rate, part) for part in (inner.drift, inner.factor)))
    if operation == "mul":
        return _product(rate, *arguments)
    if operation == "div":
        return _quotient(rate, *arguments)
    if operation == "list":
        return _list(rate, [_parts(entry) for entry in arguments])
    raise _misplaced(rate)


def _sum(rate: Expression, terms: Sequence[_Parts]) -> _Parts:
    found = []
    for parts in ([one.drift for one in terms], [one.factor for one in terms]):
        present = [part for part in parts if part is not None]
        found.append(_like(rate, *present) if len(present) > 1 else present[0] if present else None)
    return _Parts(*found)


def _product(rate: Expression, left: Expression, right: Expression) -> _Parts:
    if _noisy(left) and _noisy(right):
        raise refusal(rate, "a product of dW with dW is no rate", _EXAMPLE)
    inner, first = (_parts(left), False) if _noisy(left) else (_parts(right), True)

    def times(part: Expression | None) -> Expression | None:
        other = left if first else right
        if part is None or part == _ONE:
            return None if part is None else other
        return _like(rate, other, part) if first else _like(rate, part, other)

    return _Parts(times(inner.drift), times(inner.factor))


def _quotient(rate: Expression, over: Expression, under: Expression) -> _Parts:
    if _noisy(under):
        raise refusal(next(_noisy_leaves([under])), "dW stands in a denominator", _EXAMPLE)
    inner = _parts(over)
    return _Parts(*(None if part is None else _like(rate, part, under) for part in (inner.drift, inner.factor)))


def _list(rate: Expression, entries: Sequence[_Parts]) -> _Parts:
    drift = _like(rate, *(entry.drift or number(0.0) for entry in entries))
    return _Parts(drift, _like(rate, *(entry.factor or number(0.0) for entry in entries)))


def _misplaced(rate: Expression) -> FormulaError:
    if rate.operation == "pow":
        return refusal(rate, "dW stands in a power", _EXAMPLE)
    return refusal(next(_noisy_leaves([rate])), "a rate is a sum of terms, and dW a factor of some of them", _EXAMPLE)


def _like(rate: Expression, *arguments: Expression) -> Expression:
    return Expression(rate.operation, arguments, None, rate.line, rate.column)


def _noisy(expression: Expression) -> bool:
    return any(True for _ in _noisy_leaves([expression]))


def _noisy_leaves(expressions: Iterable[Expression]) -> Iterator[Expression]:
    return (leaf for expression in expressions for leaf in expression.names() if leaf.value == NOISE)
