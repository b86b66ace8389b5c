"""The package walk that finds the views."""

from __future__ import annotations

from explorer.view import View
from explorer.views import views

NAMES = (
    "decision_boundary",
    "density",
    "feature_evolution",
    "density_line",
    "training_path",
    "mixture",
    "phase_plane",
    "cobweb",
    "space",
    "iterate_plane",
    "space_time",
    "waterfall",
    "learning_curves",
    "orbit_diagram",
    "solver_maps",
    "bifurcation",
    "loss",
    "poincare_section",
    "depth",
    "gradient_landscape",
    "evaluations",
    "profile",
    "gradient_norms",
    "residuals",
    "time_series",
    "integrator_errors",
    "invariants",
    "picard_iterates",
    "gronwall_cone",
    "work_precision",
    "test_time_compute",
    "spectrum",
    "step_sizes",
    "growth",
    "stability",
    "order_star",
    "weights",
    "jacobian_distance",
    "trace_estimates",
    "adjoint",
    "gradients",
    "gradient_errors",
    "gradient_memory",
    "unrolled",
    "gradient_costs",
)


def test_the_views_come_in_their_order() -> None:
    assert [view.name for view in views()] == list(NAMES)


def test_each_view_says_what_it_is_and_what_it_wants() -> None:
    for view in views():
        assert issubclass(view, View)
        assert view.title
        assert view.help.endswith(".")
        assert view.wanted
