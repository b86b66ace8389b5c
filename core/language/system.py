"""The checked system: what a formula text means, with every shape known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import numpy as np

from ..stored_tensor import StoredTensor
from .tree import Expression

Kind = Literal["ode", "map", "root", "minimise"]
"""z' = f(t, z); z <- f(z); 0 = g(z); minimise phi(z), whose gradient flow is z' = -grad phi(z)."""


PARTS = ("re", "im")
"""What the names of the components of a complex unknown begin with."""


@dataclass(frozen=True)
class State:
    """An unknown. shape () for a scalar, (n,) for a vector, (m, n) for a matrix (flattened row by row).

    is_complex: every entry has two components, its real and its imaginary part.
    """

    name: str
    symbol: str
    shape: tuple[int, ...]
    line: int
    is_complex: bool = False

    @property
    def components(self) -> tuple[str, ...]:
        """The names of its scalar components: z, z[2], or "re z" and "im z"."""
        entries = [component_name(self.name, place) for place in np.ndindex(*self.shape)]
        if not self.is_complex:
            return tuple(entries)
        return tuple(f"{part} {entry}" for entry in entries for part in PARTS)


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
    """state' = expression, state <- expression, or 0 = expression, which stands with the state in its place.

    The expression has the state's shape. Of a minimisation it is the objective, a scalar, with every state.
    """

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
class DataDeclaration:
    """A tensor that a text takes from its document, or one that training moves and that the text begins.

    shape: of what a sample sees; batch: the tensor has one more axis in front, a row per sample; learnt: a line says
    learn, and the document may store what came of it under the name.
    """

    name: str
    symbol: str
    shape: tuple[int, ...]
    batch: bool
    tensor: StoredTensor
    learnt: bool = False


@dataclass(frozen=True)
class FlowDeclaration:
    """flow normal(n): the equation transports a density.

    Data x lie at the begin of the span t in [a, b], and the base distribution at its end: log p(x) is the log density
    of the base at z(b) with z(a) = x, plus the integral of the trace of df/dz over the span. A sample is drawn from the
    base at b and followed back to a.

    base: "normal", the standard normal distribution. size: its dimension, that of the state. line: of the text.
    Source: R. Chen et al., Neural ordinary differential equations, NeurIPS 2018, section 4.
    """

    base: Literal["normal"]
    size: int
    line: int


@dataclass(frozen=True)
class EventDeclaration:
    """when left = right: changes. A trajectory that comes there goes on from the changed state, or ends there.

    text: the condition as it is written. direction: 1 where left - right grows, -1 where it falls, 0 both. changes: of
    unknowns, all of them of the state before; none: it ends. written: the same as the text says it, an unknown or its
    component and the value. line: of the text.
    """

    text: str
    left: Expression
    right: Expression
    direction: int
    changes: tuple[Equation, ...]
    written: tuple[tuple[Expression, Expression], ...]
    line: int

    @property
    def terminal(self) -> bool:
        """Whether the trajectory ends there."""
        return not self.changes


OWN = "own"
"""The operation of a node that a Python file computes; its value is the name that the text gives it."""


@dataclass(frozen=True)
class ModuleCall:
    """The call of a Python file's callable, which is all of a map's right-hand side.

    name: in the text. file: as the text names it, an entry of the document says where it is. attribute: in the file.
    learnt: whether training moves its parameters: W of Cell is the tensor Cell.W.
    """

    name: str
    file: str
    attribute: str
    arguments: tuple[Expression, ...]
    learnt: bool = False


@dataclass(frozen=True)
class System:
    """A parsed and checked formula text.

    components: the names of the n scalar components of the flattened state ("x", "y" or "z[1]", "z[2]", ...;
    of a complex unknown "re z" and "im z").
    symbols: the same for display (Greek letters, subscripts).
    starts: starting points (each n numbers), possibly empty; view: ranges by component name or "t".
    data: tensors of the document that the text names, then those that it learns. module: the Python file's callable
    that is the map, which no emitter of formulas can write; None of a formula.
    span: the time span; autonomous: no equation or helper uses t.
    events: where trajectories jump or end, which the right-hand side knows nothing of.
    noise: of dz = f dt + g dW one line for each unknown, its expression g; the equations are f. Every component has a
    Wiener process of its own. Empty without noise.
    flow: the density that a differential equation transports; None where the text says nothing of one.
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
    data: tuple[DataDeclaration, ...] = ()
    module: ModuleCall | None = None
    events: tuple[EventDeclaration, ...] = ()
    noise: tuple[Equation, ...] = ()
    flow: FlowDeclaration | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "view", MappingProxyType(dict(self.view)))

    def __hash__(self) -> int:  # a system is looked up at every call of an emitter: not by its whole tree
        return hash((self.key, self.text))

    @property
    def flows(self) -> bool:
        """Whether its solutions are trajectories: those of a differential equation, or of a gradient flow."""
        return self.kind in ("ode", "minimise")

    @property
    def is_complex(self) -> bool:
        """Whether an unknown is complex. `real_system` is the same system in real numbers."""
        return any(state.is_complex for state in self.states)

    @property
    def size(self) -> int:
        """The flattened state size n."""
        return len(self.components)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the numbers that f takes beside t and the state: the parameters, then a row of the batch data."""
        rows = [
            component_name(item.name, place) for item in self.data if item.batch for place in np.ndindex(*item.shape)
        ]
        return (*(parameter.name for parameter in self.parameters), *rows)

    @property
    def sources(self) -> tuple[str, ...]:
        """What f can be differentiated by, by name: the parameters, then the stored tensors."""
        return (*(parameter.name for parameter in self.parameters), *(item.name for item in self.data))

    @property
    def learnt(self) -> tuple[str, ...]:
        """Names of the tensors that training moves, in the order of the text."""
        return tuple(item.name for item in self.data if item.learnt)

    @property
    def learns(self) -> bool:
        """Whether training moves anything of it: tensors of the text, or parameters of its Python file."""
        return bool(self.learnt) or (self.module is not None and self.module.learnt)

    def is_learnt(self, name: str) -> bool:
        """Whether a stored tensor of this name is one that training moves."""
        own = self.module is not None and self.module.learnt and name.startswith(f"{self.module.name}.")
        return own or name in self.learnt

    @property
    def batch(self) -> int | None:
        """Samples in the batch data; None where there are none."""
        return next((len(declared.tensor) for declared in self.data if declared.batch), None)

    def defaults(self) -> dict[str, float]:
        """The text's parameter values by name, in declaration order."""
        return {parameter.name: parameter.default for parameter in self.parameters}


@lru_cache(maxsize=256)
def between_events(system: System) -> System:
    """`system` without its events: what moves a trajectory from one to the next."""
    return replace(system, events=(), key=f"{system.key} between its events") if system.events else system


@lru_cache(maxsize=256)
def diffusion_of(system: System) -> System:
    """z' = g(t, z) for the g of dz = f dt + g dW, so that all that computes f computes g."""
    return replace(system, equations=system.noise, noise=(), key=f"{system.key} its noise")


def component_name(text: str, place: tuple[int, ...]) -> str:
    """z, z[2] or z[2,3], counted from 1."""
    return f"{text}[{','.join(str(index + 1) for index in place)}]" if place else text
