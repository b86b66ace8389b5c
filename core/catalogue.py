"""What there is to choose from, found by walking the packages: one file is one entry.

Importing it, or asking it, imports neither torch nor scipy, so the window can list every method at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from . import additive_methods as additive_package
from . import blocks as block_package
from . import data_sets as data_package
from . import descents as descent_package
from . import exponential_methods as exponential_package
from . import fit_methods as fit_package
from . import gradient_methods as gradient_package
from . import implicit_tableaus as implicit_package
from . import multistep_methods as multistep_package
from . import optimisers as optimiser_package
from . import probes as probe_package
from . import reversible_methods as reversible_package
from . import root_solvers as solver_package
from . import rosenbrock_methods as rosenbrock_package
from . import splitting_methods as splitting_package
from . import step_controllers as controller_package
from . import stochastic_methods as stochastic_package
from . import switching_methods as switching_package
from . import tableaus as tableau_package
from . import trace_estimators as trace_package
from .adaptive_controller import AdaptiveController
from .data_set import DataSet
from .descent import Optimiser
from .field_check import check_given, declarations
from .fit_method import FitMethod
from .fixed_point_map import FixedPointMap
from .gradient_method import About, GradientMethod
from .integration_method import IntegrationMethod
from .nearest_name import suggestion
from .network_block import Block
from .network_optimiser import NetworkOptimiser
from .package_entries import entries
from .probe import Probe
from .root_solver import RootSolver
from .step_controller import StepController
from .tableau import Tableau
from .trace_estimator import TraceEstimator

if TYPE_CHECKING:
    from .experiment import GradientChoice, RootFinding


@cache
def tableaus() -> Mapping[str, Tableau]:
    """Every explicit Runge-Kutta method by name, in alphabetical order."""
    return _by_key((tableau.name, tableau) for tableau in entries(tableau_package, "TABLEAU"))


@cache
def integrators() -> Mapping[str, IntegrationMethod]:
    """Every integration method by name: first the explicit Runge-Kutta methods."""
    found = [*tableaus().values(), *entries(implicit_package, "TABLEAU")]
    linear = rosenbrock_package, additive_package, exponential_package
    others = reversible_package, splitting_package, switching_package, stochastic_package
    for package in (multistep_package, *linear, *others):
        found.extend(entries(package, "METHOD"))
    return _by_key((method.name, method) for method in found)


@cache
def step_controllers() -> Mapping[str, type[StepController]]:
    """Every step-size controller by name, in alphabetical order."""
    return _by_key((controller.name, controller) for controller in entries(controller_package, "CONTROLLER"))


@cache
def gradient_methods() -> Mapping[str, type[GradientMethod]]:
    """Every way to differentiate a solution by name, in alphabetical order."""
    return _by_key((method.name, method) for method in entries(gradient_package, "METHOD"))


@cache
def descents() -> Mapping[str, type[Optimiser]]:
    """Every optimiser by name, in alphabetical order."""
    return _by_key((method.name, method) for method in entries(descent_package, "METHOD"))


@cache
def optimisers() -> Mapping[str, type[NetworkOptimiser]]:
    """Everything that moves a network's weights by name, in the alphabetical order of their files."""
    return _by_key((method.name, method) for method in entries(optimiser_package, "OPTIMISER"))


@cache
def fit_methods() -> Mapping[str, type[FitMethod]]:
    """Every way to fit parameters by name, in alphabetical order."""
    return _by_key((method.name, method) for method in entries(fit_package, "METHOD"))


@cache
def blocks() -> Mapping[str, type[Block]]:
    """Every kind of block that networks are put together from by name, in alphabetical order."""
    return _by_key((block.name, block) for block in entries(block_package, "BLOCK"))


@cache
def data_sets() -> Mapping[str, type[DataSet]]:
    """Every data set that networks are trained on by name, in alphabetical order."""
    return _by_key((data_set.name, data_set) for data_set in entries(data_package, "DATA_SET"))


@cache
def root_solvers() -> Mapping[str, type[RootSolver]]:
    """Every root solver by name, in alphabetical order."""
    return _by_key((solver.name, solver) for solver in entries(solver_package, "SOLVER"))


@cache
def trace_estimators() -> Mapping[str, type[TraceEstimator]]:
    """Every way to the trace of a Jacobian by name, in alphabetical order."""
    return _by_key((estimator.name, estimator) for estimator in entries(trace_package, "ESTIMATOR"))


@cache
def probes() -> Mapping[type, type[Probe[Any]]]:
    """Every probe by the class of the reading that it fills, in the alphabetical order of their files."""
    return _by_key((probe.reading, probe) for probe in entries(probe_package, "PROBE"))


def tableau(name: str) -> Tableau:
    """The explicit Runge-Kutta method `name`; KeyError where there is none."""
    return tableaus()[name]


def integrator(name: str) -> IntegrationMethod:
    """The integration method `name`; ValueError names the nearest where there is none."""
    known = integrators()
    if name not in known:
        raise ValueError(f"there is no integration method {name!r}{suggestion(name, known)}")
    return known[name]


@cache
def adaptive_controllers() -> Mapping[str, type[AdaptiveController]]:
    """Those whose steps follow an error estimate, in alphabetical order."""
    return {key: entry for key, entry in step_controllers().items() if issubclass(entry, AdaptiveController)}


