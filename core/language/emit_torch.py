"""A system as a batched, differentiable torch function.

Every operation acts on one component of all samples, laid out side by side: a sample's result does not depend on
its batch mates. Whole powers are products for the same reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from ..deferred import deferred
from .array_functions import ArrayLibrary
from .program import Node, Program, whole_power
from .rates import rates_program
from .safe_math import SAFE, divide
from .system import System
from .tree import Expression
from .walk import ArrayWalk, expression_walk, is_large

if TYPE_CHECKING:
    import numpy as np
    import torch
else:
    torch = deferred("torch")

Step = Callable[[list[Any]], Any]


@lru_cache(maxsize=256)
def torch_field(system: System) -> Callable[[Any, torch.Tensor, Mapping[str, Any]], torch.Tensor]:
    """f(t, z, params): t a number or (B,), z (..., n), params by name, numbers or tensors -> (..., n).

    params: every parameter, every batch data with its rows (..., *shape), and data that are to be replaced.
    Takes dtype and device from z; differentiable with respect to all three by autograd and torch.func.
    """
    if is_large(system):
        return _walk(system)
    fixed = {item.name for item in system.data if not item.batch}
    straight = _straight_field(system)
    if not fixed:
        return straight

    def field(t: Any, z: torch.Tensor, params: Mapping[str, Any]) -> torch.Tensor:
        if fixed.isdisjoint(params):
            return straight(t, z, params)
        return (_descent if system.kind == "minimise" else _walk)(system)(t, z, params)

    return field


def bound_torch_field(
    system: System, t: Any, params: Mapping[str, Any], like: torch.Tensor
) -> Callable[[torch.Tensor], torch.Tensor]:
    """f of z alone as `torch_field` has it, for many calls with the same t and params; z has the dtype of `like` and
    lies where it does."""
    if is_large(system):
        return _walk(system).bound(t, params, like)
    function = torch_field(system)
    return lambda z: function(t, z, params)


@lru_cache(maxsize=256)
def _walk(system: System) -> ArrayWalk:
    return ArrayWalk(system, torch_library())


@lru_cache(maxsize=64)
def _descent(system: System) -> Callable[[Any, torch.Tensor, Mapping[str, Any]], torch.Tensor]:
    """-grad phi, by automatic differentiation of whole arrays."""
    objective = torch_expressions(system, (system.equations[0].expression,))

    def field(t: Any, z: torch.Tensor, params: Mapping[str, Any]) -> torch.Tensor:
        slope: torch.Tensor = torch.func.grad(lambda states: objective(t, states, params)[0].sum())(z)
        return -slope

    return field


@lru_cache(maxsize=64)
def torch_expressions(
    system: System, expressions: tuple[Expression, ...]
) -> Callable[[Any, torch.Tensor, Mapping[str, Any]], tuple[torch.Tensor, ...]]:
    """The values of any expressions in the names of `system`, called like `torch_field`: each with its own axes, and
    those of the batch in front where it hangs on the state or on batch data."""
    return expression_walk(system, torch_library(), expressions)


def _straight_field(system: System) -> Callable[[Any, torch.Tensor, Mapping[str, Any]], torch.Tensor]:
    """Component by component; the numbers of stored data are part of the code."""
    program = rates_program(system)
    used, tensors = program.uses(), _tensor_places(program)
    steps = [_step(program, place, tensors) if used[place] else None for place in range(len(program.nodes))]
    names = [parameter.name for parameter in system.parameters]
    batches = [item for item in system.data if item.batch]

    def field(t: Any, z: torch.Tensor, params: Mapping[str, Any]) -> torch.Tensor:
        columns = z.movedim(-1, 0).contiguous().unbind(0)
        inputs = [params[name] for name in names]
        for item in batches:
            rows = torch.as_tensor(params[item.name], dtype=z.dtype, device=z.device)
            kept = rows.shape[: rows.dim() - len(item.shape)]
            inputs.extend(rows.reshape(*kept, -1).movedim(-1, 0).contiguous().unbind(0))
        values: list[Any] = [[columns, inputs, t, z]]
        for step in steps:
            values.append(None if step is None else step(values))
        rates = [torch.as_tensor(values[place + 1], dtype=z.dtype, device=z.device) for place in program.outputs]
        return torch.stack([rate.expand(columns[0].shape) for rate in rates], dim=-1)

    return field


@cache
def torch_library() -> ArrayLibrary:
    """torch's names for what `ArrayLibrary` asks for."""
    return ArrayLibrary(
        operations=_OPERATIONS,
        array=lambda value, like: torch.as_tensor(value, dtype=like.dtype, device=like.device),
        # what is made in inference mode is of no use outside it
        kind=lambda array: (array.dtype, array.device, torch.is_inference_mode_enabled()),
        stack=torch.stack,
        join=lambda parts: torch.cat(parts, dim=-1),
        broadcast=torch.broadcast_tensors,
        expand=lambda tensor, shape: tensor.expand(shape),
        roll=lambda tensor, places: torch.roll(tensor, places, dims=-1),
        largest=lambda tensor: torch.amax(tensor, dim=-1),
        take=_taken,
        affine=lambda matrix, vector, offset: torch.nn.functional.linear(vector, matrix, offset),
    )


