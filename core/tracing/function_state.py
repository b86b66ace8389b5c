"""Whether a function remembers something from call to call, as far as it can be seen from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Iterator as AnyIterator
from dis import get_instructions
from functools import lru_cache, partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_DEPTH = 4
"""Functions within functions that are looked into."""
_LARGEST_ARRAY = 100_000
"""Bytes of an array of numpy whose numbers are compared."""


def writes_outside(function: Callable[..., Any]) -> bool:
    """Whether the code of a function binds names or attributes that outlast a call, as one does that counts calls, or
    it refers to what is used up, such as an iterator, or to a module that tells others when it is called."""
    return any(_lasts(value) for value in (function, *_reached(function, _DEPTH)))


def _lasts(value: Any) -> bool:
    code = getattr(value, "__code__", None)
    if isinstance(code, CodeType):
        return _binds(code)
    if isinstance(value, torch.nn.Module):
        return any(module._forward_hooks or module._forward_pre_hooks for module in value.modules())
    return isinstance(value, AnyIterator)


@lru_cache(maxsize=256)
def _binds(code: CodeType) -> bool:
    lasting = {"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR"}
    return any(
        step.opname in lasting or (step.opname == "STORE_DEREF" and step.argval in code.co_freevars)
        for step in get_instructions(code)
    )


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
        yield from _of_class(getattr(type(function), "forward", None), depth)
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
    """A plain value; the entries of a container and the attributes of an object, whose other things count by their
    place in memory."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, torch.Tensor):
        return id(value), value._version
    if isinstance(value, np.ndarray):
        return id(value), value.tobytes() if value.nbytes <= _LARGEST_ARRAY else b""
    if isinstance(value, dict):
        return [(_entry(key), _entry(entry)) for key, entry in value.items()]
    if hasattr(value, "__len__") and hasattr(value, "__iter__") and not isinstance(value, type):
        return [_entry(entry) for entry in value]
    if hasattr(value, "__dict__") and not isinstance(value, type | ModuleType | FunctionType | torch.nn.Module):
        return [(name, _entry(entry)) for name, entry in vars(value).items()]
    return id(value)


def _entry(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    return (id(value), value._version) if isinstance(value, torch.Tensor) else id(value)
