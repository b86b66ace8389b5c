"""The line of a layer that a Python file computes: z <- Cell(z, x) with Cell = module "cell.py"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .equation_lines import EquationLines
from .errors import refusal
from .greek import LETTERS
from .statements import Definition, Module
from .system import OWN, ModuleCall
from .tree import Expression

_CALLED = re.compile(rf"[A-Za-z_0-9{LETTERS}]+[ \t]*\(")
_FILE = re.compile(r"[^:\x00-\x1f]+\.py")


def module_call(
    lines: EquationLines, modules: Sequence[Module], definitions: Iterable[Definition], text: str
) -> tuple[EquationLines, ModuleCall | None]:
    """The equations with the call of a module as one node, and what is called; None where the text has no module.

    The node's operation is OWN, its arguments are what f is given, its value is the name. Raises FormulaError.
    """
    if not modules:
        return lines, None
    line = modules[0]
    name = line.name.text
    if len(modules) > 1:
        raise refusal(modules[1].name, "a text has one Python module", "keep one of the lines")
    if _FILE.fullmatch(line.file) is None:
        cure = f'write {name} = module "cell.py", or "cell.py:Cell" for another name in the file'
        raise refusal(line.name, f"{line.file!r} is no Python file", cure)
    if not line.attribute.isidentifier():
        raise refusal(line.name, f"{line.attribute!r} is no name in a Python file", 'write "cell.py:Cell"')
    if lines.kind != "map" or len(lines.unknowns) != 1:
        raise refusal(line.name, "a Python module makes a layer with one unknown", f"write z <- {name}(z)")
    ((unknown, side),) = lines.right_sides.items()
    arguments = _arguments(side, name, text)
    others = [*(definition.value for definition in definitions), *(arguments or (side,))]
    for leaf in (leaf for other in others for leaf in other.names() if leaf.value == name):
        cure = f"write {unknown} <- {name}({unknown}), and nothing beside it"
        raise refusal(leaf, f"{name} is a Python module, and its call stands alone", cure)
    if not arguments:
        raise refusal(side, f"no line calls {name}", f"write {unknown} <- {name}({unknown})")
    call = Expression(OWN, arguments, name, side.line, side.column)
    called = ModuleCall(name, line.file, line.attribute, arguments, line.learnt)
    return replace(lines, right_sides={unknown: call}), called


def _arguments(side: Expression, name: str, text: str) -> tuple[Expression, ...]:
    """What stands in the brackets behind `name`; empty where the side is something else.

    The grammar reads Cell(z) as a product, since it knows no function of the name.
    """
    if side.operation != "mul" or side.arguments[0] != Expression("name", (), name):
        return ()
    head, inner = side.arguments
    if _CALLED.match(text.split("\n")[head.line - 1], head.column - 1) is None:
        return ()
    return inner.arguments if inner.operation == "tuple" else (inner,)