def adaptive_controller(name: str) -> type[AdaptiveController]:
    """The controller `name` of adaptive steps; ValueError names the nearest where there is none."""
    known = adaptive_controllers()
    if name not in known:
        raise ValueError(f"there is no controller {name!r} of adaptive steps{suggestion(name, known)}")
    return known[name]


def root_solver(name: str, options: Mapping[str, Any] | None = None) -> RootSolver:
    """The root solver `name` with `options` for its fields.

    Raises ValueError for an unknown solver and a value outside its range, TypeError for an unknown option and a
    value of another type, each with the nearest name, the range or the choices.
    """
    known = root_solvers()
    if name not in known:
        raise ValueError(f"there is no root solver {name!r}{suggestion(name, known)}")
    fields = declarations(known[name])
    for option in options or {}:
        if option not in fields:
            raise TypeError(f"{known[name].title} has no option {option!r}{suggestion(option, fields)}")
    return known[name](**(options or {}))


def chosen_solver(choice: RootFinding, name: str = "") -> RootSolver:
    """The chosen root solver, or the one called `name`, with what `choice` changes of its fields; raises likewise."""
    return root_solver(name or choice.solver, choice.options.get(name or choice.solver))


def gradients_about(about: About) -> Mapping[str, type[GradientMethod]]:
    """The gradient methods for solutions of this kind, in alphabetical order."""
    return {name: method for name, method in gradient_methods().items() if method.about == about}


def chosen_gradient(choice: GradientChoice, about: About, name: str = "") -> GradientMethod:
    """The chosen gradient method for solutions of this kind, or the one called `name`, with what was changed of its
    fields.

    Raises ValueError where there is none of the name for them and for a value outside its range, TypeError for an
    unknown option, each with the nearest name or the range.
    """
    known = gradients_about(about)
    name = name or (choice.trajectory if about == "trajectory" else choice.fixed_point)
    if name not in known:
        raise ValueError(f"there is no gradient method {name!r} of a {about}{suggestion(name, known)}")
    options = dict(choice.options.get(name, {}))
    check_given(known[name], options)
    declared = declarations(known[name])
    given = {option: declared[option][0](value) for option, value in options.items()}
    if name == "unrolled":
        given["k"] = choice.unrolled
    return known[name](**given)


def refusals(mapping: FixedPointMap) -> Mapping[str, str]:
    """Why a root solver cannot solve a map, by the name of every one that cannot."""
    answers = {name: solver.refusal(mapping) for name, solver in root_solvers().items()}
    return MappingProxyType({name: sentence for name, sentence in answers.items() if sentence is not None})


def descent(name: str, options: Mapping[str, Any]) -> Optimiser:
    """The optimiser `name` with those of `options` that it has as fields.

    Raises ValueError for an unknown optimiser, naming the nearest, and for a value outside its range.
    """
    known = descents()
    if name not in known:
        raise ValueError(f"there is no optimiser {name!r}{suggestion(name, known)}")
    return known[name](**{field: options[field] for field in declarations(known[name]) if field in options})


def optimiser(name: str, options: Mapping[str, Any]) -> NetworkOptimiser:
    """What moves a network's weights by the name `name`, with `options` for its fields.

    Raises ValueError for an unknown one and a value outside its range, TypeError for an unknown option, each with the
    nearest name.
    """
    known = optimisers()
    if name not in known:
        raise ValueError(f"no optimiser of networks is called {name!r}{suggestion(name, known)}")
    fields = declarations(known[name])
    for option in options:
        if option not in fields:
            raise TypeError(f"{known[name].title} has no option {option!r}{suggestion(option, fields)}")
    return known[name](**options)


def fit_method(name: str, options: Mapping[str, Any], others: Iterable[str] = ()) -> FitMethod:
    """The fit method `name` with `options` for its fields; others: keywords that whoever calls takes too.

    Raises ValueError for an unknown method and a value outside its range, TypeError for an unknown option, each with
    the nearest name.
    """
    known = fit_methods()
    if name not in known:
        raise ValueError(f"there is no fit method {name!r}{suggestion(name, known)}")
    fields = declarations(known[name])
    for option in options:
        if option not in fields:
            raise TypeError(
                f"a fit by {known[name].title} has no option {option!r}{suggestion(option, [*fields, *others])}"
            )
    return known[name](**options)


def trace_estimator(name: str) -> TraceEstimator:
    """The way `name` to the trace of a Jacobian; ValueError names the nearest where there is none."""
    known = trace_estimators()
    if name not in known:
        raise ValueError(f"there is no trace estimator {name!r}{suggestion(name, known)}")
    return known[name]()


def data_set(name: str, options: Mapping[str, Any] | None = None) -> DataSet:
    """The data set `name` with `options` for its fields.

    Raises ValueError for an unknown data set and a value outside its range, TypeError for an unknown option and a
    value of another type, each with the nearest name, the range or the choices.
    """
    known = data_sets()
    if name not in known:
        raise ValueError(f"there is no data set {name!r}{suggestion(name, known)}")
    fields = declarations(known[name])
    for option in options or {}:
        if option not in fields:
            raise TypeError(f"{known[name].title} has no option {option!r}{suggestion(option, fields)}")
    return known[name](**(options or {}))


def _by_key(pairs: Iterable[tuple[Any, Any]]) -> Mapping[Any, Any]:
    found: dict[Any, Any] = {}
    for key, entry in pairs:
        if key in found:
            raise ValueError(f"two catalogue entries share the name {key!r}")
        found[key] = entry
    return MappingProxyType(found)
