"""The fastest that this processor could be: as many multiply-adds as a problem needs, none waiting for another."""

from __future__ import annotations

import numpy as np

from ..kernels.builder import Function
from ..kernels.compiler import address_of, compiled, is_available, register_bits
from ..kernels.control import forever
from ..kernels.lanes import fused
from ..kernels.memory import Variable, load, store
from ..kernels.value import INTEGER, POINTER, Type
from .benchmark import Prepared

_CHAINS = 16
"""Independent chains: more than a processor has multiply-adds under way, fewer than it has registers."""


def multiply_adds(count: float) -> Prepared:
    """`count` multiply-adds of doubles, in full registers."""
    if not is_available():
        raise RuntimeError("llvmlite is not installed")
    lanes = register_bits() // 64
    function = Function("limit", (("numbers", POINTER), ("rounds", INTEGER)), None)
    vector = Type("double", lanes)
    numbers = function.argument("numbers")
    chains = [Variable(load(vector, numbers, index * lanes)) for index in range(_CHAINS)]
    done = Variable(function.integer(0))
    with forever(function) as leave:
        leave(done.get() >= function.argument("rounds"))
        for chain in chains:
            chain.set(fused(chain.get(), 0.999, 1e-3))
        done.set(done.get() + 1)
    for index, chain in enumerate(chains):
        store(chain.get(), numbers, index * lanes)
    code, memory = compiled(function), np.zeros(_CHAINS * lanes)
    rounds = round(count / (_CHAINS * lanes))

    def call() -> np.ndarray:
        code(address_of(memory), rounds)
        return memory  # which goes from 0 to 1

    return Prepared(call, note=lambda _: f"{count:.3g} multiply-adds in full registers")
