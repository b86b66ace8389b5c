"""The public call: shapes, output times, statistics, dense output, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import ode_problems as known
import pytest
import torch
from ode_problems import KINDS, problem

import core
from core import sweep_path
from core.formula_field import FormulaField
from core.ode_path import choose_path


@pytest.mark.parametrize("kind", KINDS)
def test_one_start_gives_one_curve(kind: str) -> None:
    system, path = problem(known.SPIRAL, kind)
    run = core.integrate(system, (2.0, 0.0), (0.0, 5.0), path=path)
    assert run.t.shape == run.mask.shape == (len(run.z),)
    assert run.z.shape == (len(run.t), 2)
    assert run.t[0] == 0.0
    assert run.t[-1] == 5.0
    assert (np.diff(run.t) > 0).all()
    assert run.z[0].tolist() == [2.0, 0.0]
    assert run.mask.all()
    assert run.outcome.name == "success"
    assert str(run.outcome) == "reached the end of the time span"


@pytest.mark.parametrize("kind", KINDS)
def test_evaluations_are_two_and_six_for_every_attempt(kind: str) -> None:
    system, path = problem(known.VAN_DER_POL, kind)
    for rtol in (1e-3, 1e-6, 1e-9):
        stats = core.integrate(system, (2.0, 0.0), (0.0, 20.0), rtol=rtol, path=path).stats
        assert stats.rejected > 0
        assert stats.evaluations == 2 + 6 * (stats.accepted + stats.rejected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("method", "opening", "each"), [("euler", 0, 1), ("rk4", 0, 4), ("dopri5", 1, 6)])
def test_evaluations_of_fixed_steps(kind: str, method: str, opening: int, each: int) -> None:
    system, path = problem(known.LOTKA_VOLTERRA, kind)
    stats = core.integrate(system, (2.0, 0.0), (0.0, 1.0), method, step=0.1, path=path).stats
    assert (stats.evaluations, stats.accepted, stats.rejected) == (opening + 10 * each, 10, 0)


def test_reported_evaluations_are_the_calls_that_were_made() -> None:
    calls = 0

    def field(z: torch.Tensor) -> torch.Tensor:
        nonlocal calls
        calls += 1
        return -z

    for options in ({}, {"method": "rk4", "step": 0.01}, {"step": 0.01}):
        calls = 0
        assert core.integrate(core.field(field, 1), [1.0], (0.0, 1.0), **options).stats.evaluations == calls


@pytest.mark.kernel
@pytest.mark.parametrize(("text", "start"), [(known.VAN_DER_POL, (2.0, 0.0)), (known.LORENZ, (1.0, 1.0, 1.0))])
def test_all_paths_take_the_same_steps(text: str, start: tuple[float, ...]) -> None:
    kernel, floats, tensors = (
        core.integrate(core.parse(text), start, (0.0, 5.0), path=path) for path in ("kernel", "python", "torch")
    )
    for other in (kernel, tensors):
        assert floats.stats.accepted == other.stats.accepted
        assert floats.stats.rejected == other.stats.rejected
        assert floats.stats.evaluations == other.stats.evaluations
        # the error estimate is a difference of nearly equal numbers: rounding moves the steps a little
        assert floats.t == pytest.approx(other.t, rel=1e-7)
        assert floats.z == pytest.approx(other.z, rel=1e-8, abs=1e-8)


def test_several_starts_are_padded_to_the_longest() -> None:
    run = core.integrate(core.parse(known.CUBIC_DECAY), [[0.1], [20.0]], (0.0, 10.0))
    assert run.t.shape == run.mask.shape == run.z.shape[:2]
    steps = run.mask.sum(axis=1)
    assert steps[0] < steps[1] == run.t.shape[1]
    assert np.isnan(run.t[0, steps[0] :]).all()
    assert np.isnan(run.z[0, steps[0] :]).all()
    assert run.t[0, steps[0] - 1] == run.t[1, -1] == 10.0
    assert run.stats.accepted.tolist() == (steps - 1).tolist()
    assert [outcome.name for outcome in run.outcome] == ["success"] * 2


def test_one_row_is_a_batch_of_one() -> None:
    run = core.integrate(core.parse(known.SPIRAL), [[2.0, 0.0]], (0.0, 1.0))
    assert run.z.shape[0] == len(run.outcome) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("span", [(0.0, 3.0), (3.0, 0.0)])
def test_output_times(kind: str, span: tuple[float, float]) -> None:
    system, path = problem(known.OSCILLATING_GROWTH, kind)
    at = np.linspace(*span, 31)
    start = [math.exp(math.sin(span[0]))]
    run = core.integrate(system, start, span, at=at, rtol=1e-9, atol=1e-11, path=path)
    assert np.array_equal(run.t, at)
    assert run.z[:, 0] == pytest.approx(np.exp(np.sin(at)), rel=1e-6)
    assert run.mask.all()
    steps = core.integrate(system, start, span, rtol=1e-9, atol=1e-11, path=path)
    assert run.z[-1] == steps.z[-1]
    assert run.stats.evaluations == steps.stats.evaluations


def test_output_at_the_ends_of_steps_is_the_steps_themselves() -> None:
    system = core.parse(known.SPIRAL)
    steps = core.integrate(system, (2.0, 0.0), (0.0, 5.0))
    run = core.integrate(system, (2.0, 0.0), (0.0, 5.0), at=steps.t)
    assert np.array_equal(run.z, steps.z)


def test_output_times_a_trajectory_does_not_reach_are_masked() -> None:
    run = core.integrate(core.parse(known.BLOW_UP), [[1.0], [-1.0]], (0.0, 4.0), at=[0.0, 0.5, 2.0, 4.0])
    assert run.mask.tolist() == [[True, True, False, False], [True] * 4]
    assert run.z[0, 1, 0] == pytest.approx(2.0, rel=1e-4)
    assert run.z[1, :, 0] == pytest.approx([-1.0, -1 / 1.5, -1 / 3, -1 / 5], rel=1e-4)


def test_dense_output_in_any_order_and_at_one_time() -> None:
    run = core.integrate(core.parse(known.GROWTH), [1.0], (0.0, 2.0), rtol=1e-9, atol=1e-11)
    times = np.array([1.7, 0.0, 2.0, 0.3])
    assert run(times)[:, 0] == pytest.approx(np.exp(times), rel=1e-7)
    assert run(1.7).shape == (1,)
    assert run(2.0) == run.z[-1]


def test_dense_output_of_a_batch_backward_in_time() -> None:
    run = core.integrate(core.parse(known.GROWTH), [[1.0], [2.0]], (0.0, -2.0), rtol=1e-9, atol=1e-11)
    assert run([-0.5, -1.5]).shape == (2, 2, 1)
    assert run(-1.5)[:, 0] == pytest.approx([np.exp(-1.5), 2 * np.exp(-1.5)], rel=1e-7)


def test_dense_output_after_a_trajectorys_end_is_not_made_up() -> None:
    run = core.integrate(core.parse(known.BLOW_UP), [1.0], (0.0, 4.0))
    assert np.isfinite(run(0.9)).all()
    assert np.isnan(run(3.0)).all()


def test_dense_output_refuses_times_outside() -> None:
    run = core.integrate(core.parse(known.GROWTH), [1.0], (0.0, 1.0))
    for time in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="outside the time span from 0 to 1"):
            run(time)
    with pytest.raises(ValueError, match="give one time or a list"):
        run(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="kept only the times in `at`"):
        core.integrate(core.parse(known.GROWTH), [1.0], (0.0, 1.0), at=[1.0])(0.5)


def test_tensors_in_give_tensors_out() -> None:
    start = torch.tensor([[2.0, 0.0]])
    run = core.integrate(core.parse(known.SPIRAL), start, (0.0, 1.0), dtype="float32")
    assert isinstance(run.z, torch.Tensor)
    assert run.z.dtype == torch.float32
    assert run.mask.dtype == torch.bool
    arrays = run.numpy()
    assert sorted(arrays) == ["mask", "t", "z"]
    assert all(isinstance(array, np.ndarray) for array in arrays.values())
    assert np.array_equal(arrays["z"], run.z.numpy())


def test_parameters_by_name() -> None:
    system = core.parse("x' = -k*x\nk = 1 in [0, 5]")
    run = core.integrate(system, [1.0], (0.0, 1.0), params={"k": 2.0}, rtol=1e-9, atol=1e-12)
    assert run.z[-1, 0] == pytest.approx(np.exp(-2.0), rel=1e-8)


def test_stats_count_time() -> None:
    assert 0.0 < core.integrate(core.parse(known.GROWTH), [1.0], (0.0, 1.0)).stats.seconds < 5.0


@pytest.mark.kernel
def test_auto_takes_kernels_for_small_formulas_on_the_processor() -> None:
    small = FormulaField(core.parse(known.LORENZ))
    assert choose_path(small, 1) == choose_path(small, 100_000) == "kernel"
    assert choose_path(small, 1, dtype="float32") == "kernel"
    assert choose_path(small, 1, device="cuda") == "torch"
    assert choose_path(core.field(torch.sin, 1), 1) == "kernel"
    assert choose_path(core.field(torch.lgamma, 1), 1) == "torch"
    large = FormulaField(core.parse("z' = -z\nz in R^20"))
    assert choose_path(large, 1) == choose_path(large, 100_000) == "numpy"
    assert choose_path(large, 1, dtype="float32") == choose_path(large, 1, device="cuda") == "torch"


def test_auto_without_a_compiler_takes_floats_for_a_few_trajectories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_path, "is_available", lambda: False)
    small = FormulaField(core.parse(known.LORENZ))
    assert choose_path(small, 1) == "python"
    assert choose_path(small, 1000) == "numpy"
    assert choose_path(small, 1, dtype="float32") == "torch"
    with pytest.raises(ValueError, match="needs the package llvmlite, which is not installed here: use path="):
        choose_path(small, 1, "kernel")


SPAN = (0.0, 1.0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"rtol": 0.0}, "rtol must lie between 0 and 1"),
        ({"rtol": math.nan}, "rtol must lie between 0 and 1"),
        ({"rtol": 1e-16}, "below the rounding of float64, 2.2e-16: raise it"),
        (
            {"rtol": 1e-8, "dtype": "float32"},
            'below the rounding of float32, 1.2e-07: raise it, or use dtype="float64"',
        ),
        ({"atol": -1.0}, "atol must be a finite number"),
        ({"atol": math.nan}, "atol must be a finite number"),
        ({"step": -0.1}, "step must be a finite number greater than 0"),
        ({"step": 0.0}, "step must be a finite number greater than 0"),
        ({"step": math.nan}, "step must be a finite number greater than 0"),
        ({"step": math.inf}, "step must be a finite number greater than 0"),
        ({"method": "dorpi5"}, "did you mean 'dopri5'"),
        ({"method": "rk4"}, "has no error estimate: give a fixed step"),
        ({"at": [0.5, 0.2]}, "must follow one another"),
        ({"at": [0.5, 0.5]}, "none twice"),
        ({"at": []}, "at least one time"),
        ({"at": [0.5, 2.0]}, "inside the span from 0 to 1"),
        ({"at": [math.nan]}, "inside the span"),
        ({"t": (1.0, 1.0)}, "two different finite ends"),
        ({"t": (0.0, math.inf)}, "two different finite ends"),
        ({"t": (math.nan, 1.0)}, "two different finite ends"),
        ({"t": (0.0, 1.0, 2.0)}, "t needs two numbers"),
        ({"t": 5.0}, "t needs two numbers"),
        ({"path": "kernel", "device": "cuda"}, "runs on the processor, not on cuda"),
        ({"path": "fortran"}, 'path must be "auto"'),
        ({"path": "python", "dtype": "float32"}, "computes in float64, not in float32"),
        ({"path": "python", "device": "cuda"}, "runs on the processor, not on cuda"),
        ({"dtype": "float16"}, 'dtype must be "float64" or "float32"'),
        ({"device": "tpu"}, 'device must be "cpu" or "cuda"'),
        ({"start": [1.0, 2.0]}, r"a start needs 1 numbers \(x\)"),
        ({"start": [[1.0, 2.0]]}, "several starts have the shape"),
        ({"start": []}, "a start needs 1 numbers"),
        ({"start": "abc"}, "a start needs 1 numbers"),
        ({"start": [1j]}, "they are complex"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(options: dict, sentence: str) -> None:
    arguments = {"start": [1.0], "t": SPAN} | options
    with pytest.raises(ValueError, match=sentence):
        core.integrate(core.parse(known.GROWTH), **arguments)


def test_an_unknown_option_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="integrate has no option 'rtoll'; did you mean 'rtol'"):
        core.integrate(core.parse(known.GROWTH), [1.0], rtoll=1e-3)


def test_an_unknown_parameter_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="no parameter 'muu'; did you mean 'mu'"):
        core.integrate(core.parse(known.VAN_DER_POL), [1.0, 0.0], params={"muu": 1.0})
    with pytest.raises(ValueError, match="parameter mu must be a finite number"):
        core.integrate(core.parse(known.VAN_DER_POL), [1.0, 0.0], params={"mu": math.nan})
    with pytest.raises(TypeError, match="this field has none"):
        core.integrate(known.field_of(known.GROWTH), [1.0], params={"mu": 1.0})


def test_what_is_no_system_is_refused() -> None:
    with pytest.raises(TypeError, match="not str"):
        core.integrate("x' = x", [1.0])


def test_python_floats_need_a_formula() -> None:
    with pytest.raises(ValueError, match="needs a formula, not a torch callable"):
        core.integrate(known.field_of(known.GROWTH), [1.0], path="python")


@pytest.mark.parametrize("method", ["dopri5", "radau5", "bdf", "adams"])
def test_weights_of_another_kind_are_refused_by_every_method(method: str) -> None:
    field = core.field(torch.nn.Linear(2, 2), 2)
    with pytest.raises(ValueError, match=r"weights are torch\.float32 on cpu, the run is float64"):
        core.integrate(field, (1.0, 0.0), (0.0, 1.0), method)


def test_a_start_that_wants_a_gradient_is_told_where_there_is_one() -> None:
    start = torch.tensor([[1.0]], dtype=torch.float64, requires_grad=True)
    with pytest.warns(UserWarning, match=r"core\.gradient differentiates"):
        core.integrate(core.field(lambda z: -z, 1), start, (0.0, 1.0), at=[1.0])


def test_every_public_name_is_listed() -> None:
    assert set(core.__all__) <= set(dir(core))