def _taken(tensor: torch.Tensor, places: np.ndarray) -> torch.Tensor:
    """In one selection along the axis, whose way back is a sum: indices of two axes take several times as long."""
    selected = tensor.index_select(-1, torch.as_tensor(places.ravel(), device=tensor.device))
    return selected.reshape(*tensor.shape[:-1], *places.shape)


def _tensor_places(program: Program) -> set[int]:
    """The nodes that depend on a state: their values are tensors, those of others may be plain numbers."""
    found: set[int] = set()
    for place, node in enumerate(program.nodes):
        if node.operation == "state" or not found.isdisjoint(node.arguments):
            found.add(place)
    return found


def _step(program: Program, place: int, tensors: set[int]) -> Step:
    """The function that computes node `place` from the values so far; values[0] holds the inputs."""
    node = program.nodes[place]
    index = node.index
    if node.operation == "number":
        return lambda _values: node.value
    if node.operation == "state":
        return lambda values: values[0][0][index]
    if node.operation == "parameter":
        return lambda values: values[0][1][index]
    if node.operation == "time":
        return lambda values: values[0][2]
    whole = whole_power(program, node)
    if whole is not None:
        return _product(node.arguments[0] + 1, whole)
    return _operation(node, tensors)


def _operation(node: Node, tensors: set[int]) -> Step:
    places = [argument + 1 for argument in node.arguments]
    first, last = places[0], places[-1]
    function, plain = _OPERATIONS[node.operation], SAFE[node.operation]
    if node.operation in _MIXING:
        direct = not tensors.isdisjoint(node.arguments)
    else:
        direct = tensors.issuperset(node.arguments)
    if direct and len(places) == 1:
        return lambda values: function(values[first])
    if direct and len(places) == 2:
        return lambda values: function(values[first], values[last])

    def step(values: list[Any]) -> Any:
        operands = [values[place] for place in places]
        if not any(isinstance(operand, torch.Tensor) for operand in operands):
            return plain(*operands)
        like = values[0][3]
        return function(*(torch.as_tensor(operand, dtype=like.dtype, device=like.device) for operand in operands))

    return step


def _product(place: int, exponent: int) -> Step:
    def step(values: list[Any]) -> Any:
        base = values[place]
        product = base
        for _ in range(abs(exponent) - 1):
            product = product * base
        if exponent > 0:
            return product
        return 1.0 / product if isinstance(product, torch.Tensor) else divide(1.0, product)

    return step


_MIXING = ("add", "sub", "mul", "div", "pow", "neg")
"""Operations that take plain numbers beside tensors; the others get tensors only."""
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "pow": lambda a, b: torch.pow(a, b),
    "<": lambda a, b: (a < b).to(a.dtype),
    ">": lambda a, b: (a > b).to(a.dtype),
    "<=": lambda a, b: (a <= b).to(a.dtype),
    ">=": lambda a, b: (a >= b).to(a.dtype),
    "==": lambda a, b: (a == b).to(a.dtype),
    "!=": lambda a, b: (a != b).to(a.dtype),
    "if": lambda condition, a, b: torch.where(condition != 0, a, b),
    "min": lambda a, b: torch.minimum(a, b),
    "max": lambda a, b: torch.maximum(a, b),
    "mod": lambda a, b: torch.remainder(a, b),
    "atan2": lambda a, b: torch.atan2(a, b),
    "step": lambda a: torch.where(torch.isnan(a), a, (a >= 0).to(a.dtype)),
    "sign": lambda a: torch.where(torch.isnan(a), a, torch.sign(a)),
    "softplus": lambda a: torch.clamp(a, min=0) + torch.log1p(torch.exp(-torch.abs(a))),
    "relu": lambda a: torch.relu(a),
    "sigmoid": lambda a: torch.sigmoid(a),
    "erf": lambda a: torch.erf(a),
    "log": lambda a: torch.log(a),
    "log10": lambda a: torch.log10(a),
    "log2": lambda a: torch.log2(a),
    "exp": lambda a: torch.exp(a),
    "sqrt": lambda a: torch.sqrt(a),
    "abs": lambda a: torch.abs(a),
    "floor": lambda a: torch.floor(a),
    "sin": lambda a: torch.sin(a),
    "cos": lambda a: torch.cos(a),
    "tan": lambda a: torch.tan(a),
    "asin": lambda a: torch.asin(a),
    "acos": lambda a: torch.acos(a),
    "atan": lambda a: torch.atan(a),
    "sinh": lambda a: torch.sinh(a),
    "cosh": lambda a: torch.cosh(a),
    "tanh": lambda a: torch.tanh(a),
    "asinh": lambda a: torch.asinh(a),
    "acosh": lambda a: torch.acosh(a),
    "atanh": lambda a: torch.atanh(a),
}
