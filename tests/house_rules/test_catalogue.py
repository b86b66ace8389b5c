"""Every catalogued method says what it is called and where it comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core import catalogue
from core.root_solver import FAMILIES


def faults(name: str, entry: Any) -> list[str]:
    """What a catalogue entry lacks."""
    return [
        f"{name}: {sentence}"
        for missing, sentence in [
            (entry.name != name, f"is filed under another name than {entry.name}"),
            (not entry.title.strip(), "has no title"),
            (len(entry.citation.strip()) < 10, "has no citation"),
        ]
        if missing
    ]


def test_integration_methods_are_named_and_cited() -> None:
    methods = catalogue.integrators()
    assert {"euler", "rk4", "dopri5", "radau5"} <= set(methods)
    assert [fault for name, entry in methods.items() for fault in faults(name, entry)] == []


def test_root_solvers_are_named_and_cited() -> None:
    solvers = catalogue.root_solvers()
    assert {"anderson", "damped", "newton", "picard"} <= set(solvers)
    assert [fault for name, entry in solvers.items() for fault in faults(name, entry)] == []
    assert [name for name, entry in solvers.items() if not entry.help.strip()] == []
    assert [name for name, entry in solvers.items() if entry.family not in FAMILIES] == []
    assert 1 < sum(entry.races for entry in solvers.values()) <= 6


def test_optimisers_are_named_and_cited() -> None:
    methods = catalogue.descents()
    assert {"adam", "gradient_descent", "heavy_ball", "nesterov", "newton", "proximal_point"} <= set(methods)
    assert [fault for name, entry in methods.items() for fault in faults(name, entry)] == []
    assert [name for name, entry in methods.items() if len(entry.help) < 20] == []


def test_gradient_methods_are_named_and_cited() -> None:
    methods = catalogue.gradient_methods()
    assert {"implicit", "adjoint_gmres", "unrolled", "jacobian_free", "discrete", "backsolve"} <= set(methods)
    assert [fault for name, entry in methods.items() for fault in faults(name, entry)] == []
    assert [name for name, entry in methods.items() if len(entry.help) < 20] == []


def test_fit_methods_are_named_and_cited() -> None:
    methods = catalogue.fit_methods()
    assert {"adam", "gauss_newton", "gradient_descent", "levenberg_marquardt"} <= set(methods)
    assert [fault for name, entry in methods.items() for fault in faults(name, entry)] == []
    assert [name for name, entry in methods.items() if len(entry.help) < 20] == []


def test_data_sets_are_named_and_cited() -> None:
    data_sets = catalogue.data_sets()
    assert {"checkerboard", "circles", "digits", "eight_gaussians", "minus_x", "moons", "rings"} <= set(data_sets)
    assert [fault for name, entry in data_sets.items() for fault in faults(name, entry)] == []
    assert [name for name, entry in data_sets.items() if len(entry.help) < 20] == []


def test_trace_estimators_are_named_and_cited() -> None:
    estimators = catalogue.trace_estimators()
    assert {"exact", "gaussian", "rademacher"} <= set(estimators)
    assert [fault for name, entry in estimators.items() for fault in faults(name, entry)] == []
    assert [name for name, entry in estimators.items() if len(entry.help) < 20] == []


def test_blocks_are_named_and_cited() -> None:
    blocks = catalogue.blocks()
    assert {"activation", "hamiltonian_field", "layer_norm", "linear", "residual"} <= set(blocks)
    assert [fault for name, entry in blocks.items() for fault in faults(name, entry)] == []
    assert [name for name, entry in blocks.items() if len(entry.help) < 20] == []


@pytest.mark.parametrize("change", [{"citation": ""}, {"citation": "  "}, {"title": ""}, {"name": "other"}])
def test_an_entry_without_is_caught(change: dict[str, str]) -> None:
    name, entry = next(iter(catalogue.tableaus().items()))
    assert len(faults(name, replace(entry, **change))) == 1
