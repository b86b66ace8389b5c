"""The checked system: what a formula text means, with every shape known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from .tree import Expression

Kind = Literal["ode", "map", "root", "minimise"]


@dataclass(frozen=True)
class State:
    """An unknown. shape () for a scalar, (n,) for a vector, (m, n) for a matrix (flattened row by row)."""

    name: str
    symbol: str
    shape: tuple[int, ...]
    line: int


@dataclass(frozen=True)
class ParameterDeclaration:
    """A scalar with a slider. `default`, `lo`, `hi`, `log`, `step` are the text's; `symbol` is for display (μ)."""

    name: str
    symbol: str
    default: float
    lo: float
    hi: float
    log: bool = False
    step: float | None = None
    unit: str = ""
    description: str = ""
    line: int = 0


@dataclass(frozen=True)
class Equation:
    """state' = expression (the expression has the state's shape)."""

    state: State
    expression: Expression


@dataclass(frozen=True)
class Helper:
    """A named intermediate value, in an order in which each uses only earlier ones."""

    name: str
    symbol: str
    shape: tuple[int, ...]
    expression: Expression


@dataclass(frozen=True)
class System:
    """A parsed and checked formula text.

    components: the names of the n scalar components of the flattened state ("x", "y" or "z[1]", "z[2]", ...).
    symbols: the same for display (Greek letters, subscripts).
    starts: starting points (each n numbers), possibly empty; view: ranges by component name or "t".
    span: the time span; autonomous: no equation or helper uses t.
    key: hash of the tree without parameter values, starts, view and span: equal keys share compiled code.
    """

    kind: Kind
    text: str
    title: str
    states: tuple[State, ...]
    parameters: tuple[ParameterDeclaration, ...]
    helpers: tuple[Helper, ...]
    equations: tuple[Equation, ...]
    starts: tuple[tuple[float, ...], ...]
    view: Mapping[str, tuple[float, float]]
    span: tuple[float, float]
    autonomous: bool
    key: str
    components: tuple[str, ...]
    symbols: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "view", MappingProxyType(dict(self.view)))

    def __hash__(self) -> int:  # a system is looked up at every call of an emitter: not by its whole tree
        return hash((self.key, self.text))

    @property
    def size(self) -> int:
        """The flattened state size n."""
        return len(self.components)

    def defaults(self) -> dict[str, float]:
        """The text's parameter values by name, in declaration order."""
        return {parameter.name: parameter.default for parameter in self.parameters}
