"""The house rules as functions of source text: each returns what breaks it, as "line: sentence" strings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_LINES = 300
MOST_METHODS = 15
MOST_STATEMENTS = 40
FORBIDDEN_WORDS = ("utils", "util", "helpers", "helper", "common", "manager")
RUNS_CODE = ("core/language/compile_python.py", "core/own_module.py")
"""The files that may call exec: the first on text that the emitter wrote, never on a person's; the second on a Python
file of a person's own, of which they read and allowed every byte."""
PICKLES = ("core/channel.py", "core/shared_slots.py", "core/experiment.py", "core/frame.py")
"""The engine's pipe and what crosses it: both ends are this program, nothing comes from a file."""
_BARE_CALLS = {"eval", "exec", "compile", "__import__", "sympify", "breakpoint"}
_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "jsonpickle"}
_ATTRIBUTES = {
    ("torch", "load"),
    ("jit", "load"),
    ("yaml", "load"),
    ("yaml", "unsafe_load"),
    ("os", "system"),
    ("os", "popen"),
}
_METHODS = {"extractall", "unsafe_load"}
_CONTEXTS = {"no_grad", "enable_grad", "inference_mode", "set_grad_enabled", "device", "stream", "autocast"}

Rule = Callable[[ast.Module, str], list[str]]


def source_files() -> list[Path]:
    """Every Python file of the program, without the tests."""
    return sorted([ROOT / "main.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "explorer").rglob("*.py")])


def broken(rules: Sequence[Rule], files: list[Path]) -> dict[str, list[str]]:
    """What in `files` breaks each of `rules`, by the rule's name; a file is parsed once for all of them."""
    found: dict[str, list[str]] = {rule.__name__: [] for rule in rules}
    for file in files:
        tree, path = ast.parse(file.read_text(encoding="utf-8")), file.relative_to(ROOT).as_posix()
        for rule in rules:
            found[rule.__name__] += [f"{path}:{finding}" for finding in rule(tree, path)]
    return found


def long_functions(tree: ast.Module, _path: str) -> list[str]:
    """Functions of more than MOST_STATEMENTS statements, those of inner functions included."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        f"{node.lineno}: {node.name} has {count} statements, more than {MOST_STATEMENTS}"
        for node in functions
        if (count := sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) - 1) > MOST_STATEMENTS
    ]


def large_classes(tree: ast.Module, _path: str) -> list[str]:
    """Classes of more than MOST_METHODS methods; properties and what Qt calls by name are methods too."""
    return [
        f"{node.lineno}: {node.name} has {count} methods, more than {MOST_METHODS}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and (count := sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body))
        > MOST_METHODS
    ]


def yields_in_torch_contexts(tree: ast.Module, _path: str) -> list[str]:
    """A yield inside `with torch.no_grad()` and its kin: the caller would go on with gradients off."""
    return [
        f"{inner.lineno}: yield inside a torch context"
        for node in ast.walk(tree)
        if isinstance(node, ast.With | ast.AsyncWith) and any(_is_torch_context(item) for item in node.items)
        for inner in _own(node)
        if isinstance(inner, ast.Yield | ast.YieldFrom)
    ] + [
        f"{node.lineno}: generator {node.name} under a torch context"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(_last_name(decorator) in _CONTEXTS for decorator in node.decorator_list)
        and any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in _own(node))
    ]


def runs_foreign_code(tree: ast.Module, path: str) -> list[str]:
    """Calls that could run what a stranger's text or file says."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += [f"{node.lineno}: {what}" for what in _dangerous_call(node, path)]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
            found += [
                f"{node.lineno}: import of {name}"
                for name in names
                if name.split(".")[0] in _MODULES and path not in PICKLES
            ]
        elif isinstance(node, ast.Attribute) and node.attr in ("RichText", "MarkdownText"):
            found.append(f"{node.lineno}: {node.attr} would render text from a file")
    return found


def bad_module_names(paths: list[str]) -> list[str]:
    """Modules named after nothing."""
    return [path for path in paths if set(path.removesuffix(".py").replace("/", "_").split("_")) & set(FORBIDDEN_WORDS)]


def _dangerous_call(node: ast.Call, path: str) -> Iterator[str]:
    function = node.func
    if isinstance(function, ast.Name) and function.id in _BARE_CALLS and path not in RUNS_CODE:
        yield f"call of {function.id}"
    if isinstance(function, ast.Attribute):
        owner = _last_name(function.value)
        if (owner, function.attr) in _ATTRIBUTES or function.attr in _METHODS:
            yield f"call of {owner}.{function.attr}"
        if function.attr == "setDirectWriteFallback":
            yield "a save that is not atomic"
    for keyword in node.keywords:
        if keyword.arg in ("shell", "allow_pickle") and not (
            isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        ):
            yield f"{keyword.arg} is not False"


def _is_torch_context(item: ast.withitem) -> bool:
    call = item.context_expr
    return isinstance(call, ast.Call) and _last_name(call.func) in _CONTEXTS


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below `node` that are not in an inner function."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield child
            yield from _own(child)
