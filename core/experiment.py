"""The immutable Experiment: everything that decides what is computed.

The formula text holds *defaults*; `values`, `starts` and `span` hold what sliders, dots and fields changed,
by name. A drag replaces only those: the system's tree and key stay, nothing is parsed or compiled again.
What the window shows but does not compute with (the view rectangle, docks) is not here: see `WindowNotes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

from .budget import Budget
from .fit_choice import FitChoice
from .module_file import ModuleFile
from .parameter import Choice, Range
from .stored_tensor import StoredTensor
from .training_choice import Training

if TYPE_CHECKING:
    from .language import System

SEEDS = Range(0, 2**31 - 1)
MOST_PICARD = 20
"""Iterates of Picard's integral equation: later ones of most fields are no numbers any more."""

MOST_GRID_LINES = 33
"""Lines in either direction of a grid that the flow carries along: more are no picture, and take too long."""


def _sealed(options: Mapping[str, Mapping[str, float | str]]) -> Mapping[str, Mapping[str, float | str]]:
    """A read-only copy."""
    return MappingProxyType({method: MappingProxyType(dict(fields)) for method, fields in options.items()})


@dataclass(frozen=True)
class Integration:
    """How trajectories are computed."""

    method: str = "dopri5"
    rtol: Annotated[float, Range(1e-13, 1e-1, log=True, help="relative error allowed in one step")] = 1e-6
    atol: Annotated[float, Range(1e-16, 1e-1, log=True, help="absolute error allowed in one step")] = 1e-9
    step: Annotated[float, Range(1e-6, 10.0, log=True, symbol="h", help="step of fixed-step methods")] = 0.05
    fixed: bool = False
    """Take fixed steps with a method that could adapt them (methods without an error estimate always do)."""
    backward: bool = True
    """Also follow every trajectory backward in time from its start."""
    rivals: tuple[str, ...] = ()
    """Methods that race against the chosen one from the same start."""
    controller: str = "pi"
    """How steps follow their errors, where the method leaves that open."""
    global_error: bool = False
    """Follow the trajectory that is looked at once more, finer, and say how far it is from the solution."""
    picard: Annotated[int, Range(1, MOST_PICARD, symbol="K", help="Picard iterates that are drawn")] = 6
    grid_lines: Annotated[int, Range(2, MOST_GRID_LINES, help="lines of the flow map's grid in either direction")] = 17


