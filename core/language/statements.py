"""What the parser makes of each line."""

from __future__ import annotations

from dataclasses import dataclass

from .tree import Expression


@dataclass(frozen=True)
class Name:
    """A name where it is declared. text: with Greek letters spelt out."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Interval:
    """[lower, upper]"""

    lower: Expression
    upper: Expression


@dataclass(frozen=True)
class Slider:
    """What follows a parameter's value; None and empty where the line does not say."""

    interval: Interval | None = None
    log: bool = False
    step: float | None = None
    unit: str = ""
    description: str = ""


@dataclass(frozen=True)
class Derivative:
    """x' = rate"""

    name: Name
    rate: Expression


@dataclass(frozen=True)
class Definition:
    """mu = value, a parameter, or s = value, a helper line."""

    name: Name
    value: Expression
    slider: Slider = Slider()


@dataclass(frozen=True)
class Space:
    """z in R^3, or in C. field: "R" or "C"."""

    names: tuple[Name, ...]
    field: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Span:
    """t in [0, 30]"""

    name: Name
    interval: Interval


@dataclass(frozen=True)
class Starts:
    """start (2, 0), (0.1, 0): one tuple of entries per point."""

    points: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True)
class NamedStart:
    """start x = 2, y = 0: one point."""

    values: tuple[Definition, ...]


@dataclass(frozen=True)
class Extent:
    """x [-4, 4] in a view line.

    name: None for the second range of a complex unknown, as in z [-2, 2], [-1, 1]; index: of one component of a
    vector or matrix; part: "re" or "im" where the line says so.
    """

    name: Name | None
    index: tuple[Expression, ...]
    interval: Interval
    part: str = ""


@dataclass(frozen=True)
class View:
    """view x [-4, 4], y [-6, 6]"""

    extents: tuple[Extent, ...]


@dataclass(frozen=True)
class FixedPoint:
    """z <- value"""

    name: Name
    value: Expression


@dataclass(frozen=True)
class Root:
    """0 = value"""

    value: Expression
    line: int
    column: int


@dataclass(frozen=True)
class Unknowns:
    """solve x = 2, y = 0.5 with a value for each name, or solve z in R^3; verb: "solve" or "over"."""

    verb: str
    names: tuple[Name, ...]
    values: tuple[Expression, ...]
    space: Space | None
    line: int
    column: int


@dataclass(frozen=True)
class Minimise:
    """minimise value"""

    value: Expression
    line: int
    column: int


@dataclass(frozen=True)
class Data:
    """W = data "weights": name stands for a tensor of the document; batch: its first axis counts samples."""

    name: Name
    tensor: str
    batch: bool


@dataclass(frozen=True)
class Learn:
    """learn W = value: a tensor that training moves, and what it begins from."""

    name: Name
    value: Expression


@dataclass(frozen=True)
class Module:
    """Cell = module "cell.py": name stands for what a Python file calls `attribute`; learnt: its parameters are."""

    name: Name
    file: str
    attribute: str
    learnt: bool = False


@dataclass(frozen=True)
class Change:
    """v = -0.9 v, or v[2] = 0, in an event."""

    name: Name
    index: tuple[Expression, ...]
    value: Expression


@dataclass(frozen=True)
class When:
    """when left = right falling: changes; without changes: stop.

    right: None where the line has no equals sign. direction: 1 rising, -1 falling, 0 both. end: line and column of the
    colon.
    """

    left: Expression
    right: Expression | None
    direction: int
    changes: tuple[Change, ...]
    line: int
    column: int
    end: tuple[int, int]


@dataclass(frozen=True)
class Flow:
    """flow normal(2): base stands for the distribution that the equation transports."""

    base: Expression
    line: int
    column: int


@dataclass(frozen=True)
class Later:
    """A line of a kind of system that this version reads but does not solve. verb: a key of `LATER`."""

    verb: str
    line: int
    column: int


Statement = (
    Derivative
    | Definition
    | Space
    | Span
    | Starts
    | NamedStart
    | View
    | FixedPoint
    | Root
    | Unknowns
    | Minimise
    | Data
    | Learn
    | Module
    | When
    | Flow
    | Later
)

LATER = {
    "subject": "a constraint (subject to ...)",
}
"""Kinds of lines that later versions bring to life, in words."""
