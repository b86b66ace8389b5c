"""Which names a text declares, whether every name it uses is one of them, and in which order helpers follow."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from .errors import FormulaError, refusal
from .functions import FUNCTIONS, RESERVED
from .greek import LETTERS
from .statements import Definition, Name
from .tree import Expression

BUILT_IN = ("t", "pi", "e")
"""Names that every formula may use."""
IMAGINARY = "i"
"""The imaginary unit, which formulas with a complex unknown may use."""
NOT_A_NAME = r"\b(?![ \t]*(?:=|['′’]|<-|←|in\b|∈|,))"
"""Pattern after a word at the beginning of a line: the line is not about a name that is spelt like the word."""
_CALLED = re.compile(rf"[A-Za-z_0-9{LETTERS}]+[ \t]*\(")


def declared_names(found: Sequence[Name]) -> dict[str, Name]:
    """Every state, parameter, helper and tensor, once, in the order of the text. Raises FormulaError."""
    names: dict[str, Name] = {}
    for name in sorted(found, key=lambda name: (name.line, name.column)):
        if name.text in RESERVED:
            raise refusal(name, f"{name.text} {RESERVED[name.text]}", "choose another name")
        if name.text in FUNCTIONS:
            raise refusal(name, f"{name.text} is the name of a function", "choose another name")
        if name.text in names:
            line = names[name.text].line
            raise refusal(name, f"{name.text} is defined twice", f"remove it here or in line {line}, or rename one")
        names[name.text] = name
    return names


def check_names(expressions: Iterable[Expression], known: Iterable[str], text: str) -> None:
    """Refuse the first name, in the order of the text, that nothing declares. Raises FormulaError.

    known: the declared names, and i where an unknown is complex.
    """
    known = {*known, *BUILT_IN}
    leaves = [leaf for expression in expressions for leaf in expression.names() if leaf.value not in known]
    if leaves:
        raise _unknown(min(leaves, key=lambda leaf: (leaf.line, leaf.column)), known, text.split("\n"))


def unit_refusal(leaf: Expression) -> FormulaError:
    """The error for an i among real unknowns."""
    return refusal(leaf, "i makes complex numbers, and every unknown here is real", "declare a complex one: z in C")


def in_order(definitions: Mapping[str, Definition]) -> list[str]:
    """The names of `definitions`, each after those it uses. Raises FormulaError where one needs itself."""
    needs = {
        name: [str(leaf.value) for leaf in line.value.names() if leaf.value in definitions]
        for name, line in definitions.items()
    }
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as fault:
        circle = fault.args[1][::-1]
        last = max((definitions[name] for name in circle), key=lambda line: line.name.line)
        start = circle.index(last.name.text)
        path = [*circle[start:-1], *circle[:start], last.name.text]
        shown = " -> ".join(path if len(path) <= 6 else [*path[:4], "...", path[-1]])
        leaf = next(leaf for leaf in last.value.names() if leaf.value == path[1])
        raise refusal(leaf, f"{last.name.text} is defined by itself ({shown})", "break the circle") from None


def _unknown(leaf: Expression, known: Iterable[str], lines: Sequence[str]) -> FormulaError:
    name = str(leaf.value)
    if name in FUNCTIONS:
        return refusal(
            leaf, f"{name} needs its argument in brackets", f"write {name}(x), and {name}(x)^2 for its square"
        )
    if name == IMAGINARY:
        return unit_refusal(leaf)
    if name.startswith("dW"):
        message = f"noise has no name: every component has a dW of its own, and '{name}' would be shared"
        return refusal(leaf, message, "write dW alone")
    if name == "dt":
        return refusal(
            leaf, "a rate is per unit of time, and dt has no place in it", "leave dt out, as in x' = -x + dW"
        )
    if name in RESERVED:
        return refusal(leaf, f"{name} {RESERVED[name]}", "choose another name")
    if IMAGINARY in known and name == "j":
        return refusal(leaf, "unknown name 'j'", "write i for the imaginary unit", unknown=name)
    if IMAGINARY in known and name[0] == IMAGINARY and name[1:] in known:
        return refusal(leaf, f"unknown name '{name}'", f"write a product with a space: i {name[1:]}", unknown=name)
    called = _CALLED.match(lines[leaf.line - 1], leaf.column - 1) is not None
    near = difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=0.6) if called else []
    near = near or difflib.get_close_matches(name, sorted(set(known) - {*BUILT_IN}), n=1, cutoff=0.4)
    cure = f"did you mean {near[0]}?" if near else f"define it on a line of its own: {name} = 1"
    what = "function" if called else "name"
    return refusal(leaf, f"unknown {what} '{name}'", cure, unknown=name)
