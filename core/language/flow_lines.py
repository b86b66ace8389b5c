"""The line that makes a differential equation transport a density: flow normal(2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .errors import refusal
from .shapes import constant_integer
from .statements import Flow, When
from .system import FlowDeclaration, Kind, State

FLOW_SPAN = (0.0, 1.0)
"""Where the text declares none."""


def declared_flow(
    lines: Sequence[Flow], kind: Kind, states: Sequence[State], whens: Sequence[When], noisy: Collection[str]
) -> FlowDeclaration | None:
    """The base distribution that the text names; None where it names none.

    states: the unknowns; whens: the events; noisy: the unknowns whose rate has noise. Raises FormulaError.
    """
    if not lines:
        return None
    line = lines[0]
    if len(lines) > 1:
        raise refusal(lines[1], "the base of the flow is given twice", "keep one of the lines")
    if kind != "ode":
        raise refusal(line, "a density flows along x' = ... only", "write an equation with ', or remove the line")
    if any(state.is_complex for state in states):
        cure = "use a real unknown with two components: z in R^2"
        raise refusal(line, "the density of a complex unknown is not known here", cure)
    if noisy:
        raise refusal(line, "a flow can be followed back, and a path with noise (dW) cannot", "keep one of the two")
    if whens:
        raise refusal(whens[0], "a flow moves points without jumps or stops", "keep the flow or the events")
    size = sum(len(state.components) for state in states)
    base, cure = line.base, f"write flow normal({size})"
    if base.operation != "normal":
        raise refusal(base, "the base of a flow is the standard normal distribution", cure)
    if base.value:
        raise refusal(base, "the base of a flow is a distribution, not the numbers that a seed draws", cure)
    dimensions = constant_integer(base.arguments[0], "the dimension of the base")
    if len(base.arguments) > 1 or dimensions != size:
        counts = f"the base has another shape than the state, which has {size} component{'' if size == 1 else 's'}"
        raise refusal(base, counts, cure)
    return FlowDeclaration("normal", size, line.line)
