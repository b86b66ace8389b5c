"""What the fields of a catalogued class declare, and the check of the values they are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from numbers import Real
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from .nearest_name import suggestion
from .parameter import Choice, Formula, Range

_PLAIN = {bool: "True or False", str: "a text", Mapping: "a mapping of names"}


@cache
def declarations(kind: type) -> dict[str, tuple[type, Range | Choice | Formula]]:
    """Type and what it declares of every field of a dataclass, by name."""
    hints = get_type_hints(kind, include_extras=True)
    found = {}
    for item in fields(kind):
        hint = hints[item.name]
        if get_origin(hint) is not Annotated:
            raise TypeError(f"{kind.__name__}.{item.name} declares no Range or Choice")
        typed, declared = get_args(hint)
        found[item.name] = typed, declared
    return found


def check_fields(entry: Any) -> None:
    """Bring the fields of a frozen dataclass to their types.

    Raises TypeError for another type, ValueError for a value outside its range.
    """
    for name, (kind, declared) in declarations(entry.__class__).items():
        value = getattr(entry, name)
        _check(name, value, kind, declared)
        object.__setattr__(entry, name, kind(value))


def check_given(kind: Any, given: Mapping[str, Any], apart: tuple[str, ...] = ()) -> None:
    """Whether values fit the fields of a catalogued class, those `apart` being given elsewhere.

    Raises TypeError for a name without a field, with the nearest one, and for another type, ValueError for a value
    outside its range.
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"give the numbers of {kind.title} by name, as in {{'safety': 0.8}}, not {given!r}")
    declared = {name: entry for name, entry in declarations(kind).items() if name not in apart}
    for name, value in given.items():
        if name not in declared:
            raise TypeError(f"{kind.title} has no number {name!r}{suggestion(name, declared)}")
        _check(name, value, *declared[name])


def checked(kind: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values given for fields of a dataclass, brought to their types; what declares no range or choice may be a bool, a
    text or a mapping.

    Raises TypeError for another type, ValueError for a value outside its range.
    """
    hints = get_type_hints(kind, include_extras=True)
    found = {}
    for name, value in given.items():
        if get_origin(hints[name]) is Annotated:
            typed, declared = get_args(hints[name])
            _check(name, value, typed, declared)
            found[name] = typed(value)
            continue
        plain = get_origin(hints[name]) or hints[name]
        if not isinstance(value, plain):
            raise TypeError(f"{name} must be {_PLAIN[plain]}, not {value!r}")
        found[name] = value
    return found


def _check(name: str, value: Any, kind: type, declared: Range | Choice | Formula) -> None:
    """Raises TypeError for another type, ValueError for a value outside the range."""
    if isinstance(declared, Choice):
        if value not in declared.options:
            raise ValueError(f"{name} must be one of {', '.join(declared.options)}, not {value!r}")
        return
    if isinstance(declared, Formula):
        if not isinstance(value, str):
            raise TypeError(f"{name} must be a text, not {value!r}")
        return
    whole = kind is int
    if isinstance(value, bool) or not isinstance(value, Real) or (whole and not float(value).is_integer()):
        raise TypeError(f"{name} must be a {'whole number' if whole else 'number'}, not {value!r}")
    refusal = declared.refusal(name, float(value))
    if refusal:
        raise ValueError(refusal)
