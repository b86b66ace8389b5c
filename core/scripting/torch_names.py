"""The names of a formula as names of a Python module that uses torch."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

_TAKEN = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "torch", "base64"})


_NO_NAME = re.compile(r"\W+")


class TorchNames:
    """Gives every name of a formula a name that means nothing else; a name keeps its own where that is free.

    reserved: names that the module uses itself.
    """

    def __init__(self, reserved: Iterable[str]) -> None:
        self._given: dict[str, str] = {}
        self._used = {*_TAKEN, *reserved}

    def of(self, name: str) -> str:
        """The name in the module, the same at every call."""
        if name not in self._given:
            self._given[name] = self.fresh(_NO_NAME.sub("_", name).strip("_"))
        return self._given[name]

    def keep(self, name: str, written: str) -> None:
        """Let `name` be written as `written`, which other names may not be."""
        self._given[name] = written
        self._used.add(written)

    def fresh(self, wanted: str) -> str:
        """A name that nothing else has, as near to `wanted` as possible."""
        while wanted in self._used:
            wanted += "_"
        self._used.add(wanted)
        return wanted
