"""Root solvers on the processor and on a CUDA card agree. Needs torch, numpy and pytest alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.budget import Budget
from core.callable_map import CallableMap
from core.catalogue import root_solver, root_solvers
from core.root_loop import iterate
from core.root_problem import FixedPoint
from core.stop_rule import StopRule

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device here"),
]


ANY = CallableMap(lambda z: torch.tanh(z), 2)


def ends(device: str, dtype: str, solver: str, size: int, samples: int) -> tuple[list[tuple[str, float]], np.ndarray]:
    """How every sample ended, and where, for a contractive tanh layer with batch data."""
    random = np.random.default_rng(0)
    weight = torch.tensor(random.normal(size=(size, size)) * 0.6 / np.sqrt(size)).to(device, getattr(torch, dtype))
    x = torch.tensor(random.normal(size=(samples, size)))
    layer = CallableMap(lambda z, x: torch.tanh(z @ weight.T + x), size, x=x)
    start = random.normal(size=(samples, size))
    start[1] = np.nan
    stop = StopRule(1e-10 if dtype == "float64" else 1e-5)
    loop = iterate(FixedPoint(layer, start), root_solver(solver), stop, Budget(), "torch", device, dtype)
    z = start.copy()
    while True:
        try:
            block = next(loop)
        except StopIteration as end:
            return [(outcome.name, outcome.t) for outcome in end.value], z
        assert block.z.device.type == device
        points = block.z.cpu().numpy()
        for place in range(len(block)):
            z[block.active[place]] = points[place, block.active[place]]


CASES = [
    (name, size, samples)
    for name, solver in sorted(root_solvers().items())
    for size, samples in ([(1, 40)] if solver.scalar else [(3, 5), (50, 40)])
    if solver.scalar or solver.refusal(ANY) is None
]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("solver", "size", "samples"), CASES)
def test_the_card_agrees_with_the_processor(solver: str, dtype: str, size: int, samples: int) -> None:
    here, z = ends("cpu", dtype, solver, size, samples)
    there, on_card = ends("cuda", dtype, solver, size, samples)
    assert [name for name, _ in here] == [name for name, _ in there]
    assert here[1] == there[1] == ("bad_input", 0)
    assert max(abs(a - b) for (_, a), (_, b) in zip(here, there, strict=True)) <= 2
    finite = np.isfinite(z).all(axis=1)
    assert on_card[finite] == pytest.approx(z[finite], abs=1e-8 if dtype == "float64" else 1e-3)
