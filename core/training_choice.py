"""What a network learns, and how: a part of the experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from .number_table import source_name
from .parameter import Choice, Range

LIKELIHOODS = ("likelihood", "residual_likelihood")
"""Those in nats: of the differential equation's flow, and of the map of Euler's steps."""
PAIRED_LOSSES = ("flow_matching", "score_matching")
"""Those that learn from pairs of a point and noise, and follow no trajectory."""
DENSITY_LOSSES = (*LIKELIHOODS, *PAIRED_LOSSES)
"""Those of a text that carries a density."""
LOSSES = ("squares", "huber", "cross_entropy", *DENSITY_LOSSES)
"""Of answers, what `core.training.losses` knows; of flows, what their learners know."""
SCHEDULES = ("constant", "cosine", "drop")
"""How the learning rate changes over the iterations."""

Options = Mapping[str, Mapping[str, float | str]]


@dataclass(frozen=True)
class Training:
    """data: name of the data set, "" where nothing is learnt; data_options, options: what was changed of a data set's,
    or an optimiser's, own fields, by its name, then by field. output: the line of the text that gives the answer; ""
    takes the first components of the state where the layer ends. rate: the learning rate of every optimiser. trace: the
    way to the divergence of a flow that learns a likelihood, of `core.trace_estimators`; the test points have the exact
    one.
    table: of the data "table" the columns by name, as `core.table_roles` reads them, and table_source the file that
    they came from, by its name alone; points and test_points are then all its rows.

    The seed of weights is the text's; that of data and of their order is the experiment's. The layer is solved as the
    experiment says (`integration`, `root`), and differentiated by the method of `gradient`.
    """

    data: str = ""
    data_options: Options = field(default_factory=lambda: MappingProxyType({}))
    table: Mapping[str, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    table_source: str = ""
    test_share: Annotated[
        float, Range(0.05, 0.5, help="of a table, the share of the points that are only looked at")
    ] = 0.25
    points: Annotated[int, Range(2, 100_000, log=True, help="points to learn from")] = 2000
    test_points: Annotated[int, Range(2, 100_000, log=True, help="points that are only looked at")] = 1000
    loss: Annotated[str, Choice(LOSSES, help="what is averaged over a batch and made small")] = "huber"
    output: str = ""
    optimiser: str = "adam"
    options: Options = field(default_factory=lambda: MappingProxyType({}))
    rate: Annotated[float, Range(1e-5, 10.0, log=True, symbol="η", help="learning rate: how far a step goes")] = 1e-3
    schedule: Annotated[str, Choice(SCHEDULES, help="how the learning rate changes while it learns")] = "constant"
    batch: Annotated[int, Range(1, 100_000, log=True, help="points in a batch; all of them where it is more")] = 64
    iterations: Annotated[int, Range(1, 1_000_000, log=True, help="iterations at most")] = 1000
    trace: str = "exact"
    kinetic: Annotated[float, Range(0.0, 10.0, help="weight of the integral of the mean square speed")] = 0.0
    jacobian: Annotated[float, Range(0.0, 10.0, help="weight of the Jacobian's mean square, or its integral")] = 0.0
    taylor: Annotated[float, Range(0.0, 10.0, help="weight of the integral of |d^K z/dt^K|^2 / n")] = 0.0
    taylor_order: Annotated[int, Range(2, 4, symbol="K", help="which time derivative that is")] = 2
    steer: Annotated[float, Range(0.0, 0.9, help="how far the end of the time span is drawn from its own, a share")] = (
        0.0
    )
    warm_start: bool = False
    """Every solve of an implicit layer begins where that of the sample ended the last time, not at 0."""
    noise: Annotated[float, Range(0.0, 1.0, symbol="σ", help="deviation of the noise on every point of a batch")] = 0.0

    def __post_init__(self) -> None:
        for name in ("data_options", "options"):
            sealed = {key: MappingProxyType(dict(fields)) for key, fields in getattr(self, name).items()}
            object.__setattr__(self, name, MappingProxyType(sealed))
        columns = {name: tuple(column) for name, column in self.table.items()}
        object.__setattr__(self, "table", MappingProxyType(columns))
        object.__setattr__(self, "table_source", source_name(self.table_source))

    def __reduce__(self) -> tuple[object, ...]:  # MappingProxyType does not pickle
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("data_options", "options"):
            plain[name] = {key: dict(fields) for key, fields in getattr(self, name).items()}
        return _rebuilt, (plain | {"table": dict(self.table)},)


def _rebuilt(fields: dict[str, object]) -> Training:
    return Training(**fields)  # type: ignore[arg-type]
