"""Compiled kernels by what they compute: a formula that was seen before, under whatever name, costs nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from ..language.program import Program
from .builder import Function
from .compiler import Compiled, compiled
from .value import Value

_MOST = 64
"""Kept of the latest: a person's typing makes a new formula with every key."""
_KNOWN: OrderedDict[Hashable, Compiled] = OrderedDict()
_READING = Lock()


def cached(key: Hashable, write: Callable[[], tuple[Function, Value | None]]) -> Compiled:
    """The kernel of `key`, which `write` writes where it is new: a function and what it returns."""
    with _READING:
        found = _KNOWN.get(key)
        if found is not None:
            _KNOWN.move_to_end(key)
            return found
    made = compiled(*write())
    with _READING:
        _KNOWN[key] = made
        while len(_KNOWN) > _MOST:
            _KNOWN.popitem(last=False)
    return made


class ProgramKey:
    """What a program computes; parameters are inputs, so their values do not matter. Its hash is found once."""

    def __init__(self, program: Program) -> None:
        self._content = tuple(program.nodes), program.outputs
        self._hash = hash(self._content)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, ProgramKey) and self._content == other._content)


_KEYS: OrderedDict[int, tuple[Program, ProgramKey]] = OrderedDict()
"""By the place of a program in memory, where it stays as long as it is here."""


def program_key(program: Program) -> ProgramKey:
    """The key of a program to which nothing is added any more."""
    with _READING:
        known = _KEYS.get(id(program))
        if known is None:
            known = _KEYS[id(program)] = program, ProgramKey(program)
            while len(_KEYS) > _MOST:
                _KEYS.popitem(last=False)
        _KEYS.move_to_end(id(program))
        return known[1]
