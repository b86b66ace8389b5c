"""Whether a function remembers something from call to call, as far as it can be seen from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dis import get_instructions
from functools import lru_cache, partial
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from .deferred import deferred

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_CONTAINERS = (list, dict, set, tuple)
_DEPTH = 4
"""Functions within functions that are looked into."""


def writes_outside(function: Callable[..., Any]) -> bool:
    """Whether the code of a function binds names or attributes that outlast a call, as one does that counts calls."""
    return any(_binds(value.__code__) for value in (function, *_reached(function, _DEPTH)) if _has_code(value))


@lru_cache(maxsize=256)
def _binds(code: CodeType) -> bool:
    lasting = {"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR"}
    return any(
        step.opname in lasting or (step.opname == "STORE_DEREF" and step.argval in code.co_freevars)
        for step in get_instructions(code)
    )


def _has_code(value: Any) -> bool:
    return isinstance(value, FunctionType | MethodType)


def seen_state(function: Callable[..., Any]) -> list[Any]:
    """Plain values in what the function refers to: its closure, the globals that it names, the attributes of its
    object, the modules of a module. Equal before and after a call of a function that keeps no count and no list.
    """
    return [_seen(value) for value in _reached(function, _DEPTH)]


def _reached(function: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        return
    if isinstance(function, partial):
        yield from _reached(function.func, depth - 1)
    elif isinstance(function, MethodType):
        yield from vars(function.__self__).values() if hasattr(function.__self__, "__dict__") else ()
        yield from _reached(function.__func__, depth)
    elif isinstance(function, FunctionType):
        cells = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
        named = [function.__globals__[name] for name in function.__code__.co_names if name in function.__globals__]
        for value in (*cells, *named):
            yield value
            if isinstance(value, FunctionType | MethodType | partial | torch.nn.Module):
                yield from _reached(value, depth - 1)
    elif isinstance(function, torch.nn.Module):
        for module in function.modules():
            yield from vars(module).values()
        yield from _of_class(type(function).forward, depth)
    elif callable(function) and hasattr(function, "__dict__") and not isinstance(function, type):
        yield from vars(function).values()
        yield from _of_class(vars(type(function)).get("__call__"), depth)


def _of_class(method: Any, depth: int) -> Iterator[Any]:
    yield method
    yield from _reached(method, depth - 1)


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - an empty cell raises
    except ValueError:
        return False
    return True


def _seen(value: Any) -> Any:
    """A plain value; the entries of a container, whose other things count by their place in memory."""
    if type(value) in _PLAIN:
        return value
    if type(value) in _CONTAINERS:
        entries = value.items() if isinstance(value, dict) else value
        return [_seen(entry) if type(entry) in (*_PLAIN, tuple) else id(entry) for entry in entries]
    return id(value)
