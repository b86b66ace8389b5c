"""What a person most likely meant by a name that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that a person who wrote `name` most likely meant, or None where all are far."""
    found = difflib.get_close_matches(name.casefold(), list(names), n=1, cutoff=0.5)
    return found[0] if found else None


def suggestion(name: str, names: Iterable[str]) -> str:
    """The end of a sentence about an unknown `name`: the nearest of `names`, or all where none is near."""
    names = tuple(names)
    guess = nearest(name, names)
    if guess is not None:
        return f"; did you mean {guess!r}?"
    return f"; known are {', '.join(names)}" if names else "; there are none"
