"""Torch functions whose operations can be told run compiled and give the same numbers; the others run in torch."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import torch

import core
from core.tracing.traced_field import TracedField

MU = 1.3
MATRIX = torch.tensor([[0.0, 1.0], [-2.0, -0.3]], dtype=torch.float64)
STARTS = np.random.default_rng(0).uniform(-2.0, 2.0, (9, 2))


def in_place(z: torch.Tensor) -> torch.Tensor:
    slopes = torch.zeros_like(z)
    slopes[:, 0] = z[:, 1]
    slopes[..., 1] = MU * (1 - z[:, 0] ** 2) * z[:, 1] - z[:, 0]
    return slopes


def through_a_view(z: torch.Tensor) -> torch.Tensor:
    first = z[:, 0]
    first *= -0.5
    return z


class Residual(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.inner = torch.nn.Linear(2, 6, dtype=torch.float64)
        self.outer = torch.nn.Linear(6, 2, bias=False, dtype=torch.float64)

    def forward(self, t: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        return self.outer(torch.nn.functional.silu(self.inner(z))) - z + torch.sin(t) / 4


@lru_cache
def halved() -> float:
    return 0.5


TOLD: dict[str, Callable[..., Any]] = {
    "columns": lambda z: torch.stack([z[:, 1], MU * (1 - z[:, 0] ** 2) * z[:, 1] - z[:, 0]], 1),
    "unbound": lambda z: torch.stack((lambda x, y: (y, -torch.sin(x)))(*z.unbind(-1)), -1),
    "matrix": lambda z: z @ MATRIX.T,
    "column": lambda z: (MATRIX @ z.unsqueeze(-1)).squeeze(-1),
    "time": lambda t, z: torch.cat([z[:, 1:], -z[:, :1].sin() + t], 1),
    "choice": lambda z: torch.where(z > 0, -z, z.clamp(max=0.5)) / (1 + z.norm(dim=1, keepdim=True)),
    "sums": lambda z: -z * (z * z).sum(-1, keepdim=True) + z.mean(1)[:, None] / 3,
    "powers": lambda z: -torch.pow(2.0, z) + abs(z) ** 1.5 - z.square() / 8,
    "split": lambda z: torch.cat([-part for part in z.split(1, dim=1)], dim=1),
    "in place": in_place,
    "view": through_a_view,
    "module": Residual(),
    "asks for a tensor": lambda z: -z.clamp(max=0.5) if torch.is_tensor(z) and isinstance(z, torch.Tensor) else z,
    "its own zeros": lambda z: torch.cat([z[:, 1:], torch.zeros(len(z.shape) - 1, 1, dtype=z.dtype) - z[:, :1]], 1),
    "memoised": lambda z: -halved() * z,
}


@pytest.mark.kernel
@pytest.mark.parametrize("name", TOLD)
def test_the_compiled_run_is_that_in_torch(name: str) -> None:
    field = core.field(TOLD[name], 2)
    options = {"at": (0.5, 2.0), "rtol": 1e-8, "atol": 1e-10}
    compiled = core.integrate(field, STARTS, (0.0, 2.0), **options)
    in_torch = core.integrate(field, STARTS, (0.0, 2.0), path="torch", **options)
    assert (compiled.path, in_torch.path) == ("kernel", "torch")
    assert compiled.z == pytest.approx(in_torch.z, rel=1e-8, abs=1e-9)
    assert np.array_equal(compiled.stats.evaluations, in_torch.stats.evaluations)


@pytest.mark.kernel
def test_single_precision_and_backward() -> None:
    field = core.field(lambda t, z: -z + torch.cos(t), 1)
    options = {"dtype": "float32", "rtol": 1e-4, "atol": 1e-5, "at": (0.0,)}
    compiled = core.integrate(field, [[1.0], [0.5]], (2.0, 0.0), **options)
    in_torch = core.integrate(field, [[1.0], [0.5]], (2.0, 0.0), path="torch", **options)
    assert compiled.path == "kernel"
    assert compiled.z.dtype == np.float32
    assert compiled.z == pytest.approx(in_torch.z, rel=1e-3)


class Counting(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return -z


LISTED: list[int] = []
COUNTED: Counter[str] = Counter()
KEPT: deque[int] = deque(maxlen=100)
NUMBERS, TENSOR = np.zeros(1), torch.zeros(1)


def noting(note: Callable[[], Any]) -> Callable[[torch.Tensor], torch.Tensor]:
    def field(z: torch.Tensor) -> torch.Tensor:
        note()
        return -z

    return field


def listing(z: torch.Tensor) -> torch.Tensor:
    LISTED.append(1)
    return -z


def counting(z: torch.Tensor) -> torch.Tensor:
    COUNTED["calls"] += 1
    NUMBERS[0] += 1
    return -z


def hooked() -> torch.nn.Module:
    module = Residual()
    module.inner.register_forward_hook(lambda _module, _inputs, answer: 2.0 * answer)
    return module


UNTOLD: dict[str, Callable[..., Any]] = {
    "decides": lambda z: z if z.sum(dim=1)[0] > 0 else -z,
    "looks at a row": lambda z: z - z[0],
    "mixes rows": lambda z: z - z.mean(0),
    "draws": lambda z: torch.rand(2, dtype=torch.float64) * z,
    "unknown": torch.lgamma,
    "differs by row": lambda z: z * torch.arange(len(z))[:, None],
    "counts": Counting(),
    "lists": listing,
    "counts in containers": counting,
    "keeps the last": noting(lambda: KEPT.append(1)),
    "writes into a tensor": noting(lambda: TENSOR.add_(1)),
    "uses up": (lambda numbers: lambda z: -z * next(numbers))(iter([1.0] * 100)),
    "has hooks": hooked(),
    "counts rows": lambda z: -z * z.shape[0],
    "adds truths": lambda z: ((z > 3) + (z > 3.5)) * z + 1,
    "draws a little": lambda z: -z + 1e-9 * torch.randn(1, 1, dtype=torch.float64),
    "is scripted": torch.jit.script(torch.nn.Linear(2, 2, dtype=torch.float64)),
    "asks for numbers": lambda z: torch.tensor(np.asarray(z)),
}


@pytest.mark.parametrize("name", UNTOLD)
def test_what_hangs_on_more_than_a_row_is_not_told(name: str) -> None:
    assert core.field(UNTOLD[name], 2).structure("float64") is None


def test_random_numbers_are_not_used_up_by_looking() -> None:
    torch.manual_seed(0)
    before = torch.get_rng_state()
    assert core.field(lambda z: z + torch.randn(1, 1, dtype=torch.float64), 1).structure("float64") is None
    assert torch.equal(torch.get_rng_state(), before)


def test_too_many_operations_are_left_to_torch_soon() -> None:
    matrix = torch.randn(400, 400, dtype=torch.float64)
    assert core.field(lambda z: (torch.tanh(z @ matrix[:2]) @ matrix)[:, :2], 2).structure("float64") is None


def test_weights_of_another_kind_are_left_to_torch() -> None:
    module = torch.nn.PReLU(num_parameters=1)  # single precision
    with pytest.raises(ValueError, match=r"weights are torch\.float32"):
        core.integrate(core.field(module, 2), [1.0, 0.0])


def test_a_count_of_calls_stays_right() -> None:
    module = Counting()
    run = core.integrate(core.field(module, 1), [1.0], (0.0, 1.0))
    assert run.path == "torch"
    assert module.calls == run.stats.evaluations


def test_numbers_that_a_function_refers_to_are_read_anew_and_compile_nothing() -> None:
    rate = 0.7531

    def decay(z: torch.Tensor) -> torch.Tensor:
        return -rate * z

    field = core.field(decay, 1)
    before = field.structure("float64")
    rate = 0.2468
    after = field.structure("float64")
    assert isinstance(before, TracedField)
    assert isinstance(after, TracedField)
    assert (before.parameters, after.parameters) == ((-0.7531,), (-0.2468,))
    assert before.program.nodes == after.program.nodes
    assert core.integrate(field, [1.0], (0.0, 1.0), rtol=1e-10, atol=1e-12).z[-1, 0] == pytest.approx(np.exp(-rate))


@pytest.mark.kernel
def test_a_run_asks_once_what_a_function_computes() -> None:
    asked: list[type] = []

    class Asked:
        def __call__(self, z: torch.Tensor) -> torch.Tensor:
            return -z

        def __getattribute__(self, name: str) -> Any:
            if name == "__dict__":
                asked.append(Asked)  # a look at what it remembers, once before and once after
            return super().__getattribute__(name)

    field = core.field(Asked(), 1)
    field.structure("float64")
    looks = len(asked)
    assert looks > 0
    assert core.integrate(field, [1.0], (0.0, 1.0)).path == "kernel"
    assert len(asked) == 2 * looks


def test_an_answer_of_another_kind_is_refused_in_torch_s_words() -> None:
    field = core.field(lambda z: MATRIX[:1] * z, 2)
    with pytest.raises(ValueError, match=r"float64 on cpu for a state in torch\.float32"):
        core.integrate(field, [1.0, 0.0], dtype="float32")


@pytest.mark.kernel
def test_a_kernel_that_is_asked_for_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match="elementary operations on the numbers of each row: use path="):
        core.integrate(core.field(torch.lgamma, 1), [1.0], path="kernel")
    with pytest.raises(ValueError, match="up to 12 components, and this field has 20"):
        core.integrate(core.field(torch.sin, 20), np.ones(20), path="kernel")
