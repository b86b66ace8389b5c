"""The catalogue finds every entry, and the window may ask it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from types import SimpleNamespace
from typing import get_type_hints

import pytest

from core import catalogue
from core.experiment import GradientChoice
from core.nearest_name import nearest
from core.parameter import Range
from core.probe import Probe


def test_the_methods_of_this_version_in_alphabetical_order() -> None:
    tableaus = list(catalogue.tableaus())
    assert tableaus == sorted(tableaus)
    assert {"euler", "midpoint", "heun_2", "ralston_2", "ralston_3", "kutta_3", "ssprk_3", "rk4"} <= set(tableaus)
    assert {"three_eighths", "bogacki_shampine_3", "fehlberg_45", "cash_karp_5", "dopri5", "tsit5"} <= set(tableaus)
    assert {"dop853", "verner_6", "verner_7", "verner_8"} <= set(tableaus)
    assert list(catalogue.step_controllers()) == ["fixed", "h211b", "i", "pi", "pid"]
    solvers = list(catalogue.root_solvers())
    assert {"anderson", "damped", "newton", "picard"} <= set(solvers)
    assert solvers == sorted(solvers)
    gradients = list(catalogue.gradient_methods())
    assert gradients == sorted(gradients)
    assert {"backsolve", "discrete", "implicit", "jacobian_free", "unrolled", "neumann", "phantom"} <= set(gradients)
    assert {"adjoint_picard", "adjoint_anderson", "adjoint_broyden", "adjoint_gmres", "adjoint_bicgstab"} <= set(
        gradients
    )
    assert {"one_step", "forward_mode", "interpolating", "quadrature", "steady_state"} <= set(gradients)
    assert {"checkpointed", "forward_sensitivity", "reversible"} <= set(gradients)


def test_every_method_and_controller_cites_its_source() -> None:
    for entry in (*catalogue.tableaus().values(), *catalogue.step_controllers().values()):
        assert len(entry.citation) > 20
        assert entry.title


def test_every_number_of_a_controller_declares_its_range_and_a_default_inside() -> None:
    for controller in catalogue.step_controllers().values():
        hints = get_type_hints(controller, include_extras=True)
        for number in fields(controller):
            (declared,) = (item for item in hints[number.name].__metadata__ if isinstance(item, Range))
            assert declared.contains(number.default), (controller, number.name)
            assert declared.help


def test_every_field_of_a_gradient_method_declares_how_it_is_edited_and_a_default_inside() -> None:
    for method in catalogue.gradient_methods().values():
        hints = get_type_hints(method, include_extras=True)
        for item in fields(method):
            (declared,) = hints[item.name].__metadata__
            inside = (
                declared.contains(item.default) if isinstance(declared, Range) else item.default in declared.options
            )
            assert inside, (method, item.name)
            assert declared.help


def test_probes_are_found_by_the_reading_they_fill() -> None:
    for reading, probe in catalogue.probes().items():
        assert issubclass(probe, Probe)
        assert probe.reading is reading
        assert probe.title


def test_an_unknown_method_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="no integration method 'dorpi5'; did you mean 'dopri5'"):
        catalogue.integrator("dorpi5")
    with pytest.raises(ValueError, match=r"no integration method 'zzz'; known are .*dopri5, .*radau5"):
        catalogue.integrator("zzz")


def test_nearest_ignores_case_and_gives_up_on_strangers() -> None:
    assert nearest("RK4", ["rk4", "euler"]) == "rk4"
    assert nearest("quux", ["rk4", "euler"]) is None


def test_two_entries_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [SimpleNamespace(name="twin"), SimpleNamespace(name="twin")]
    monkeypatch.setattr(catalogue, "entries", lambda *_: iter(twins))
    with pytest.raises(ValueError, match="two catalogue entries share the name 'twin'"):
        catalogue.tableaus.__wrapped__()


def test_listing_everything_imports_no_heavy_library() -> None:
    script = (
        "import sys; from core import catalogue as c; c.root_solver('anderson'); "
        "c.tableaus(); c.step_controllers(); c.probes(); c.gradient_methods(); "
        "print(sorted({'torch', 'scipy', 'sympy', 'llvmlite'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_chosen_gradient_has_the_fields_that_were_changed() -> None:
    choice = GradientChoice(trajectory="backsolve", options={"backsolve": {"evaluations": 500.0}})
    method = catalogue.chosen_gradient(choice, "trajectory")
    assert (method.name, method.evaluations) == ("backsolve", 500)
    assert isinstance(method.evaluations, int)
    assert catalogue.chosen_gradient(choice, "fixed point").name == "implicit"
    assert all(method.about == "trajectory" for method in catalogue.gradients_about("trajectory").values())
