"""A trajectory differentiated both ways for a reading."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.analysis.adjoint_gap import adjoint_gap
from core.analysis.differentiated_steps import differentiated_steps
from core.analysis.forward_run import ForwardRun
from core.budget import Budget
from core.formula_field import FormulaField
from core.gradient_methods.backsolve import Backsolve
from core.gradient_methods.checkpointed import Checkpointed
from core.gradient_methods.discrete import Discrete
from core.ode_path import choose_controller
from core.readings.adjoint_gap import AdjointGap
from core.vector_field import VectorField

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits

SPIRAL = "x' = a*x^3 + c*y^3\ny' = b*x^3 + d*y^3\na = -0.1\nb = 2\nc = -2\nd = -0.1"
LORENZ = "x' = s*(y - x)\ny' = x*(r - z) - y\nz' = x*y - b*z\ns = 10\nr = 28\nb = 8/3"


def gap_of(
    field: str | VectorField,
    start: list[float],
    span: tuple[float, float],
    integrator: str = "dopri5",
    step: float | None = None,
    rtol: float = 1e-6,
    **options: object,
) -> AdjointGap:
    field = FormulaField(core.parse(field)) if isinstance(field, str) else field
    tableau = catalogue.integrator(integrator)
    control = choose_controller(tableau, rtol, 1e-9, step)
    return adjoint_gap(ForwardRun(field, tableau, control, span, np.array(start), Budget()), **options)


def test_ten_euler_steps_in_closed_form() -> None:
    found = gap_of("y' = k*y\nk = -1", [1.0], (0, 1), "euler", 0.1)
    assert found.names == ("k", "y(0)")
    assert found.reference == pytest.approx((0.135335283237, 0.135335283237), rel=1e-8)
    assert found.discrete.gradient[0] == pytest.approx(0.135085171767, abs=1e-12)
    assert found.chosen.gradient[0] == pytest.approx(0.116249074393, abs=1e-12)
    assert found.t == pytest.approx(np.linspace(0, 1, 11))
    assert found.forward[:, 0] == pytest.approx(0.9 ** np.arange(11))
    assert found.backward[0, 0] == pytest.approx(0.904382075009, abs=1e-12)
    assert found.gap == pytest.approx(np.abs(found.backward - found.forward)[:, 0])
    assert not found.trusted
    assert "misses the forward one by 0.0956" in found.note
    assert found.loss == pytest.approx(0.5 * 0.9**20)


@pytest.mark.parametrize(
    ("text", "start", "wanted"),
    [
        (SPIRAL, [2.0, 0.0], (8.16297654, 1.90574524, -0.55324794, 8.85169702, 4.59921623, 0.43099325)),
        (LORENZ, [1.0, 1.0, 1.0], (None, 7.57533717, None, -10.5178657, -9.11806355, 19.84530476)),
    ],
)
def test_the_reference_is_that_of_the_table(text: str, start: list[float], wanted: tuple[float | None, ...]) -> None:
    found = gap_of(text, start, (0, 1))
    for gradient, number in zip(found.reference, wanted, strict=True):
        if number is not None:
            assert gradient == pytest.approx(number, rel=2e-7)
    # Lorenz's gradient agrees to two digits at this tolerance, but the state comes back 0.4 away from the start
    assert found.trusted == (text == SPIRAL)
    assert found.discrete.relative_error < 1e-4
    assert found.chosen.relative_error < 1e-2
    assert found.discrete.exact
    assert not found.chosen.exact
    assert found.chosen.cosine == pytest.approx(1.0, abs=1e-4)


def test_it_is_what_core_gradient_finds() -> None:
    found = gap_of(SPIRAL, [2.0, 0.0], (0, 1))
    options = {"t": (0, 1), "rtol": 1e-6, "atol": 1e-9}
    names = ("a", "b", "c", "d", "start")
    for method, line in [("discrete", found.discrete), ("backsolve", found.chosen)]:
        card = core.gradient(
            core.parse(SPIRAL), lambda z: 0.5 * (z * z).sum(), names, method, start=[2.0, 0.0], integrate=options
        )
        assert line.gradient == pytest.approx(card.flat(), rel=1e-10)


def test_where_the_state_explodes_on_its_way_back() -> None:
    found = gap_of("y' = -k*(y - cos(t))\nk = 50", [2.0], (0, 1))
    assert found.gap[0] > 1e9
    assert found.gap[-1] < 1e-9
    assert (np.diff(found.t) > 0).all()
    assert found.discrete.relative_error < 1e-3
    assert "misses the start by" in found.note
    assert not found.trusted


def test_the_budget_of_the_way_back_ends_it_in_the_middle() -> None:
    found = gap_of(LORENZ, [1.0, 1.0, 1.0], (0, 15), method=Backsolve(evaluations=3_000))
    assert not found.trusted
    assert "evaluation budget" in found.note
    assert found.chosen.products <= 3_000
    missing = np.isnan(found.gap)
    assert missing[0]
    assert not missing[-1]
    assert found.t[0] == 0.0
    assert found.t[-1] == 15.0
    assert (np.diff(found.t) > 0).all()
    assert np.isfinite(found.forward).all()
    assert len(found.t) <= 2_001


def test_a_trajectory_that_does_not_arrive_has_no_gradient() -> None:
    found = gap_of("x' = k*x^2\nk = 1", [1.0], (0, 2))
    assert "needed a step smaller" in found.note
    assert not found.trusted
    assert np.isnan(found.reference).all()
    assert np.isfinite(found.forward).all()


def test_backward_in_time_and_the_sum() -> None:
    found = gap_of("y' = k*y\nk = -1", [1.0], (1.0, 0.0), loss="sum")
    assert found.names == ("k", "y(1)")
    assert found.reference == pytest.approx((-np.e, np.e), rel=1e-8)
    assert found.chosen.gradient == pytest.approx(found.reference, rel=1e-4)
    assert (np.diff(found.t) < 0).all()


def test_a_torch_callable_is_differentiated_by_its_start() -> None:
    found = gap_of(core.field(lambda z: torch.sin(z), 1, ["u"]), [1.0], (0, 1))
    assert found.names == ("u(0)",)
    assert found.trusted
    assert found.chosen.gradient == pytest.approx(found.discrete.gradient, rel=1e-4)


def test_the_steps_of_an_implicit_method_are_its_own() -> None:
    """Ten steps of implicit Euler: y_N = (1 - h k)^-N, and d y_N / d k = N h (1 - h k)^-(N + 1)."""
    found = gap_of("y' = k*y\nk = -1", [1.0], (0, 1), "implicit_euler", 0.1, method=Discrete(), loss="sum")
    assert found.discrete.gradient == pytest.approx((1.1**-11, 1.1**-10), rel=1e-12)
    assert found.chosen.gradient == pytest.approx(found.discrete.gradient, rel=1e-12)
    assert found.reference == pytest.approx((np.exp(-1), np.exp(-1)), rel=1e-7)
    assert found.adjoint[:, 0] == pytest.approx(1.1 ** -np.arange(10.0, -1.0, -1.0), rel=1e-12)
    assert found.trusted


ROBERTSON = "a' = -s*a + q*b*c\nb' = s*a - q*b*c - r*b^2\nc' = r*b^2\ns = 0.04\nq = 1e4\nr = 3e7"


def test_a_stiff_reaction_by_radau() -> None:
    """d a(40) / d s, against a difference of tight runs."""

    def end(slow: float) -> float:
        options = {"method": "radau5", "rtol": 1e-8, "atol": 1e-12}
        return float(core.integrate(core.parse(ROBERTSON), [1, 0, 0], (0, 40), params={"s": slow}, **options).z[-1, 0])

    tableau = catalogue.integrator("radau5")
    field = FormulaField(core.parse(ROBERTSON))
    run = ForwardRun(
        field, tableau, choose_controller(tableau, 1e-6, 1e-10, None), (0, 40), np.array([1.0, 0, 0]), Budget()
    )
    first = run.discrete(np.array([1.0, 0.0, 0.0]))
    assert first[0] == pytest.approx((end(0.0404) - end(0.0396)) / 0.0008, rel=1e-4)
    found = adjoint_gap(run)
    assert not found.trusted
    assert np.isnan(found.gap).any()
    kept = adjoint_gap(run, Checkpointed())
    assert kept.trusted
    assert kept.gap.max() == 0.0
    assert kept.recomputed > 0


@pytest.mark.parametrize(
    ("method", "other"), [("radau5", ""), ("rodas5p", ""), ("bdf", "Radau IIA 5"), ("adams", "Dormand-Prince 5(4)")]
)
def test_whose_steps_are_differentiated(method: str, other: str) -> None:
    field, chosen = FormulaField(core.parse("y' = -y")), catalogue.integrator(method)
    steps, words = differentiated_steps(field, chosen)
    assert (steps is chosen) == (not other)
    assert words.startswith(f"steps of {other}: those of {chosen.title}") if other else not words


def test_a_rosenbrock_method_of_a_callable_has_no_formula_to_bend() -> None:
    steps, words = differentiated_steps(core.field(lambda z: -z, 1), catalogue.integrator("rodas4"))
    assert steps.name == "radau5"
    assert "core.gradient" in words
