"""The formulas of a network, written block by block."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .language.shapes import MOST_COMPONENTS, MOST_ENTRIES
from .network_block import Block, RecipeError


@dataclass(frozen=True)
class Stage:
    """What a diagram shows of a block. width: components of its value. weights: numbers that it learns. skip: the stage
    whose input it adds to its own, None where it adds none."""

    words: str
    width: int
    weights: int
    skip: int | None = None


@dataclass
class Spelling:
    """The value that the blocks so far have made, of `width` components, and the lines that say how.

    A formula gets a line and a name of its own only when another asks for it by name, so that h1 = tanh(W1 z + b1) is
    one line. seed: of the next tensor; each has another. channels: of one size, of which the value is made.

    speaker: who writes now, as a refusal calls it.
    """

    seed: int
    formula: str
    width: int
    helpers: list[str] = field(default_factory=list)
    learnt: list[str] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    layer: int = 0
    weights: int = 0
    channels: int = 1
    speaker: str = "the network"
    _words: str = ""
    _named: bool = True
    _made: list[str] = field(default_factory=list)
    _values: int = 0
    _kept: dict[int, tuple[str, int]] = field(default_factory=dict)

    def begin(self, formula: str, width: int, words: str) -> None:
        """Let the first stage be this formula of what is given."""
        self._kept[0] = self.operand(), self.width
        self._words = words
        self.become(formula, width)
        self.stages.append(Stage(words, self.width, self.weights))

    def follow(self, block: Block, keep: bool, speaker: str) -> None:
        """Write one more block; keep: a later one takes the value before it. Raises RecipeError."""
        self.speaker = speaker
        if keep:
            self._kept[len(self.stages)] = self.operand(), self.width
        weights, place = self.weights, len(self.stages)
        self._words = block.words
        block.spell(self)
        skip = place - block.reach if block.reach else None
        self.stages.append(Stage(block.words, self.width, self.weights - weights, skip))

    def next_layer(self) -> None:
        """Number what is learnt from here on higher; what is learnt before the first has no number."""
        self.layer += 1

    def learn(self, stem: str, shape: tuple[int, ...], fan: int) -> str:
        """The name of one more tensor, uniform between -1/sqrt(fan) and 1/sqrt(fan). Raises RecipeError where it is too
        large for a text."""
        if math.prod(shape) > MOST_ENTRIES:
            wide = " x ".join(map(str, shape))
            raise RecipeError(f"{self.speaker} has {wide} weights, more than {MOST_ENTRIES}: {self._smaller()}")
        sizes = ", ".join(map(str, shape))
        value = f"(uniform({sizes}, seed {self.seed})*2 - 1)/sqrt({fan})"
        self.seed += 1
        return self._declared(stem, value, shape)

    def learn_alike(self, stem: str, value: int) -> str:
        """The name of one more vector as wide as the value, which begins with `value` everywhere."""
        ones = f"ones({self.width})"
        return self._declared(stem, ones if value == 1 else f"{value}*{ones}", (self.width,))

    def helper(self, stem: str, formula: str) -> str:
        """The name of a line beside those of the values."""
        name = f"{stem}{self.layer}"
        self.helpers.append(f"{name} = {formula}")
        return name

    def ended(self) -> str:
        """The value as the right-hand side of an equation, with what made it."""
        return f"{self.formula}  # {', '.join(self._made)}" if self._made else self.formula

    def operand(self) -> str:
        """The value by a name."""
        if not self._named:
            self._values += 1
            self.helpers.append(f"h{self._values} = {self.formula}  # {', '.join(self._made)}")
            self.formula, self._named = f"h{self._values}", True
            self._made.clear()
        return self.formula

    def become(self, formula: str, width: int, channels: int = 0) -> None:
        """The value is this from now on; as many channels as before where it is as wide, else `channels`, or one.

        Raises RecipeError for more components than a text can have.
        """
        self.channels = channels or (self.channels if width == self.width else 1)
        if width > MOST_COMPONENTS:
            raise RecipeError(
                f"{self.speaker} makes {width} components, more than {MOST_COMPONENTS}: {self._smaller()}"
            )
        self._made.append(self._words)
        self.formula, self.width, self._named = formula, width, False

    def earlier(self, reach: int) -> str:
        """The name of the value from before the last `reach` blocks. Raises RecipeError where there is none as wide."""
        place = len(self.stages) - reach
        if place not in self._kept:
            raise RecipeError(
                f"a sum leads past {reach} block{'s' * (reach > 1)}, and only {len(self.stages)} stand before it: let "
                "it reach less far, or move it down"
            )
        name, width = self._kept[place]
        if width != self.width:
            raise RecipeError(
                f"a sum adds a value of {width} components to one of {self.width}: let the blocks between lead back "
                f"to {width}"
            )
        return name

    def _smaller(self) -> str:
        return f"choose fewer {'channels' if self.channels > 1 else 'components'}"

    def _declared(self, stem: str, value: str, shape: tuple[int, ...]) -> str:
        name = f"{stem}{self.layer or ''}"
        self.learnt.append(f"learn {name} = {value}")
        self.weights += math.prod(shape)
        return name
