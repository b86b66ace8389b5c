"""The adjoint by its series or by GMRES: right on both sides, and the cheaper one where there is a choice."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from exact_layers import inputs_of, newton_solved, square, tanh_layer, true_gradient
from gradient_layers import TorchMap

from core.gradient_method import SolvedLayer
from core.gradient_methods.adjoint_auto import AdjointAuto
from core.gradient_methods.adjoint_gmres import AdjointGMRES


def error(found: object, wanted: dict[str, np.ndarray]) -> float:
    return max(
        float(np.abs(found.grads[name].numpy() - wanted[name]).max() / np.abs(wanted[name]).max()) for name in wanted
    )


@pytest.mark.parametrize("gain", [0.3, 0.9])
def test_a_contraction_is_summed(gain: float) -> None:
    solve, inputs = tanh_layer(gain)
    wanted, worst = true_gradient(inputs, solve.z)
    found = AdjointAuto().backward(solve, square, inputs)
    assert error(found, wanted) < 1e-9 * worst
    assert found.evaluations == 1
    assert found.residual < 1e-11
    assert not found.note


@pytest.mark.parametrize("tolerance", [1e-2, 1e-5, 1e-8])
def test_the_tolerance_holds_for_every_sample_and_costs_what_it_must(tolerance: float) -> None:
    """Of z = a z + x the terms are v a^k, one number a for each sample."""
    rates = torch.tensor([[0.1], [0.7], [-0.5]], dtype=torch.float64)
    z = torch.ones(3, 1, dtype=torch.float64)
    solve = SolvedLayer(lambda z, _inputs: rates * z, z, z)
    found = AdjointAuto(tolerance).backward(solve, square, {})
    left = (found.adjoint * (1.0 - rates) - 1.0).abs()
    assert float(left.max()) <= tolerance
    fewest = int(np.ceil(np.log(tolerance) / np.log(0.7)))
    assert fewest <= found.products - 1 <= fewest + 2


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_sum_is_the_same_beside_samples_whose_terms_overflow(dtype: torch.dtype) -> None:
    huge = 1e30 if dtype == torch.float32 else 1e200
    z = torch.ones(3, 1, dtype=dtype)

    def backward(rates: list[float]) -> torch.Tensor:
        factors = torch.tensor(rates, dtype=dtype)[:, None]
        found = AdjointAuto(1e-5).backward(SolvedLayer(lambda z, _inputs: factors * z, z, z), square, {})
        assert found.adjoint is not None
        return found.adjoint[:2, 0]

    alone = backward([0.1, 0.5, 0.1])
    assert alone.tolist() == pytest.approx([1 / 0.9, 2.0], rel=1e-5)
    assert torch.equal(backward([0.1, 0.5, huge]), alone)


def test_a_loss_of_huge_derivatives_is_no_lost_one() -> None:
    z = torch.full((2, 2), 1e30)  # whose norm has no square in single precision
    found = AdjointAuto(1e-5).backward(SolvedLayer(lambda z, _inputs: 0.5 * z, z, z), square, {})
    assert not found.note
    assert found.adjoint is not None
    assert found.adjoint.tolist() == [pytest.approx([2e30] * 2, rel=1e-4)] * 2


def repelling() -> TorchMap:
    return TorchMap(lambda z, p: p["a"] * z + p["x"] + 0.1 * torch.sin(z), 3, {"a": -1.8}, {"x": np.ones((1, 3))})


def test_a_repelling_point_is_left_to_gmres_after_three_terms() -> None:
    layer = repelling()
    solve, inputs = newton_solved(layer), inputs_of(layer)
    found = AdjointAuto().backward(solve, square, inputs)
    z = solve.z[0, 0].item()
    assert found.grads["x"][0].tolist() == pytest.approx([z / (1 + 1.8 - 0.1 * np.cos(z))] * 3, rel=1e-13)
    krylov = AdjointGMRES().backward(solve, square, inputs)
    assert found.evaluations == krylov.evaluations
    assert found.products == krylov.products + 3
    assert not found.note


def test_a_slow_series_is_left_as_soon_as_its_terms_tell() -> None:
    slow = torch.tensor([[0.99, 0.5]], dtype=torch.float64)
    z = torch.ones(1, 2, dtype=torch.float64)
    solve = SolvedLayer(lambda z, _inputs: slow * z, z, z)
    found = AdjointAuto(1e-9).backward(solve, square, {})
    assert found.adjoint[0].tolist() == pytest.approx([100.0, 2.0], rel=1e-9)
    assert found.products < 12
    patient = AdjointAuto(1e-9, terms=10_000).backward(solve, square, {})
    assert patient.products > 2_000
    assert patient.adjoint[0].tolist() == pytest.approx([100.0, 2.0], rel=1e-7)


def test_terms_that_grow_before_they_fall_do_not_mislead() -> None:
    """J is nilpotent: J^T v is 50 times v, and (J^T)^2 v is 0."""
    J = torch.tensor([[0.0, 0.0], [50.0, 0.0]], dtype=torch.float64)
    z = torch.tensor([[1.0, 2.0]], dtype=torch.float64)
    found = AdjointAuto().backward(SolvedLayer(lambda z, _inputs: z @ J.T, z, z), square, {})
    assert found.adjoint[0].tolist() == pytest.approx([101.0, 2.0], rel=1e-13)


def test_what_cannot_be_differentiated_is_told() -> None:
    z = torch.ones(2, 1, dtype=torch.float64)
    whole = SolvedLayer(lambda z, _inputs: 1.0 * z, z, z)
    assert "singular" in AdjointAuto().backward(whole, square, {}).note
    half = SolvedLayer(lambda z, _inputs: 0.5 * z, z, z)
    lost = AdjointAuto().backward(half, lambda z: z * torch.tensor([[1.0], [torch.nan]]), {})
    assert lost.note == "the loss has no finite derivative here"
    assert lost.adjoint[0].item() == pytest.approx(2.0, rel=1e-11)


def test_single_precision_ends_at_its_rounding() -> None:
    solve, inputs = tanh_layer(0.9, dtype="float32")
    doubles = {name: tensor.double() for name, tensor in inputs.items()}
    wanted, worst = true_gradient(doubles, solve.z.double())
    found = AdjointAuto().backward(solve, square, inputs)
    assert error(found, wanted) < 1e-6 * worst
    assert found.products < 60


@pytest.mark.parametrize(("option", "value"), [("tolerance", 0.0), ("terms", 0), ("iterations", 0)])
def test_options_out_of_range_are_refused(option: str, value: float) -> None:
    with pytest.raises(ValueError, match=option):
        AdjointAuto(**{option: value})
