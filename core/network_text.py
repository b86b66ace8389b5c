"""The text of a network with another size: of its state, or of its hidden layers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .language import FormulaError, System, parse, write_values
from .language.reading import read
from .language.statements import Learn, Space
from .language.tree import Expression
from .network_sizes import NetworkSizesError, Sizes, sizes_of

if TYPE_CHECKING:
    from .stored_tensor import StoredTensor

_DIGITS = re.compile(r"\d+")
_FORM = "write each as learn W = uniform(32, 2, seed 1) with its sizes as numbers"


class NetworkTextError(ValueError):
    """Why a network's size cannot be changed, as a sentence."""


@dataclass(frozen=True)
class NetworkText:
    """A text whose unknowns are vectors of `size` components, one or, as places and velocities, several, and a network
    that is learnt.

    width: of its hidden layers; of a map that has none, the size of its state.
    why_no_width: a sentence where width is 0.
    """

    system: System
    tensors: Mapping[str, StoredTensor]
    size: int
    width: int
    why_no_width: str
    _sizes: Sizes
    _hidden: frozenset[int]

    def with_size(self, size: int) -> str:
        """The text with another number of components; starts are filled up with zeros. Raises NetworkTextError."""
        if self.system.flow is not None:
            raise NetworkTextError("a flow has as many components as the points whose density it carries")
        if len({self._sizes.root(self._sizes.names[name][0]) for name in self._names}) > 1:
            raise NetworkTextError(f"{', '.join(self._names)} have sizes of their own: change them in the text")
        if self._sizes.is_fixed(self._state):
            raise NetworkTextError(f"the size of {self._name} is written elsewhere in the text: change it there")
        return self._rewritten({self._state: size}, size)

    def with_width(self, width: int) -> str:
        """The text with hidden layers of this width. Raises NetworkTextError."""
        if not self.width:
            raise NetworkTextError(self.why_no_width)
        if self._state in self._hidden:
            return self.with_size(width)
        return self._rewritten(dict.fromkeys(self._hidden, width), self.size)

    @property
    def _names(self) -> list[str]:
        return [state.name for state in self.system.states]

    @property
    def _name(self) -> str:
        return self._names[0]

    @property
    def _state(self) -> int:
        return self._sizes.root(self._sizes.names[self._name][0])

    def _resized(self, start: Sequence[float], size: int) -> tuple[float, ...]:
        """A start with `size` components of every unknown."""
        vectors = (start[place : place + self.size] for place in range(0, len(start), self.size))
        return tuple(number for one in vectors for number in (*one, *[0.0] * (size - self.size))[:size])

    def _rewritten(self, changed: Mapping[int, int], size: int) -> str:
        text = self.system.text.replace("\r\n", "\n")
        starts = [self._resized(start, size) for start in self.system.starts] if size != self.size else []
        places = [*self._sizes_written(changed), *self._scales(changed)]
        lines = text.split("\n")
        if size != self.size:
            places.extend(self._spaces(lines, size))
        for line, column, number in sorted(places, reverse=True):
            lines[line] = lines[line][:column] + _DIGITS.sub(str(number), lines[line][column:], count=1)
        if starts:
            text = write_values(text, {}, starts, tensors=self.tensors)
            kept = text.split("\n")
            lines = [kept[k] if kept[k] != before else lines[k] for k, before in enumerate(self._lines())]
        return self._checked("\n".join(lines))

    def _lines(self) -> list[str]:
        return self.system.text.replace("\r\n", "\n").split("\n")

    def _sizes_written(self, changed: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
        for (line, column), size in self._sizes.written.items():
            number = changed.get(self._sizes.root(size))
            if number is not None:
                yield line - 1, column - 1, number

    def _scales(self, changed: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
        """sqrt(2) in the line of W that has 2 columns: it begins with numbers as large as its columns are many."""
        known = {learnt.name: learnt.shape for learnt in self.system.data if learnt.learnt}
        for line in _learnt_lines(self.system.text):
            fan = self._sizes.fan_in.get(line.name.text)
            number = None if fan is None else changed.get(self._sizes.root(fan))
            if number is None or fan is None:
                continue
            before = self._present(fan, known)
            for node in _roots(line.value):
                if node.value == before:
                    yield node.line - 1, node.column - 1, number

    def _present(self, size: int, known: Mapping[str, tuple[int, ...]]) -> int:
        """What a size is in the text now."""
        for name, shape in known.items():
            for one, number in zip(self._sizes.names[name], shape, strict=True):
                if self._sizes.root(one) == self._sizes.root(size):
                    return number
        return 0

    def _spaces(self, lines: list[str], size: int) -> Iterator[tuple[int, int, int]]:
        missing = set(self._names)
        for space in read(self.system.text):
            named = {one.text for one in space.names} if isinstance(space, Space) else set()
            if isinstance(space, Space) and named <= missing:
                line, last = space.names[-1].line - 1, space.names[-1].column
                found = re.compile(r"[Rℝ][ \t]*\^").search(lines[line], last)
                if found:
                    missing -= named
                    yield line, found.end(), size
        if missing:
            name = next(one for one in self._names if one in missing)
            raise NetworkTextError(f"the text has no line {name} in R^{self.size}: write one")

    def _checked(self, text: str) -> str:
        try:
            parse(text, self.tensors)
        except FormulaError as fault:
            raise NetworkTextError(f"the text does not allow it: {fault}") from None
        return text


def network_text(system: System, tensors: Mapping[str, StoredTensor]) -> NetworkText:
    """How the sizes of a network hang together; raises NetworkTextError where its text is not of a form that is
    followed."""
    if any(len(state.shape) != 1 for state in system.states) or not system.states or system.is_complex:
        raise NetworkTextError("sizes are changed of a network whose state is one vector: write z in R^2")
    lines = _learnt_lines(system.text)
    if not lines:
        raise NetworkTextError("nothing is learnt here: write learn W = normal(16, 2, seed 1)")
    stored = {item.name: item.shape for item in system.data if not item.learnt}
    try:
        sizes = sizes_of(
            {equation.state.name: equation.expression for equation in system.equations},
            {helper.name: helper.expression for helper in system.helpers},
            {line.name.text: line.value for line in lines},
            {state.name: state.shape for state in system.states},
            stored,
        )
    except NetworkSizesError as fault:
        raise NetworkTextError(f"{fault}: change the numbers in the text") from None
    hidden, width, why = _hidden_layers(system, sizes, lines)
    return NetworkText(system, tensors, system.states[0].shape[0], width, why, sizes, hidden)


def _hidden_layers(system: System, sizes: Sizes, lines: list[Learn]) -> tuple[frozenset[int], int, str]:
    """Sizes between two products, their common number, or 0 and why there is none."""
    shapes = {item.name: item.shape for item in system.data if item.learnt}
    states = [sizes.root(sizes.names[state.name][0]) for state in system.states]
    rows, columns = set(), set()
    numbers: dict[int, int] = {}
    for line in lines:
        axes = [sizes.root(axis) for axis in sizes.names[line.name.text]]
        numbers.update(zip(axes, shapes[line.name.text], strict=True))
        if len(axes) == 2:
            rows.add(axes[0])
            columns.add(axes[1])
    hidden = (rows & columns).difference(states)
    if not hidden and system.kind == "map" and states[0] in rows & columns:
        hidden = {states[0]}
    widths = sorted({numbers[one] for one in hidden})
    if not hidden:
        return frozenset(), 0, "there is no hidden layer"
    if any(sizes.is_fixed(one) for one in hidden):
        return frozenset(), 0, f"the width of a hidden layer is no number in a line of learnt weights: {_FORM}"
    if len(widths) > 1:
        return frozenset(), 0, f"the hidden layers have {', '.join(map(str, widths))} components: change the text"
    return frozenset(hidden), widths[0], ""


def _learnt_lines(text: str) -> list[Learn]:
    return [line for line in read(text) if isinstance(line, Learn)]


def _roots(expression: Expression) -> Iterator[Expression]:
    """The numbers whose square roots are taken."""
    for argument in expression.arguments:
        if expression.operation == "sqrt" and argument.operation == "number":
            yield argument
        yield from _roots(argument)
