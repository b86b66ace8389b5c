"""The adjoint of a dense network, written out, has the numbers of a tape through the same steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import core
from core import network_adjoint
from core.budget import Budget
from core.callable_field import network_of
from core.differentiation import solved
from core.gradient_methods.discrete import Discrete
from core.network_pullback import NetworkPullback

DOUBLE = torch.float64

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits


def network(*layers: nn.Module, dtype: torch.dtype = DOUBLE) -> nn.Sequential:
    """With weights large enough for trajectories to need different numbers of steps."""
    random, made = torch.Generator().manual_seed(0), nn.Sequential(*layers).to(dtype)
    for weight in made.parameters():
        weight.data = (torch.randn(weight.shape, generator=random, dtype=DOUBLE) * 1.5 / weight.shape[-1] ** 0.5).to(
            dtype
        )
    return made


def plain() -> nn.Sequential:
    return network(nn.Linear(2, 7), nn.Tanh(), nn.Linear(7, 5), nn.Tanh(), nn.Linear(5, 2))


def starts(rows: int = 9, dtype: torch.dtype = DOUBLE) -> Tensor:
    return 2.0 * torch.randn(rows, 2, generator=torch.Generator().manual_seed(1), dtype=DOUBLE).to(dtype)


def problem(module: nn.Module, rows: Tensor, wrt: Any = None, **options: Any) -> Any:
    names = [*dict(module.named_parameters()), "start"] if wrt is None else wrt
    options = {"t": (0.0, 1.5), "rtol": 1e-5, "atol": 1e-7, "path": "torch", **options}
    dtype = str(rows.dtype).removeprefix("torch.")
    return solved(core.field(module, 2), names, rows, None, None, options, "cpu", dtype)


def graded(z: Tensor) -> Tensor:
    """A derivative of the loss that is another one at every component, time and trajectory."""
    return z.detach() * torch.linspace(1.0, 2.0, z.numel(), dtype=z.dtype).view(z.shape)


def both(found: Any) -> tuple[Mapping[str, Tensor], Mapping[str, Tensor]]:
    by_hand = Discrete().backward(found.solve, graded, found.inputs)
    tape = Discrete().backward(replace(found.solve, by_hand=None), graded, found.inputs)
    assert by_hand.at.numpy() == pytest.approx(tape.at.numpy(), rel=1e-9 if by_hand.at.dtype == DOUBLE else 1e-4)
    assert by_hand.held_bytes > 0 == tape.held_bytes  # another way was gone
    return by_hand.grads, tape.grads


def same(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor], rel: float = 1e-11) -> None:
    assert found.keys() == wanted.keys()
    for name, gradient in wanted.items():
        assert float((found[name] - gradient).norm()) <= rel * float(gradient.norm()), name
        assert found[name].dtype == gradient.dtype


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_adjoint, "_TOGETHER", 4)
    monkeypatch.setattr(network_adjoint, "_NUMBERS", 1000)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("at", [None, (0.0, 0.2, 0.21, 0.22, 1.5), (0.4,)])
@pytest.mark.parametrize("method", ["dopri5", "bogacki_shampine_3", "dop853", "rk4", "euler"])
def test_methods_and_output_times(method: str, at: Any) -> None:
    fixed = {"step": 0.11} if method in ("rk4", "euler") else {}
    found = problem(plain(), starts(), method=method, at=at, **fixed)
    if not fixed:
        assert len(set((found.solve.times[:, 1:] != found.solve.times[:, :-1]).sum(1))) > 1
    same(*both(found))


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    "layers",
    [
        (nn.Linear(2, 2),),
        (nn.Linear(2, 6), nn.Linear(6, 2, bias=False)),
        (nn.Tanh(), nn.Linear(2, 6, bias=False), nn.ReLU(), nn.Linear(6, 2), nn.SiLU()),
        (nn.SiLU(), nn.Linear(2, 6), nn.SiLU(), nn.Identity(), nn.Sigmoid(), nn.Linear(6, 2), nn.Tanh()),
        (nn.Linear(2, 4), nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Linear(4, 4), nn.Sigmoid()), nn.Linear(4, 2)),
    ],
)
def test_networks(layers: tuple[nn.Module, ...]) -> None:
    same(*both(problem(network(*layers), starts(), at=(0.3, 1.5))))


def test_a_layer_that_stands_there_twice() -> None:
    shared = nn.Linear(5, 5)
    same(*both(problem(network(nn.Linear(2, 5), nn.Tanh(), shared, nn.Tanh(), shared, nn.Linear(5, 2)), starts())))


def test_backward_in_time_and_in_single_precision() -> None:
    same(*both(problem(plain(), starts(), t=(1.0, -0.5), at=(0.5, -0.5))))
    module = plain().to(torch.float32)
    same(*both(problem(module, starts(dtype=torch.float32), rtol=1e-4, path="kernel")), rel=2e-5)


@pytest.mark.parametrize("wrt", [("start",), ("2.weight",), ("0.bias", "4.weight", "start")])
def test_some_of_the_weights_alone(wrt: tuple[str, ...]) -> None:
    same(*both(problem(plain(), starts(), wrt)))


def test_steps_of_a_compiled_loop_are_gone_back_as_well() -> None:
    same(*both(problem(plain(), starts(), path="kernel")))


def test_classical_steps_by_torchs_own_tape() -> None:
    """Not our stepper's: Kutta's method written down."""
    module, z = plain(), starts().requires_grad_()
    end, h = z, 0.125
    for _ in range(8):
        k1 = module(end)
        k2 = module(end + h / 2 * k1)
        k3 = module(end + h / 2 * k2)
        k4 = module(end + h * k3)
        end = end + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    wanted = torch.autograd.grad(0.5 * end.square().sum(), (*module.parameters(), z))
    found = problem(module, starts(), t=(0.0, 1.0), method="rk4", step=h)
    grads = Discrete().backward(found.solve, lambda at: at, found.inputs).grads
    same(grads, dict(zip((*dict(module.named_parameters()), "start"), wanted, strict=True)), rel=1e-12)


def test_a_trajectory_that_did_not_come_spoils_no_mate() -> None:
    budget = Budget(steps=5)
    by_hand, tape = both_with_nan(problem(plain(), starts(), budget=budget))
    lost = torch.isnan(tape["start"]).any(1)
    assert 0 < int(lost.sum()) < len(lost)
    assert torch.equal(torch.isnan(by_hand["start"]), torch.isnan(tape["start"]))
    assert by_hand["start"][~lost].numpy() == pytest.approx(tape["start"][~lost].numpy(), rel=1e-11)
    assert torch.isnan(by_hand["0.weight"]).all()


def both_with_nan(found: Any) -> tuple[Mapping[str, Tensor], Mapping[str, Tensor]]:
    return (
        Discrete().backward(found.solve, graded, found.inputs).grads,
        Discrete().backward(replace(found.solve, by_hand=None), graded, found.inputs).grads,
    )


@pytest.mark.usefixtures("small_blocks")
def test_memory_is_bounded_by_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    original = NetworkPullback.open

    def counted(self: NetworkPullback, points: Tensor) -> None:
        opened.append(len(points) * self.numbers)
        original(self, points)

    monkeypatch.setattr(NetworkPullback, "open", counted)
    both_with_nan(problem(plain(), starts(40), t=(0.0, 12.0)))
    one_step = 4 * 6 * NetworkPullback(*outline(plain())).numbers
    assert len(opened) > 40
    assert max(opened) <= max(1000, one_step)


def outline(module: nn.Sequential) -> tuple[Any, ...]:
    told = network_of(core.field(module, 2))
    assert told is not None
    return told.outline, told.tensors, [(True, True)] * len(told.tensors)


def test_what_is_no_chain_keeps_the_tape() -> None:
    class Module(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = plain()

        def forward(self, t: Tensor, z: Tensor) -> Tensor:
            return self.inner(z) * torch.cos(t)

    assert problem(Module(), starts()).solve.by_hand is None
    watched = plain()
    watched.register_forward_hook(lambda *_: None)
    assert problem(watched, starts()).solve.by_hand is None
    assert problem(plain(), starts()).solve.by_hand is not None


def test_a_loss_of_a_state_that_was_not_reached_has_no_gradient() -> None:
    module = network(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    found = problem(module, starts(3), t=(0.0, 10.0), at=[0.0, 0.1, 9.0], budget=Budget(steps=5))
    lost = torch.isnan(found.solve.z[:, 2, 0])
    assert lost.any()
    of_all, early = torch.ones_like(found.solve.z), torch.ones_like(found.solve.z)
    early[:, 2] = 0.0
    of_all[:, 2] = found.solve.z[:, 2]  # that of half the square: NaN where it is
    for v, expected in ((of_all, lost), (early, torch.zeros_like(lost))):
        by_hand = Discrete().backward(found.solve, lambda _z, v=v: v, found.inputs)
        tape = Discrete().backward(replace(found.solve, by_hand=None), lambda _z, v=v: v, found.inputs)
        assert torch.equal(torch.isnan(by_hand.grads["start"]).any(dim=1), expected)
        assert torch.isnan(by_hand.grads["0.weight"]).any() == expected.any()
        for name, gradient in tape.grads.items():
            assert by_hand.grads[name].numpy() == pytest.approx(gradient.numpy(), rel=1e-9, nan_ok=True)
