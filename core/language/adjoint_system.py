"""The continuous adjoint of a formula, as a formula."""

from __future__ import annotations

from functools import lru_cache

from .derivatives import pulled_back
from .program import Node
from .program_system import differential_system
from .rates import rates_program
from .system import System


@lru_cache(maxsize=64)
def adjoint_system(system: System, wrt: tuple[str, ...]) -> System:
    """(z, a, g) with z' = f, a' = -(df/dz)^T a, g' = -(df/dp)^T a for the parameters p named in `wrt`, in that order.

    Its parameters are those of `system`.
    """
    program = rates_program(system).copy()
    size = system.size
    adjoints = [program.add("state", index=size + index) for index in range(size)]
    found, zero = pulled_back(program, adjoints), program.number(0.0)
    order = [parameter.name for parameter in system.parameters]
    leaves = [Node("state", index=index) for index in range(size)]
    leaves += [Node("parameter", index=order.index(wanted)) for wanted in wrt]
    shares = {program.nodes[place]: share for place, share in found.items()}
    back = [program.add("neg", shares.get(leaf, zero)) for leaf in leaves]
    program.outputs = (*program.outputs, *back)
    return differential_system(program, system, f"adjoint {' '.join(wrt)}")
