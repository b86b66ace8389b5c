"""The condition and the change of an event as functions on arrays, whatever they were given as."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .event import Event
from .language import (
    Equation,
    EventDeclaration,
    FormulaError,
    System,
    array_field,
    array_objective,
    parse,
    to_text,
    torch_field,
)
from .language.emit_torch import torch_expressions
from .language.tree import Expression
from .language.tree import name as name_of
from .language.tree import number as number_of
from .nearest_name import suggestion
from .vector_field import VectorField

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_MULTIPLE = 32
"""Tensors are padded to whole vector registers: the last, partial one rounds some functions differently."""
Condition = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""g: t (m,), z (m, n) -> (m,)."""
Change = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""t (m,), z (m, n) -> the new states (m, n)."""
Taped = Callable[["Tensor", "Tensor", Mapping[str, Any]], "Tensor"]
"""A condition or a change in torch: t (m,), z (m, n), every parameter by name; differentiable by all three."""


@dataclass(frozen=True)
class WatchedEvent:
    """An event along one field.

    taped_condition, taped_change: the same in torch; None where there is none, as of callables of numpy arrays.
    """

    name: str
    direction: int
    terminal: bool
    condition: Condition
    change: Change | None
    taped_condition: Taped | None = None
    taped_change: Taped | None = None


def watched_events(
    events: Event | Sequence[Event], field: VectorField, device: str, dtype: str
) -> tuple[WatchedEvent, ...]:
    """The functions of the events that the text of `field` declares and, after them, of `events`.

    Raises TypeError or ValueError, naming the event that is wrong.
    """
    watched = list(declared_events(field, device, dtype))
    listed = (events,) if isinstance(events, Event) else events
    if not isinstance(listed, tuple | list):
        raise TypeError(f"events takes a list of values of core.Event, not {events!r}")
    for number, event in enumerate(listed, start=1):
        if not isinstance(event, Event):
            raise TypeError(f"events takes values of core.Event, and the number {number} is {type(event).__name__}")
        name = event.name or f"event {number}"
        if any(name == other.name for other in watched):
            raise ValueError(f"two events are called {name!r}: give each a name of its own")
        kind = _Kind(name, field, device, dtype)
        condition, taped = kind.written(event.g) if isinstance(event.g, str) else kind.called(event.g)
        change, taped_change = kind.changed(event.change)
        watched.append(WatchedEvent(name, event.direction, event.terminal, condition, change, taped, taped_change))
    return tuple(watched)


def declared_events(field: VectorField, device: str, dtype: str) -> tuple[WatchedEvent, ...]:
    """The functions of the events that the text of `field` declares, in its order.

    Each is called as its condition is written, "x = 0 falling"; of the same condition again the line is told too.
    """
    declared = () if field.system is None else field.system.events
    named: dict[str, EventDeclaration] = {}
    for event in declared:
        named[f"{event.text} (line {event.line})" if event.text in named else event.text] = event
    return tuple(_Kind(name, field, device, dtype).declared(event) for name, event in named.items())


@dataclass(frozen=True)
class _Kind:
    """Makes the functions of the event called `name`."""

    name: str
    field: VectorField
    device: str
    dtype: str

    def declared(self, event: EventDeclaration) -> WatchedEvent:
        """Of an event of the text."""
        difference = Expression("add", (event.left, Expression("neg", (event.right,))))
        condition, taped = self._condition(difference)
        change, taped_change = None, None
        if not event.terminal:
            change, taped_change = self._change({line.state.name: line.expression for line in event.changes})
        return WatchedEvent(self.name, event.direction, event.terminal, condition, change, taped, taped_change)

    def changed(self, given: Callable[[Any], Any] | Mapping[str, str] | None) -> tuple[Change | None, Taped | None]:
        """Of what an event was given as its change; two times None where that is nothing."""
        if given is None:
            return None, None
        return self.assigned(given) if isinstance(given, Mapping) else self.replaced(given)

    def written(self, text: str) -> tuple[Condition, Taped]:
        """Of a formula; of an equation, left minus right."""
        system = self._system()
        left, equals, right = text.partition("=")
        expression, shape = self._expression(f"({left}) - ({right})" if equals else text, system, text)
        if shape:
            raise ValueError(f"event {self.name!r}: {text!r} is not one number")
        return self._condition(expression)

    def assigned(self, formulas: Mapping[str, str]) -> tuple[Change, Taped]:
        """Of formulas by the name of an unknown; the others stay."""
        system = self._system()
        known = {state.name: name_of(state.name) for state in system.states}
        for name, text in formulas.items():
            if name not in known:
                raise ValueError(f"event {self.name!r}: the system has no unknown {name!r}{suggestion(name, known)}")
            known[name], shape = self._expression(str(text), system, str(text))
            wanted = next(state.shape for state in system.states if state.name == name)
            if shape not in ((), wanted):
                raise ValueError(f"event {self.name!r}: {text!r} has not the shape of {name}")
        return self._change(known)

    def _condition(self, expression: Expression) -> tuple[Condition, Taped]:
        """Of a tree whose value is one number."""
        system = self._system()
        equations = (Equation(system.states[0], expression),)
        key = f"{system.key} {to_text(expression)}"
        objective = replace(system, kind="minimise", equations=equations, key=key, events=())

        def taped(t: Tensor, z: Tensor, parameters: Mapping[str, Any]) -> Tensor:
            (value,) = torch_expressions(system, (expression,))(t, z, parameters)
            return torch.as_tensor(value, dtype=z.dtype, device=z.device).expand(len(z))

        return _bound(array_objective(objective), self.field.parameters), taped

    def _change(self, values: Mapping[str, Expression]) -> tuple[Change, Taped]:
        """Of the trees of new values by unknown; the others stay."""
        system = self._system()
        equations = tuple(Equation(state, values.get(state.name) or name_of(state.name)) for state in system.states)
        key = f"{system.key} {[to_text(line.expression) for line in equations]}"
        changed = replace(system, kind="ode", equations=equations, key=key, events=())

        def taped(t: Tensor, z: Tensor, parameters: Mapping[str, Any]) -> Tensor:
            return torch_field(changed)(t, z, parameters)

        return _bound(array_field(changed), self.field.parameters), taped

    def called(self, function: Callable[[Any, Any], Any]) -> tuple[Condition, Taped | None]:
        """Of a callable g(t, z), every answer checked."""

        def condition(t: np.ndarray, z: np.ndarray) -> np.ndarray:
            return self._answer(function, (t, z), (len(z),), "g gives one number for each of the m rows of z")

        return condition, None if self.field.system is not None else lambda t, z, _parameters: function(t, z)

    def replaced(self, function: Callable[[Any], Any]) -> tuple[Change, Taped | None]:
        """Of a callable from states to states, every answer checked."""

        def change(_t: np.ndarray, z: np.ndarray) -> np.ndarray:
            return self._answer(function, (z,), z.shape, "the change gives a state for each of the m rows of z")

        return change, None if self.field.system is not None else lambda _t, z, _parameters: function(z)

    def _answer(
        self, function: Callable[..., Any], arguments: tuple[np.ndarray, ...], shape: tuple[int, ...], rule: str
    ) -> np.ndarray:
        if self.field.system is None:
            padding = -len(arguments[0]) % _MULTIPLE
            rows = [np.concatenate([part, part[-1:].repeat(padding, axis=0)]) for part in arguments]
            kind = {"device": self.device, "dtype": getattr(torch, self.dtype)}
            with torch.no_grad():
                answer = function(*(torch.as_tensor(part).to(**kind) for part in rows))
            if hasattr(answer, "detach"):
                answer = answer.detach().double().cpu().numpy()
            shape, count = (len(rows[0]), *shape[1:]), shape[0]
        else:
            answer, count = function(*(part.copy() for part in arguments)), shape[0]  # it may write into them
        if np.shape(answer) != shape or np.iscomplexobj(answer):
            raise ValueError(f"event {self.name!r}: {rule}, shape {shape}, not {np.shape(answer)}")
        return np.asarray(answer, dtype=np.float64)[:count]

    def _system(self) -> System:
        system = self.field.system
        if system is None or system.is_complex:
            raise ValueError(f"event {self.name!r}: this field has no names for a formula: give a callable")
        return system

    def _expression(self, text: str, system: System, given: str) -> tuple[Expression, tuple[int, ...]]:
        """The tree and the shape of a formula in the names of `system`."""
        wrong = next((sign for sign in ("\n", "#", "=", "<-", ":") if sign in text), None)
        if wrong is not None or not text.strip():
            raise ValueError(f"event {self.name!r}: {given!r} is no formula, such as x - 1")
        label = "event_value"
        while label in system.text:
            label += "_"
        data = {item.name: item.tensor for item in system.data}
        try:
            whole = parse(f"{system.text}\n{label} = {text}", data)
        except FormulaError as fault:
            cure = f" - {fault.cure}" if fault.cure else ""
            raise ValueError(f"event {self.name!r}: in {given!r}, {fault.message}{cure}") from fault
        for helper in whole.helpers:
            if helper.name == label:
                return helper.expression, helper.shape
        return number_of(whole.defaults()[label]), ()


def _bound(function: Callable[[Any, np.ndarray, Sequence[float]], np.ndarray], p: tuple[float, ...]) -> Condition:
    def bound(t: np.ndarray, z: np.ndarray) -> np.ndarray:
        return function(t, z, p)

    return bound
