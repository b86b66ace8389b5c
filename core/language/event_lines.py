"""Events of a text, when g = h: v = ..., x = ..., or stop: what is asked, what follows, whether that makes sense."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..nearest_name import nearest
from .errors import refusal
from .functions import COMPARISONS
from .shapes import Shape, Shapes, constant_integer
from .statements import Change, Name, When
from .system import Equation, EventDeclaration, Kind, State
from .tree import Expression
from .tree import name as name_of
from .tree import number as number_of

_EXAMPLE = "when x = 0: v = -0.9 v"


def formulas_of(lines: Sequence[When]) -> list[Expression]:
    """Every formula of these lines, in the order of the text."""
    return [formula for line in lines for formula in _formulas(line)]


def _formulas(line: When) -> Iterator[Expression]:
    yield line.left
    if line.right is not None:
        yield line.right
    for change in line.changes:
        yield from change.index
        yield change.value


@dataclass(frozen=True)
class Around:
    """What an event stands among. shapes: of every name; moving: the names whose values move with time.

    roles: what a name is that no event can set, in words.
    """

    kind: Kind
    states: Mapping[str, State]
    shapes: Mapping[str, Shape]
    moving: frozenset[str]
    roles: Mapping[str, str]


def declared_events(lines: Sequence[When], text: str, around: Around) -> tuple[EventDeclaration, ...]:
    """The events of a text, in its order. Raises FormulaError."""
    return tuple(_declared(line, text.split("\n"), around) for line in lines)


def around_events(
    kind: Kind, states: Sequence[State], shapes: Mapping[str, Shape], helpers: Mapping[str, Expression], fixed: set[str]
) -> Around:
    """What the events of a text stand among; helpers: in an order in which each uses only earlier ones.

    fixed: the names of stored tensors and modules.
    """
    known = {state.name: state for state in states}
    moving = {*known, "t"}
    for name, value in helpers.items():
        if any(leaf.value in moving for leaf in value.names()):
            moving.add(name)
    roles = {name: "a helper line" if name in helpers else "a parameter" for name in shapes if name not in known}
    roles |= dict.fromkeys(fixed, "a stored tensor") | {"t": "the time"}
    return Around(kind, known, shapes, frozenset(moving), roles)


def _declared(line: When, text: Sequence[str], around: Around) -> EventDeclaration:
    if around.kind != "ode":
        raise refusal(line, "an event happens along trajectories of x' = ..., and this text has none", "remove it")
    _refuse_complex(line, around)
    right = _checked_condition(line, around)
    changes: dict[str, Expression] = {}
    taken: set[tuple[str, tuple[int, ...]]] = set()
    for change in line.changes:
        _set(change, changes, taken, around)
    return EventDeclaration(
        text=" ".join(" ".join(_between(text, line)).split()),
        left=line.left,
        right=right,
        direction=line.direction,
        changes=tuple(Equation(around.states[name], value) for name, value in changes.items()),
        written=tuple((_target(change), change.value) for change in line.changes),
        line=line.line,
    )


def _refuse_complex(line: When, around: Around) -> None:
    if any(state.is_complex for state in around.states.values()):
        cure = "write the two parts as real unknowns: z in R^2"
        raise refusal(line, "an event compares real numbers, and an unknown here is complex", cure)


def _checked_condition(line: When, around: Around) -> Expression:
    """The right side of the condition, which is one number of a moving trajectory."""
    if line.left.operation in COMPARISONS or (line.right is not None and line.right.operation in COMPARISONS):
        place = line.left if line.right is None else line.right
        cure = "write when x = 0 falling: ... for the moment at which x comes to 0 from above"
        raise refusal(place, "a comparison holds for a while, and an event is a moment", cure)
    if line.right is None:
        raise refusal(line.left, "the condition of an event is an equation", f"write {_EXAMPLE}")
    for side in (line.left, line.right):
        if Shapes(around.shapes).of(side):
            raise refusal(side, "the condition of an event is not one number", "take a component, a norm or a sum")
    leaves = [leaf.value for side in (line.left, line.right) for leaf in side.names()]
    if not any(leaf in around.moving for leaf in leaves):
        message = "no unknown and no t stands in the condition, so nothing ever crosses it"
        raise refusal(line.left, message, f"name what is watched: {_EXAMPLE}")
    return line.right


def _set(
    change: Change, changes: dict[str, Expression], taken: set[tuple[str, tuple[int, ...]]], around: Around
) -> None:
    """Note what `change` sets in `changes`, by unknown."""
    name = change.name
    state = around.states.get(name.text)
    if state is None:
        raise _no_unknown(name, around)
    wanted = Shapes(around.shapes).of(_target(change))
    found = Shapes(around.shapes).of(change.value)
    if found not in ((), wanted):
        raise refusal(change.value, f"this value has not the shape of {name.text}", f"give {_words(wanted)}")
    if change.index and wanted:
        cure = f"write one index per dimension, or the whole of it: {name.text} = ..."
        raise refusal(name, f"an event sets {name.text} or one component of it", cure)
    place = tuple(constant_integer(index, "an index") - 1 for index in change.index)
    twice = (name.text, place) in taken or (name.text, ()) in taken or (not place and name.text in changes)
    if twice:
        raise refusal(name, f"this event sets {name.text} twice", "keep one of them: all happen at once")
    taken.add((name.text, place))
    if not place:
        changes[name.text] = change.value
        return
    entries = dict(_entries(changes.get(name.text), state))
    entries[place] = change.value
    changes[name.text] = _listed(entries, state.shape)


def _target(change: Change) -> Expression:
    """What a change sets."""
    name = change.name
    whole = name_of(name.text, name.line, name.column)
    return Expression("index", (whole, *change.index), None, name.line, name.column) if change.index else whole


def _entries(value: Expression | None, state: State) -> Iterator[tuple[tuple[int, ...], Expression]]:
    """The components of an unknown, those that are set already with their values."""
    for place in np.ndindex(*state.shape):
        if value is None:
            yield place, Expression("index", (name_of(state.name), *(number_of(at + 1) for at in place)))
            continue
        entry = value
        for at in place:
            entry = entry.arguments[at]
        yield place, entry


def _listed(entries: Mapping[tuple[int, ...], Expression], shape: Shape) -> Expression:
    if len(shape) == 1:
        return Expression("list", tuple(entries[(at,)] for at in range(shape[0])))
    rows, columns = shape
    return Expression(
        "list", tuple(Expression("list", tuple(entries[row, at] for at in range(columns))) for row in range(rows))
    )


def _no_unknown(name: Name, around: Around) -> Exception:
    unknowns = ", ".join(list(around.states)[:4])
    if name.text in around.roles:
        cure = f"set an unknown ({unknowns}); make {name.text} one with {name.text}' = 0 where it should switch"
        if name.text == "t":
            cure = f"set an unknown ({unknowns})"
        return refusal(name, f"{name.text} is {around.roles[name.text]}, and an event sets unknowns", cure)
    near = nearest(name.text, around.states)
    message = f"the system has no unknown '{name.text}'"
    return refusal(name, message, f"did you mean {near}?" if near else f"set an unknown ({unknowns})")


def _words(shape: Shape) -> str:
    return f"{math.prod(shape)} numbers" if shape else "one number"


def _between(text: Sequence[str], line: When) -> list[str]:
    """What the text says between the word when and the colon, without comments."""
    begin, end = (line.line - 1, line.column - 1 + len("when")), (line.end[0] - 1, line.end[1] - 1)
    rows = list(text[begin[0] : end[0] + 1])
    rows[-1] = rows[-1][: end[1]]
    rows[0] = rows[0][begin[1] :]
    return [row.split("#")[0] for row in rows]
