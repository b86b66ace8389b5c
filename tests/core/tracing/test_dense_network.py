"""Networks of linear layers run compiled and give torch's numbers; whatever computes something else runs in torch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

import core
from core.tracing.dense_network import DenseNetwork, dense_network


def network(*layers: nn.Module, dtype: torch.dtype = torch.float64) -> nn.Sequential:
    """With weights drawn anew, the same in every run."""
    torch.manual_seed(1)
    made = nn.Sequential(*layers).to(dtype)
    for weight in made.parameters():
        nn.init.normal_(weight, std=0.6)
    return made


def wide(sizes: Sequence[int], between: type[nn.Module], bias: bool = True) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs, bias=bias), between()]
    return layers[:-1]


NETWORKS = {
    "one layer": network(nn.Linear(2, 2)),
    "uneven": network(*wide((2, 7, 19, 2), nn.Tanh)),
    "without bias": network(*wide((2, 16, 2), nn.Sigmoid, bias=False)),
    "nested": network(nn.Sequential(nn.Linear(2, 9), nn.SiLU()), nn.Identity(), nn.Linear(9, 2), nn.Tanh()),
    "rectified": network(*wide((2, 12, 8, 2), nn.ReLU)),
    "first function": network(nn.Tanh(), nn.Linear(2, 2)),
}
STARTS = np.random.default_rng(0).uniform(-2.0, 2.0, (21, 2))


@pytest.mark.kernel
@pytest.mark.parametrize("name", NETWORKS)
def test_the_compiled_run_is_that_in_torch(name: str) -> None:
    field = core.field(NETWORKS[name], 2)
    # at a kink the last bit of an error decides whether a step is rejected
    steps = {"step": 0.05} if name == "rectified" else {"rtol": 1e-7, "atol": 1e-9}
    compiled = core.integrate(field, STARTS, (0.0, 1.5), at=(0.3, 1.5), **steps)
    in_torch = core.integrate(field, STARTS, (0.0, 1.5), at=(0.3, 1.5), path="torch", **steps)
    assert (compiled.path, in_torch.path) == ("kernel", "torch")
    assert compiled.z == pytest.approx(in_torch.z, rel=1e-9, abs=1e-11)
    assert np.array_equal(compiled.stats.evaluations, in_torch.stats.evaluations)


@pytest.mark.kernel
def test_in_single_precision() -> None:
    field = core.field(network(*wide((2, 30, 2), nn.Tanh), dtype=torch.float32), 2)
    runs = [
        core.integrate(field, STARTS, (0.0, 1.0), at=(1.0,), rtol=1e-4, atol=1e-4, dtype="float32", path=path).z
        for path in ("auto", "torch")
    ]
    assert runs[0] == pytest.approx(runs[1], abs=2e-4)


@pytest.mark.kernel
def test_a_sample_is_the_same_alone_and_in_a_batch() -> None:
    field = core.field(NETWORKS["uneven"], 2)
    together = core.integrate(field, STARTS, (0.0, 1.0), at=(1.0,)).z
    alone = [core.integrate(field, start, (0.0, 1.0), at=(1.0,)).z for start in STARTS[:3]]
    assert np.array_equal(np.array(alone), together[:3])


@pytest.mark.kernel
def test_steps_of_one_size_and_every_accepted_step() -> None:
    field = core.field(NETWORKS["uneven"], 2)
    equal = core.integrate(field, STARTS, (0.0, 1.0), "rk4", step=0.05, at=(1.0,))
    in_torch = core.integrate(field, STARTS, (0.0, 1.0), "rk4", step=0.05, at=(1.0,), path="torch")
    assert equal.path == "kernel"
    assert equal.z == pytest.approx(in_torch.z, rel=1e-12)
    dense = core.integrate(field, STARTS[0], (1.0, 0.0))
    assert dense.path == "kernel"
    assert dense.z[-1] == pytest.approx(core.integrate(field, STARTS[0], (1.0, 0.0), path="torch").z[-1], rel=1e-10)


@pytest.mark.kernel
def test_weights_are_read_anew() -> None:
    module = network(nn.Linear(1, 1, bias=False))
    field = core.field(module, 1)
    for rate in (-1.0, 0.5):
        with torch.no_grad():
            module[0].weight.fill_(rate)
        end = core.integrate(field, [1.0], (0.0, 1.0), rtol=1e-10, atol=1e-12)
        assert end.path == "kernel"
        assert end.z[-1, 0] == pytest.approx(np.exp(rate), rel=1e-9)


class Doubled(nn.Linear):
    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return 2.0 * super().forward(z)


def hooked() -> nn.Sequential:
    module = network(nn.Linear(2, 2))
    module[0].register_forward_hook(lambda _module, _inputs, answer: 2.0 * answer)
    return module


def patched() -> nn.Sequential:
    module = network(nn.Linear(2, 2))
    module[0].forward = torch.sin  # type: ignore[method-assign]
    return module


@pytest.mark.parametrize(
    "module",
    [network(Doubled(2, 2)), hooked(), patched(), network(nn.Linear(2, 2), nn.Dropout(0.5)), network(nn.Linear(2, 3))],
    ids=["subclass", "hook", "patch", "dropout", "other size"],
)
def test_what_computes_something_else_is_no_chain(module: nn.Sequential) -> None:
    assert dense_network(module, 2) is None


def test_its_weights_and_their_kind() -> None:
    found = dense_network(network(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2, bias=False)), 2)
    assert isinstance(found, DenseNetwork)
    assert (found.dtype, found.outline.weights) == ("float64", 2 * 3 + 3 + 3 * 2 + 2)
    assert [weight.shape for weight, _ in found.weights("float32")] == [(3, 2), (2, 3)]
    assert not found.weights("float64")[1][1].any()


def test_weights_of_another_kind_are_refused_in_words() -> None:
    field = core.field(network(nn.Linear(2, 2), dtype=torch.float32), 2)
    with pytest.raises(ValueError, match=r"weights are torch\.float32 on cpu, the run is float64"):
        core.integrate(field, [1.0, 0.0])