@dataclass(frozen=True)
class RootFinding:
    """How a fixed point or root is computed."""

    solver: str = "picard"
    rivals: tuple[str, ...] = ()
    """Solvers that race against the chosen one from the same starts."""
    options: Mapping[str, Mapping[str, float | str]] = field(default_factory=lambda: MappingProxyType({}))
    """What was changed of a solver's own fields: by solver, then by field."""
    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="the measure must fall below it")] = 1e-8
    criterion: Annotated[
        str,
        Choice(("relative", "absolute", "step"), help="|f - z| / |f|, |f - z|, or the length of the last step"),
    ] = "relative"
    whole_batch: bool = False
    """One norm over all samples, as the tutorial takes, instead of one per sample."""
    iterations: Annotated[int, Range(1, 100_000, log=True, help="iterations at most")] = 200
    best: bool = False
    """Of a sample that is not solved keep the point with the smallest residual, instead of the last one."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", _sealed(self.options))

    def __reduce__(self) -> tuple[object, ...]:  # MappingProxyType does not pickle
        return _rebuild_root, (_with_plain_options(self),)


@dataclass(frozen=True)
class Descent:
    """How optimisers go downhill beside the gradient flow; all of them share their settings."""

    methods: tuple[str, ...] = ("gradient_descent", "heavy_ball")
    eta: Annotated[float, Range(1e-6, 10.0, log=True, symbol="η", help="learning rate: how far along the gradient")] = (
        0.001
    )
    beta: Annotated[float, Range(0.0, 0.999, symbol="β", help="momentum: part of the last step that is kept")] = 0.9
    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="|∇φ| beside its value at the start")] = 1e-8
    iterations: Annotated[int, Range(1, 100_000, log=True, help="iterations at most")] = 2000


@dataclass(frozen=True)
class Ensemble:
    """Very many trajectories at once, drawn as one: from starts that lie evenly at random in a box.

    box: ends of the starts' components by name, equal ones for all starts alike. What is not named lies in the text's
    view, and where the text has none at the first start.
    """

    on: bool = False
    count: Annotated[int, Range(1, 200_000, log=True, help="how many trajectories")] = 10_000
    seed: Annotated[int, Range(0, 2**31 - 1, help="another seed, other starts")] = 0
    box: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        object.__setattr__(self, "box", MappingProxyType(dict(self.box)))

    def __reduce__(self) -> tuple[object, ...]:  # MappingProxyType does not pickle
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _rebuild_ensemble, (plain | {"box": dict(self.box)},)


@dataclass(frozen=True)
class Section:
    """A Poincare section: a line in the plane of two components, from one end to the other, and all other axes; or the
    moments t0 + k period of a field that time drives.

    axes: the components; begin, end: their values at the ends. direction: which crossings count, seen along the line
    from its begin to its end. spans: for how many lengths of the time span trajectories are followed. kind: what it is;
    period: of the moments, 0 for that of the formula's forcing.
    """

    on: bool = False
    axes: tuple[str, str] = ("", "")
    begin: tuple[float, float] = (0.0, 0.0)
    end: tuple[float, float] = (1.0, 0.0)
    direction: Annotated[
        str,
        Choice(("to the left", "to the right", "both ways"), help="the crossings that count, along the line"),
    ] = "both ways"
    spans: Annotated[int, Range(1, 1000, log=True, help="time spans for which trajectories are followed")] = 20
    kind: Annotated[str, Choice(("line", "period"), help="crossings of a line, or moments a period apart")] = "line"
    period: Annotated[float, Range(0.0, 1e9, help="period of the moments; 0 takes that of the forcing")] = 0.0


@dataclass(frozen=True)
class GradientChoice:
    """What is differentiated through a solution, by which method, and how far a truncated method goes.

    wrt: the parameter or tensor that an implicit layer is differentiated by; all of them where it is empty.
    trajectory, fixed_point: names of the methods. options: what was changed of a method's own fields, by method, then
    by field; k of the unrolled method is `unrolled`.
    """

    loss: Annotated[str, Choice(("sum", "half_square"), help="sum of the components, or of half their squares")] = "sum"
    unrolled: Annotated[int, Range(1, 200, log=True, help="iterations that the unrolled gradient goes through")] = 10
    wrt: str = ""
    trajectory: str = "backsolve"
    fixed_point: str = "implicit"
    options: Mapping[str, Mapping[str, float | str]] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", _sealed(self.options))

    def __reduce__(self) -> tuple[object, ...]:  # MappingProxyType does not pickle
        return _rebuild_gradient, (_with_plain_options(self),)


@dataclass(frozen=True)
class SliderRange:
    """What a person changed on a slider: its ends, its scale and the step of its keys (None: a hundredth)."""

    lo: float
    hi: float
    log: bool = False
    step: float | None = None


@dataclass(frozen=True)
class Experiment:
    """One system and how it is solved. Immutable; `dataclasses.replace` makes the next one."""

    text: str
    values: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    ranges: Mapping[str, SliderRange] = field(default_factory=lambda: MappingProxyType({}))
    starts: tuple[tuple[float, ...], ...] | None = None
    span: tuple[float, float] | None = None
    integration: Integration = Integration()
    root: RootFinding = RootFinding()
    descent: Descent = Descent()
    gradient: GradientChoice = GradientChoice()
    ensemble: Ensemble = Ensemble()
    section: Section = Section()
    fit: FitChoice = FitChoice()
    training: Training = Training()
    budget: Budget = Budget()
    seed: Annotated[int, SEEDS] = 0
    """Of the noise (dW) of a text, and of what a Python file draws at random."""
    device: Annotated[str, Choice(("cpu", "cuda"))] = "cpu"
    dtype: Annotated[str, Choice(("float64", "float32"))] = "float64"
    path: Annotated[str, Choice(("auto", "kernel", "python", "torch"))] = "auto"
    """Which back end follows trajectories; one that cannot do it says why."""
    title: str = ""
    """Overrides the title comment of the text where not empty."""
    tensors: Mapping[str, StoredTensor] = field(default_factory=lambda: MappingProxyType({}))
    """What lines such as W = data "weights" name; kept beside the text in the file."""
    modules: Mapping[str, ModuleFile] = field(default_factory=lambda: MappingProxyType({}))
    """Where the Python files are that lines such as Cell = module "cell.py" name, and which content of theirs is meant;
    never what is in them."""

    def __post_init__(self) -> None:
        # read-only copies: a caller's dict must not change an experiment behind its back
        for name in _MAPPINGS:
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[object, ...]:  # MappingProxyType does not pickle
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _rebuild, (plain | {name: dict(getattr(self, name)) for name in _MAPPINGS},)


_MAPPINGS = ("values", "ranges", "tensors", "modules")


def is_reference(experiment: Experiment) -> bool:
    """Whether it is computed in float64 on the processor, with which other devices and precisions are compared."""
    return experiment.device == "cpu" and experiment.dtype == "float64"


_PLANE = 2
"""Unknowns up to which a start is seen in the picture, and should not lie where many maps rest."""


def starting_points(experiment: Experiment, system: System) -> tuple[tuple[float, ...], ...]:
    """The starts that are followed: the experiment's own, else the text's, else one inside the text's view.

    Without a start of their own, solvers of fixed points and roots with more than two unknowns begin at 0.

    Raises ValueError where a start does not have the system's size.
    """
    if experiment.starts is not None:
        starts = experiment.starts
    elif system.starts:
        starts = system.starts
    elif system.kind in ("map", "root") and system.size > _PLANE:
        starts = ((0.0,) * system.size,)
    else:
        # three quarters up each visible range: off the middle, where many systems rest
        ranges = [system.view.get(name, (0.0, 4.0 / 3.0)) for name in system.components]
        starts = (tuple(lo + 0.75 * (hi - lo) for lo, hi in ranges),)
    for start in starts:
        if len(start) != system.size:
            names = ", ".join((*system.components[:6], *["..."] * (system.size > 6)))
            raise ValueError(f"a start needs {system.size} numbers ({names}), not {len(start)}")
    return starts


def ensemble_box(experiment: Experiment, system: System) -> dict[str, tuple[float, float]]:
    """Between which ends every component of an ensemble's starts lies: its own box, else the view, else one start.

    Raises ValueError where a start does not have the system's size.
    """
    first = next(iter(starting_points(experiment, system)), (0.0,) * system.size)
    known = {**system.view, **experiment.ensemble.box}
    return {name: known.get(name, (value, value)) for name, value in zip(system.components, first, strict=True)}


def _with_plain_options(choice: RootFinding | GradientChoice) -> dict[str, object]:
    """The fields, and in them `options` as dicts."""
    plain = {name: getattr(choice, name) for name in choice.__dataclass_fields__}
    return plain | {"options": {method: dict(fields) for method, fields in choice.options.items()}}


def _rebuild_gradient(fields: dict[str, object]) -> GradientChoice:
    return GradientChoice(**fields)  # type: ignore[arg-type]


def _rebuild_root(fields: dict[str, object]) -> RootFinding:
    return RootFinding(**fields)  # type: ignore[arg-type]


def _rebuild_ensemble(fields: dict[str, object]) -> Ensemble:
    return Ensemble(**fields)  # type: ignore[arg-type]


def _rebuild(fields: dict[str, object]) -> Experiment:
    return Experiment(**fields)  # type: ignore[arg-type]
