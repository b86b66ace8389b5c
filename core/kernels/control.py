"""Loops and conditions, nested by `with`.

    with forever(function) as leave:
        ...
        leave(count >= most)
        with when(any_of(mask)):
            ...

What is computed inside is not known outside: a `memory.Variable` carries it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .builder import Function
from .value import Value


@contextmanager
def when(condition: Value) -> Iterator[None]:
    """Do what is inside where the condition, one lane, holds."""
    function = condition.function
    inside, after = function.name_for("when"), function.name_for("after")
    function.perform(f"br i1 {condition}, label %{inside}, label %{after}")
    function.label(inside)
    yield
    function.perform(f"br label %{after}")
    function.label(after)


@contextmanager
def forever(function: Function) -> Iterator[Callable[[Value], None]]:
    """Repeat what is inside; the given function leaves the loop where its condition, one lane, holds."""
    again, after = function.name_for("loop"), function.name_for("end")
    function.perform(f"br label %{again}")
    function.label(again)

    def leave(condition: Value) -> None:
        on = function.name_for("on")
        function.perform(f"br i1 {condition}, label %{after}, label %{on}")
        function.label(on)

    yield leave
    function.perform(f"br label %{again}")
    function.label(after)
