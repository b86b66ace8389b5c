"""Writes one function of LLVM's intermediate language, instruction by instruction.

`Value` has the operators. What works on lanes is in `lanes`, what reads and writes in `memory`, loops and conditions
in `control`: functions of values, which know the function they belong to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from .value import INTEGER, POINTER, Type, Value

_FUSED, _RECIPROCALS, _STRICT = " contract", " contract arcp", ""

_REGISTER = 64
"""Bytes of the widest vector register there is."""


class Function:
    """A function under construction.

    arguments: (name, type) pairs; `argument(name)` gives them as values.
    power: what `value ** exponent` writes. reciprocals: whether a quotient may be a product with a reciprocal.
    arithmetic: flags of additions and multiplications; products may be fused into sums unless `strict`.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[tuple[str, Type]],
        result: Type | None = None,
        power: Callable[[Value, float], Value] | None = None,
        *,
        reciprocals: bool = False,
    ) -> None:
        self.name, self.result = name, result
        self._power = power
        self.arithmetic = _RECIPROCALS if reciprocals else _FUSED
        self.declarations: set[str] = set()
        self._arguments = dict(arguments)
        self._head: list[str] = []
        self._lines: list[str] = []
        self._count = 0

    def argument(self, name: str) -> Value:
        """The argument `name`."""
        return Value(self, self._arguments[name], f"%{name}")

    @property
    def argument_types(self) -> tuple[Type, ...]:
        """The types of the arguments, in order."""
        return tuple(self._arguments.values())

    def power(self, base: Value, exponent: float) -> Value:
        """base^exponent, where the function was given the means."""
        if self._power is None:
            raise TypeError(f"the function {self.name} has no powers")
        return self._power(base, exponent)

    def constant(self, type_: Type, number: float) -> Value:
        """`number` in every lane."""
        return Value(self, type_, type_.literal(number))

    def integer(self, number: int) -> Value:
        """A 64-bit integer of one lane."""
        return self.constant(INTEGER, number)

    def emit(self, type_: Type, instruction: str) -> Value:
        """Append an instruction that has a result."""
        name = self.name_for("v")
        self._lines.append(f"  %{name} = {instruction}")
        return Value(self, type_, f"%{name}")

    def perform(self, instruction: str) -> None:
        """Append an instruction that has none."""
        self._lines.append(f"  {instruction}")

    def reserve(self, type_: Type, count: int = 1) -> str:
        """The name of a place on the stack for `count` values side by side, kept for the whole call."""
        name = self.name_for("m")
        self._head.append(f"  %{name} = alloca {type_}" + (f", i64 {count}" if count > 1 else ""))
        return f"%{name}"

    def name_for(self, word: str) -> str:
        """A name that begins with `word` and is not taken."""
        self._count += 1
        return f"{word}{self._count}"

    def label(self, name: str) -> None:
        """What follows is the block `name`."""
        self._lines.append(f"{name}:")

    def intrinsic(self, name: str, *arguments: Value, result: Type | None = None) -> Value:
        """Call @llvm.NAME on values of one type; `result` where it is of another."""
        return self.call(f"llvm.{name}.{arguments[0].type.suffix}", result or arguments[0].type, *arguments)

    def call(self, name: str, result: Type | None, *arguments: Value) -> Value:
        """Call a function of the C library, or another one of the module."""
        kind = str(result or "void")
        self.declarations.add(f"declare {kind} @{name}({', '.join(str(value.type) for value in arguments)})")
        instruction = f"call {kind} @{name}({', '.join(f'{value.type} {value}' for value in arguments)})"
        if result is None:
            self.perform(instruction)
            return self.integer(0)
        return self.emit(result, instruction)

    @contextmanager
    def strict(self) -> Iterator[None]:
        """Round every product and sum inside, as error-free transformations need."""
        before, self.arithmetic = self.arithmetic, _STRICT
        yield
        self.arithmetic = before

    def finish(self, result: Value | None = None) -> str:
        """Return, and the function's whole text."""
        self.perform("ret void" if result is None else f"ret {result.type} {result}")
        listed = ", ".join(f"{_passed(type_)} %{name}" for name, type_ in self._arguments.items())
        # whole registers that find no room are kept on the stack: beside a cache line each access would cost two
        head = f"define {self.result or 'void'} @{self.name}({listed}) alignstack({_REGISTER}) {{"
        return "\n".join([head, "entry:", *self._head, *self._lines, "}"])


def _passed(type_: Type) -> str:
    return f"{type_} noalias" if type_ == POINTER else str(type_)
