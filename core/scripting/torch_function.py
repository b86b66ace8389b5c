"""A system by itself as the source of a module that needs torch and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..formula_field import bound_values
from ..language.real_system import real_system
from ..language.shapes import Shapes
from ..stored_tensor import StoredTensor
from ..version import VERSION
from .literals import call, encoded, indented, is_written_out, listed, nested_list, quoted, scalar
from .piece import ATOM, Piece
from .torch_elementwise import named_constant
from .torch_expressions import TorchExpressions
from .torch_names import TorchNames
from .torch_writing import TOOLS, TorchWriting

if TYPE_CHECKING:
    from ..language.system import State, System

_FUNCTIONS = {"ode": "field", "map": "layer", "root": "residual", "minimise": "objective"}
_MEANINGS = {
    "ode": "The right-hand side of z' = f(t, z)",
    "map": "The right-hand side of z = f(z)",
    "root": "The left-hand side of g(z) = 0",
    "minimise": "What is minimised over z",
}
_MOST_NAMED = 6
"""Components that a docstring names."""


def torch_function(system: System, values: Mapping[str, float]) -> str:
    """The source of a module with `field(t, z)`, `layer(z)`, `residual(z)` or `objective(z)` on tensors z (..., n).

    The function takes parameters and tensors by keyword; where none are given, `values` and then the text's values
    hold. It keeps the dtype and device of z and is differentiable by all that it takes. Raises TypeError or
    ValueError for values that are none of the system.
    """
    if system.module is not None:
        raise ValueError(f"this layer is torch already: {system.module.file} defines {system.module.attribute}")
    bound, needed, system = bound_values(system, values), frozenset[str](), real_system(system)
    while True:  # a parameter that some operation needs as a tensor is one in the whole function
        module = _Module(system, bound, needed)
        text = module.text()
        if module.needed <= needed:
            return text
        needed |= module.needed


class _Module:
    """needed: what is made a tensor at the beginning of the function."""

    def __init__(self, system: System, values: Mapping[str, float], needed: frozenset[str]) -> None:
        self._system = system
        self._values = values
        self._tensors = needed
        self._name = _FUNCTIONS[system.kind]
        self._in_scalars = not any(state.shape for state in system.states)
        self._names = TorchNames(["t", "z", self._name, *TOOLS])
        self._names.keep("t", "t")
        names = [state.name for state in system.states]
        if "z" in names and (self._in_scalars or (names == ["z"] and len(system.states[0].shape) == 1)):
            self._names.keep("z", "z")
        reference = self._names.of(system.states[0].name) if self._in_scalars else "z"
        self._writing = TorchWriting(self._names, reference)

    @property
    def needed(self) -> set[str]:
        """Parameters, and t, that have to be tensors."""
        return self._writing.needed

    def text(self) -> str:
        """The module."""
        function = self._function()
        constants = "".join(
            f"{name} = {_literal(StoredTensor.of(array))}\n" for name, array in self._writing.constants.items()
        )
        data = "".join(f"{self._names.of(item.name)} = {_literal(item.tensor)}\n" for item in self._system.data)
        imports = "import base64\n\nimport torch\n" if "base64.b64decode" in constants + data else "import torch\n"
        title = quoted(f"{self._system.title or 'Untitled system'}\n\nWritten by Implicit Explorer {VERSION}.\n")
        tools = [source for name, source in TOOLS.items() if name in self._writing.tools]
        head = [f"{title}\n", imports, *([constants + data] if constants + data else [])]
        return "\n".join(head) + "".join(f"\n\n{part}" for part in [*tools, function])

    def _function(self) -> str:
        system, shapes = self._system, Shapes(self._shapes())
        names = self._pieces()
        expressions = TorchExpressions(names, shapes, self._writing)
        helpers = []
        for helper in system.helpers:
            piece = expressions.piece(helper.expression)
            written = self._names.of(helper.name)
            helpers.append(f"{written} = {piece.text}")
            names[helper.name] = Piece(written, ATOM, piece.shape, piece.batched, piece.full, piece.plain)
        if system.kind == "minimise":
            value = self._scalar(expressions.piece(system.equations[0].expression))
        else:
            pieces = [expressions.piece(equation.expression) for equation in system.equations]
            value = self._flat(pieces)
        lines = [f'"""{self._docstring()}"""', *self._unpacked(), *self._converted(), *helpers, f"return {value}"]
        body = indented("".join(f"{line}\n" for line in lines))
        return f"def {call(self._name, self._arguments())}:\n{body}"

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        system = self._system
        shapes: dict[str, tuple[int, ...]] = {parameter.name: () for parameter in system.parameters}
        shapes |= {item.name: item.shape for item in system.data}
        shapes |= {state.name: state.shape for state in system.states}
        return shapes | {helper.name: helper.shape for helper in system.helpers}

    def _pieces(self) -> dict[str, Piece]:
        """The sources of all names but those of helpers."""
        system, of = self._system, self._names.of
        names = {name: named_constant(name) for name in ("pi", "e")}
        names["t"] = Piece("t", ATOM, (), batched=True, plain=self._plain("t"))
        for state in system.states:
            names[state.name] = Piece(of(state.name), ATOM, state.shape, batched=True, full=True)
        for parameter in system.parameters:
            names[parameter.name] = Piece(of(parameter.name), ATOM, (), plain=self._plain(parameter.name))
        for item in system.data:
            names[item.name] = Piece(of(item.name), ATOM, item.shape, batched=item.batch)
        return names

    def _plain(self, name: str) -> frozenset[str] | None:
        return None if name in self._tensors else frozenset({name})

    def _arguments(self) -> list[str]:
        system, of = self._system, self._names.of
        arguments = ["t", "z"] if system.kind == "ode" else ["z"]
        optional = [f"{of(name)}={scalar(value)}" for name, value in self._values.items()]
        optional += [f"{of(item.name)}={of(item.name)}" for item in system.data]
        return [*arguments, *(["*", *optional] if optional else [])]

    def _docstring(self) -> str:
        system = self._system
        shown = ", ".join(system.components[:_MOST_NAMED]) + (", ..." if system.size > _MOST_NAMED else "")
        result = "(...)" if system.kind == "minimise" else f"(..., {system.size})"
        events = " The events of the text (when ...) are no part of it." if system.events else ""
        noise = " It is the drift: the noise of the text (dW) is no part of it." if system.noise else ""
        return f"{_MEANINGS[system.kind]}; z (..., {system.size}) holds {shown}; gives {result}.{events}{noise}"

    def _unpacked(self) -> list[str]:
        """Lines that take the states out of z."""
        states, of = self._system.states, self._names.of
        if self._in_scalars:
            written = ", ".join(of(state.name) for state in states)
            return [f"{written} = z.unbind(-1)" if len(states) > 1 else f"{written} = z[..., 0]"]
        lines, begin = [], 0
        for state in states:
            end = begin + math.prod(state.shape)
            part = "z" if len(states) == 1 else f"z[..., {begin}:{end}]" if state.shape else f"z[..., {begin}]"
            if len(state.shape) == 2:
                part += f".unflatten(-1, {state.shape})"
            if part != of(state.name):
                lines.append(f"{of(state.name)} = {part}")
            begin = end
        return lines

    def _converted(self) -> list[str]:
        """Lines that make tensors of what was passed."""
        names = [name for name in ("t", *self._values) if name in self._tensors]
        names += [item.name for item in self._system.data]
        return [f"{self._names.of(name)} = {self._writing.like(self._names.of(name))}" for name in names]

    def _flat(self, pieces: list[Piece]) -> str:
        """The rates of all states as one tensor (..., n)."""
        states = self._system.states
        if self._in_scalars:
            if len(pieces) == 1 and pieces[0].full:
                return f"{pieces[0].inside(ATOM)}[..., None]"
            return f"torch.stack({listed([self._scalar(piece) for piece in pieces])}, dim=-1)"
        parts = [self._part(piece, state) for piece, state in zip(pieces, states, strict=True)]
        return parts[0] if len(parts) == 1 else f"torch.cat({listed(parts)}, dim=-1)"

    def _scalar(self, piece: Piece) -> str:
        """A scalar (...)."""
        if piece.full:
            return piece.text
        batch = f"{self._writing.reference}.shape" if self._in_scalars else "z.shape[:-1]"
        return f"{piece.inside(ATOM) if piece.plain is None else self._writing.like(piece.text)}.expand({batch})"

    def _part(self, piece: Piece, state: State) -> str:
        """What belongs to one state, flat."""
        if not state.shape:
            return f"{piece.inside(ATOM) if piece.full else self._scalar(piece)}[..., None]"
        if piece.shape == state.shape and piece.full:
            return piece.text if len(state.shape) == 1 else f"{piece.inside(ATOM)}.flatten(-2)"
        if piece.plain is not None:
            piece = Piece(self._writing.like(piece.text), ATOM, (), piece.batched, piece.full)
        if not piece.shape and piece.batched:
            piece = piece.with_axes(len(state.shape))
        text = f"{piece.inside(ATOM)}.expand(*z.shape[:-1], {', '.join(map(str, state.shape))})"
        return text if len(state.shape) == 1 else f"{text}.flatten(-2)"


def _literal(tensor: StoredTensor) -> str:
    """A tensor with its own precision."""
    if is_written_out(tensor):
        numbers = nested_list(tensor.array().reshape(tensor.shape))
        return call("torch.tensor", [numbers, f"dtype=torch.{tensor.dtype}"])
    shape = ", ".join(map(str, tensor.shape))
    return f"torch.frombuffer(bytearray({encoded(tensor)}), dtype=torch.{tensor.dtype}).reshape({shape})"
