"""Fixed points to the last digits."""

from __future__ import annotations

import pytest
import torch

from core.newton_polish import newton_step, polish


def test_it_ends_at_the_last_digits_from_near_and_far() -> None:
    start = torch.tensor([[0.7], [1.0], [-2.0]], dtype=torch.float64)
    z, arrived = polish(lambda z, _inputs: torch.cos(z), start, {})
    assert z[:, 0].tolist() == pytest.approx([0.7390851332151606416553121] * 3, abs=3e-16)
    assert arrived.all()


def test_a_sample_without_a_root_says_so_and_keeps_the_others() -> None:
    def f(z: torch.Tensor, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        return z + (z * z + inputs["c"])

    c = torch.tensor([[1.0], [-2.0]], dtype=torch.float64)
    z, arrived = polish(f, torch.full((2, 1), 0.9, dtype=torch.float64), {"c": c})
    assert arrived.tolist() == [False, True]
    assert z[1].item() == pytest.approx(2**0.5, rel=1e-15)


def test_float32_and_a_singular_matrix() -> None:
    z, arrived = polish(lambda z, _inputs: torch.cos(z), torch.tensor([[1.0]]), {})
    assert z.dtype == torch.float32
    assert z.item() == pytest.approx(0.7390851332, rel=2e-7)
    assert arrived.all()
    assert not torch.isfinite(newton_step(lambda z, _inputs: z + 1.0, torch.zeros(1, 1), {})).any()
    _, arrived = polish(lambda z, _inputs: z + 1.0, torch.zeros(1, 1), {})
    assert not arrived.any()
