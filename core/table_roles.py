"""What the columns of a person's own table are to a network, by their names alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from .data_set import Task
from .language.system import component_name
from .number_table import TableError

if TYPE_CHECKING:
    from .language import System

CLASS, TIME = "class", "t"
_ANSWER = re.compile(r"y(\d+|\[\d+\])?")


@dataclass(frozen=True)
class TableRoles:
    """inputs: the columns of x, in order; answers: those of y; timed: whether y is x at the time of the next row."""

    about: Task
    inputs: tuple[str, ...]
    answers: tuple[str, ...] = ()
    timed: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All that are looked at."""
        return tuple(dict.fromkeys((*(TIME,) * self.timed, *self.inputs, *self.answers)))

    @property
    def words(self) -> str:
        """The roles in a line."""
        inputs = listed(self.inputs)
        if self.timed:
            return f"{inputs} over t"
        return f"{inputs} → {listed(self.answers)}" if self.answers else f"density of {inputs}"


def roles_of(names: Sequence[str], system: System) -> TableRoles:
    """The first that fits: of a text that carries a density the columns are points of it; a column `class` makes the
    others inputs of a network that tells classes; a column `t` makes them states of one trajectory; and columns y, or
    y1, y2, ... are values that belong to the others.

    Of columns that are called as the text's components, or as those of a layer's input, others are left out; where none
    is called so, all are taken in their order. Raises TableError where a table is nothing of these, or does not fit the
    text.
    """
    others = [name for name in names if name not in (CLASS, TIME)]
    if system.flow is not None:
        return TableRoles("density", _inputs(others, system))
    if CLASS in names:
        return TableRoles("classes", _inputs([name for name in names if name != CLASS], system), (CLASS,))
    if TIME in names:
        if system.kind != "ode":
            raise TableError("states over time, a column t, are learnt by a differential equation, z' = ...")
        states = _inputs(others, system)
        return TableRoles("values", states, states, timed=True)
    answers = tuple(name for name in names if _ANSWER.fullmatch(name))
    if answers:
        return TableRoles("values", _inputs([name for name in names if name not in answers], system), answers)
    raise TableError(
        f"the table has the columns {listed(names)}, and needs one called class with the numbers of classes, y (or "
        "y1, y2, ...) with values, or t with the times of states; a text with a line flow normal(n) takes points alone"
    )


def check_all_taken(names: Sequence[str], system: System) -> None:
    """Raises TableError where a column of points is left out, which nobody meant who gave them without names."""
    taken = roles_of(names, system).columns
    left = [name for name in names if name not in (*taken, CLASS)]
    if left:
        raise TableError(
            f"the points have the columns {listed(names)}, and of these the text has {listed(taken)}: {listed(left)} "
            "would be left out; call the components otherwise, as z in R^3 does, or give columns by name"
        )


def _inputs(names: Sequence[str], system: System) -> tuple[str, ...]:
    """Those of the columns that are components of x."""
    rows = [item for item in system.data if item.batch]
    if rows and system.kind == "map":
        known = tuple(component_name(item.name, place) for item in rows for place in np.ndindex(*item.shape))
        room, whole, what = sum(prod(item.shape) for item in rows), True, "a row of the layer's input"
    else:
        known, room, whole = system.components, system.size, system.flow is not None
        what = "the flow" if whole else "the state"
    there = set(names)
    named = [name for name in known if name in there]
    if named and named != list(known[: len(named)]):
        missing = next(name for name, given in zip(known, named, strict=False) if name != given)
        raise TableError(f"the table has no column {missing}, a component of {what}, beside {listed(named)}")
    found = tuple(named or names)
    if not found:
        raise TableError("the table has no column beside the answers")
    if len(found) > room or (whole and len(found) != room):
        counts = f"{len(found)} column{'s' * (len(found) != 1)} of points ({listed(found)})"
        cure = "give it as many" if whole else "give it as many or more"
        raise TableError(f"the table has {counts}, and {what} has {room} component{'s' * (room != 1)}: {cure}")
    return found


def listed(names: Sequence[str]) -> str:
    """The first of them, in a line."""
    most = 6
    return ", ".join([*names[:most], *["..."] * (len(names) > most)])
