"""Functions that stand once in a module, however often a formula uses them: a call is compiled in no time.

A call costs a few stores; written out at every use, ten sines take 30 ms more to compile. Calls of one function with
the same arguments are one to the optimiser.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ..builder import Function
from ..value import Type, Value, spread

Body = Callable[..., Value]
_PURE = "nounwind willreturn memory(none)"


def shared(body: Body) -> Body:
    """`body`, a function of values of one type, as a function of its own in the module, which every use calls."""

    def use(*arguments: Value) -> Value:
        return call_shared(f"{body.__name__.strip('_')}", body, *arguments)

    use.__name__, use.__doc__ = body.__name__, body.__doc__
    return use


def shared_pair(body: Callable[[Value], tuple[Value, Value]]) -> tuple[Body, Body]:
    """Both results of `body` as functions: where one value takes both, the optimiser leaves one call."""

    def joined(x: Value) -> Value:
        first, second = body(x)
        pair = _pair(x.type)
        half = x.function.emit(pair, f"insertvalue {pair} poison, {first.type} {first}, 0")
        return x.function.emit(pair, f"insertvalue {pair} {half}, {second.type} {second}, 1")

    def part(index: int) -> Body:
        def use(x: Value) -> Value:
            pair = call_shared(body.__name__.strip("_"), joined, x, result=_pair(x.type))
            return x.function.emit(x.type, f"extractvalue {pair.type} {pair}, {index}")

        return use

    return part(0), part(1)


def _pair(type_: Type) -> Type:
    return Type(f"{{ {type_}, {type_} }}")


def call_shared(name: str, body: Body, *arguments: Value, attributes: str = "", result: Type | None = None) -> Value:
    """Call the function of the module that `body` writes, which is written at its first use.

    attributes: LLVM's, besides those that say that nothing but the result is changed. result: where its type is not
    that of the arguments.
    """
    lanes = max(argument.type.lanes for argument in arguments)
    values = [spread(argument, lanes) for argument in arguments]
    function, type_ = values[0].function, values[0].type
    full = f"{name}.{type_.suffix}"
    function.declarations |= _written(full, body, (type_, result or type_), len(values), attributes)
    listed = ", ".join(f"{type_} {value}" for value in values)
    return function.emit(result or type_, f"call {result or type_} @{full}({listed})")


@cache
def _written(name: str, body: Body, types: tuple[Type, Type], count: int, attributes: str) -> frozenset[str]:
    """The text of the function, and what it needs."""
    names = [f"x{index}" for index in range(count)]
    function = Function(name, [(argument, types[0]) for argument in names], types[1])
    result = body(*(function.argument(argument) for argument in names))
    text = function.finish(spread(result, types[1].lanes))
    return frozenset(function.declarations) | {text.replace(") {\n", f") {_PURE} {attributes} {{\n", 1)}
