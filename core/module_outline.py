"""What a Python file offers as a layer, read off its text: names, arguments and numbers. Nothing of it runs.

Used once a person allowed the file: the parser of Python is not made for texts of strangers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .language.functions import FUNCTIONS, RESERVED
from .module_file import ModuleSource

_SIZES = ("n", "size", "dim", "width", "features", "hidden", "state_size")
_INPUTS = ("m", "inputs", "input_size", "in_features", "x_size")
"""What people call the numbers of components of z and of x where a class is made."""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z_0-9]*")
_UNKNOWN = "z"


@dataclass(frozen=True)
class Outline:
    """A class or function that may be a layer.

    size, inputs: of z and of x, as far as the file says; inputs is 0 where it is called f(z). settings: numbers that a
    text may set, with the file's values.
    """

    name: str
    size: int = 1
    inputs: int = 0
    settings: dict[str, float] = field(default_factory=dict)


def syntax_fault(source: ModuleSource) -> str:
    """Where and why the text is no Python, as half a sentence; empty where it is."""
    try:
        ast.parse(source.text)
    except SyntaxError as fault:
        return f"line {fault.lineno}: {fault.msg}"
    except (ValueError, RecursionError, MemoryError) as fault:
        return str(fault)
    return ""


def outlines(source: ModuleSource) -> tuple[Outline, ...]:
    """What could be a layer, torch modules first, then in the order of the file; empty where the text is no Python."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    classes = [_of_class(node) for node in tree.body if isinstance(node, ast.ClassDef)]
    functions = [_of_function(node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    return tuple(outline for outline in (*classes, *functions) if outline is not None)


def layer_text(outline: Outline, file: str) -> str:
    """The text of a document whose layer is `outline` of the file that the text calls `file`."""
    plain = _is_free(outline.name) and outline.name != _UNKNOWN
    name = outline.name if plain else "f"
    place = file if plain else f"{file}:{outline.name}"
    call = f"{name}({_UNKNOWN}, x)" if outline.inputs else f"{name}({_UNKNOWN})"
    lines = [f"# {outline.name} from {file}", f"{_UNKNOWN} <- {call}"]
    if outline.size > 1:
        lines.append(f"{_UNKNOWN} in R^{outline.size}")
    lines.append(f'{name} = module "{place}"')
    if outline.inputs == 1:
        lines.append("x = 0 in [-1, 1]")
    elif outline.inputs:
        lines.append(f"x = normal({outline.inputs}, seed 1)")
    taken = {name, _UNKNOWN, "x"}
    lines += [_slider(key, value) for key, value in outline.settings.items() if _is_free(key) and key not in taken]
    return "\n".join(lines) + "\n"


def _slider(name: str, value: float) -> str:
    return f"{name} = {value:g} in [{min(0.0, 2 * value):g}, {max(0.0, 2 * value):g}]" if value else f"{name} = 0"


def _is_free(name: str) -> bool:
    """Whether a text may use the name for something of its own."""
    return _PLAIN.fullmatch(name) is not None and name not in FUNCTIONS and name not in RESERVED


def _of_class(node: ast.ClassDef) -> Outline | None:
    methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
    call = methods.get("forward") or methods.get("__call__")
    if call is None:
        return None
    made = methods.get("__init__")
    defaults = {} if made is None else _defaults(made)
    size = next((defaults[name] for name in _SIZES if name in defaults), None) or _first_linear(node)
    given = len(_required(call)) - 1  # without self
    inputs = next((defaults[name] for name in _INPUTS if name in defaults), 1.0) if given > 1 else 0
    return Outline(node.name, _whole(size), _whole(inputs) if inputs else 0, dict(_parameters(node)))


def _of_function(node: ast.FunctionDef) -> Outline | None:
    given = len(_required(node))
    if given not in (1, 2) or node.name.startswith("_"):
        return None
    numbers = {name: value for name, value in _defaults(node).items() if isinstance(value, float)}
    return Outline(node.name, _whole(_first_linear(node)), 1 if given > 1 else 0, numbers)


def _required(node: ast.FunctionDef) -> list[str]:
    positional = [*node.args.posonlyargs, *node.args.args]
    return [argument.arg for argument in positional[: len(positional) - len(node.args.defaults)]]


def _defaults(node: ast.FunctionDef) -> dict[str, float]:
    """The arguments whose default is written as a number."""
    positional = [*node.args.posonlyargs, *node.args.args]
    pairs = [*zip(reversed(positional), reversed(node.args.defaults), strict=False)][::-1]
    pairs += [pair for pair in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if pair[1] is not None]  # type: ignore[misc]
    found = {argument.arg: _number(value) for argument, value in pairs}
    return {name: value for name, value in found.items() if value is not None}


def _first_linear(node: ast.AST) -> float | None:
    """The first number in the brackets of a Linear(...)."""
    for call in _calls(node, "Linear"):
        return _number(call.args[0]) if call.args else None
    return None


def _parameters(node: ast.ClassDef) -> Iterator[tuple[str, float]]:
    """self.gain = torch.nn.Parameter(torch.tensor(0.9)) and its like."""
    for line in ast.walk(node):
        if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Attribute):
            continue
        for made in _calls(line.value, "Parameter"):
            for tensor in _calls(made, "tensor"):
                value = _number(tensor.args[0]) if tensor.args else None
                if value is not None:
                    yield line.targets[0].attr, value


def _calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and name == getattr(call.func, "attr", getattr(call.func, "id", "")):
            yield call


def _number(node: ast.expr) -> float | None:
    """A number that is written out; of a list with one number that one."""
    if isinstance(node, ast.List) and len(node.elts) == 1:
        return _number(node.elts[0])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(size: float | None) -> int:
    """A number of components that a text may have; 1 for anything else."""
    return int(size) if size is not None and float(size).is_integer() and 1 <= size <= 1000 else 1
