"""What a network is put together from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Annotated, get_args, get_origin, get_type_hints

from .network_block import Block, RecipeError
from .parameter import Choice, Range

KINDS = ("ode", "second_order", "equilibrium", "flow")
"""A neural differential equation of first or second order, a layer in equilibrium, a flow that carries a density."""


@dataclass(frozen=True)
class Recipe:
    """inputs: components of the data. added: components of z beside those in a differential equation, which begin at 0.
    size: components of a layer in equilibrium, and of the first layer of a second-order equation, whose velocity v = z'
    begins at 0. answers: of the line y = V z + c; without it, where 0, the first components of z are the answer. seed:
    of the first tensor, those after it have the next ones.

    reach: half the width of the view. starts: where trajectories begin that are drawn. end: the time where the answer
    is read.

    Raises ValueError for a number outside its range, TypeError for another type, RecipeError where the blocks do not go
    with what the network is.
    """

    blocks: tuple[Block, ...]
    kind: Annotated[str, Choice(KINDS, help="what is solved")] = "ode"
    inputs: Annotated[int, Range(1, 1024, help="components of the data")] = 2
    added: Annotated[int, Range(0, 64, step=1, help="components of z that begin at 0")] = 0
    size: Annotated[int, Range(1, 256, log=True, help="components of the layer")] = 16
    answers: Annotated[int, Range(0, 1000, help="numbers that are answered")] = 1
    seed: Annotated[int, Range(0, 1_000_000, step=1, help="other seed, other first weights")] = 1
    title: str = "A network of blocks"
    reach: float = 2.5
    starts: tuple[tuple[float, ...], ...] = ()
    end: float = 1.0

    def __post_init__(self) -> None:
        for name, limits in _declared().items():
            value = getattr(self, name)
            if isinstance(limits, Choice):
                if value not in limits.options:
                    raise ValueError(f"a network is one of {', '.join(limits.options)}, not {value!r}")
                continue
            if not isinstance(value, int) or isinstance(value, bool):
                raise TypeError(f"{name} must be a whole number, not {value!r}")
            sentence = limits.refusal(name, value)
            if sentence:
                raise ValueError(sentence)
        if "\n" in self.title:
            raise RecipeError("a title is one line")
        if not (0.0 < self.reach < inf and 0.0 < self.end < inf):
            raise RecipeError(f"reach and end are numbers above 0, not {self.reach:g} and {self.end:g}")
        for start in self.starts:
            if len(start) != self.state:
                raise RecipeError(f"a start has {self.state} components, as the state, not {len(start)}")
        self._check_blocks()

    @property
    def places(self) -> int:
        """Components of z."""
        if self.kind == "equilibrium":
            return self.size
        return self.inputs + (0 if self.kind == "flow" else self.added)

    @property
    def state(self) -> int:
        """Components of what is solved for: z, and of a second-order equation its velocity v behind it."""
        return self.places * (2 if self.kind == "second_order" else 1)

    @property
    def whole(self) -> bool:
        """Whether its one block is the right-hand side by itself."""
        return any(block.whole for block in self.blocks)

    def _check_blocks(self) -> None:
        for block in self.blocks:
            if block.whole and len(self.blocks) > 1:
                raise RecipeError(f"“{block.title}” is a whole right-hand side: take the other blocks away")
            if block.whole and self.kind == "second_order":
                raise RecipeError(f"“{block.title}” is of first order: choose a neural ODE or a flow")
            if self.kind != "equilibrium":
                continue
            if block.whole:
                raise RecipeError(f"“{block.title}” is of differential equations: choose a neural ODE or a flow")
            if block.follows_time:
                raise RecipeError(f"“{block.title}” has the time in it, and a layer in equilibrium has none")


@cache
def _declared() -> dict[str, Range | Choice]:
    hints = get_type_hints(Recipe, include_extras=True)
    return {name: get_args(hint)[1] for name, hint in hints.items() if get_origin(hint) is Annotated}
