"""What a trajectory kernel follows: a formula, or a network of linear layers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ..language.program import Program
from ..language.rates import rates_program
from ..language.system import System
from ..tracing.dense_network import DenseNetwork, Outline
from ..vector_field import VectorField
from .builder import Function
from .compile_cache import ProgramKey, program_key
from .lanes import convert
from .network_emission import NetworkEmission, packed_weights
from .program_emission import emit_program
from .runge_kutta import Field, Vector
from .trajectory_plan import FieldMaker
from .value import Type, Value


class RightHandSide(Protocol):
    """What is compiled of a field; equal ones share a kernel."""

    def __hash__(self) -> int:
        """Of what is computed."""

    @property
    def parameters(self) -> int:
        """How many numbers the field is given as values."""

    @property
    def key(self) -> Hashable:
        """Tells what is computed."""

    def maker(self, real: str, /) -> FieldMaker:
        """What writes the field on values of the type `real`."""


@dataclass(frozen=True)
class FormulaSide:
    """The rates of a formula; its parameters are values."""

    system: System

    @property
    def parameters(self) -> int:
        """Those of the text."""
        return len(self.system.parameters)

    @property
    def key(self) -> Hashable:
        """The rates, whatever they are called."""
        return program_key(rates_program(self.system))

    def maker(self, real: str, /) -> FieldMaker:
        """Operation by operation."""
        return field_maker(rates_program(self.system), real)


@dataclass(frozen=True)
class NetworkSide:
    """A network; its weights are read from memory, so that training compiles nothing."""

    outline: Outline

    @property
    def parameters(self) -> int:
        """None is a value."""
        return 0

    @property
    def key(self) -> Hashable:
        """The layers."""
        return self.outline

    def maker(self, _real: str, /) -> FieldMaker:
        """In loops over the weights, which lie where a formula's parameters would."""

        def make_field(function: Function, _: Vector) -> Field:
            made: dict[Type, NetworkEmission] = {}

            def field(_: Value, z: Vector) -> Vector:
                type_ = z[0].type
                if type_ not in made:
                    made[type_] = NetworkEmission(self.outline, function, function.argument("parameters"), type_)
                return made[type_].slopes(z)

            return field

        return make_field


@dataclass(frozen=True)
class TracedSide:
    """What a torch callable computes; the numbers that it refers to are values."""

    parameters: int
    key: ProgramKey
    program: Program = field(compare=False)

    def maker(self, real: str, /) -> FieldMaker:
        """Operation by operation."""
        return field_maker(self.program, real)


def right_hand_side(field: VectorField, dtype: str) -> tuple[RightHandSide, np.ndarray]:
    """What a kernel compiles of `field`, and the numbers that it reads: float64, or bytes of a network's weights.

    Raises ValueError where it can compile nothing.
    """
    if field.system is not None:
        return FormulaSide(field.system), np.array(field.parameters)
    found = field.structure(dtype)
    if isinstance(found, DenseNetwork):
        return NetworkSide(found.outline), packed_weights(found, dtype)
    if found is None:
        raise ValueError("a kernel needs a formula, or a torch callable whose operations it knows")
    side = TracedSide(len(found.parameters), program_key(found.program), found.program)
    return side, np.array(found.parameters)


def field_maker(program: Program, real: str) -> FieldMaker:
    """What writes a right-hand side on values of the type `real`."""
    timed = any(node.operation == "time" and count for node, count in zip(program.nodes, program.uses(), strict=True))

    def make_field(function: Function, parameters: Vector) -> Field:
        def field(t: Value, z: Vector) -> Vector:
            return emit_program(program, function, convert(t, real) if timed else t, z, parameters)

        return field

    return make_field
