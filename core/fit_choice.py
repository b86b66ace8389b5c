"""What a person fits, and how: a part of the experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from .number_table import source_name
from .parameter import Choice, Range

LOSSES = ("squares", "huber")
"""What `FitLoss` knows."""


@dataclass(frozen=True)
class FitChoice:
    """data: columns of the points by name, "t" among them, NaN where nothing was measured; source: the file they came
    from, by its name alone. options: what was changed of a method's own fields, by method, then by field. held: the
    parameters that stay where they are in a fit, and while an end or a root is dragged.
    """

    data: Mapping[str, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""
    loss: Annotated[str, Choice(LOSSES, help="what is summed over the points")] = "squares"
    delta: Annotated[float, Range(1e-6, 1e6, log=True, symbol="δ", help="from here on a distance counts once")] = 1.0
    method: str = "levenberg_marquardt"
    options: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: MappingProxyType({}))
    free_start: bool = False
    """Let the start move too."""
    iterations: Annotated[int, Range(1, 100_000, log=True, help="iterations at most")] = 500
    held: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", MappingProxyType({name: tuple(c) for name, c in self.data.items()}))
        options = {method: MappingProxyType(dict(fields)) for method, fields in self.options.items()}
        object.__setattr__(self, "options", MappingProxyType(options))
        object.__setattr__(self, "source", source_name(self.source))

    def __reduce__(self) -> tuple[object, ...]:  # MappingProxyType does not pickle
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        own = {"data": dict(self.data), "options": {method: dict(fields) for method, fields in self.options.items()}}
        return _rebuilt, (plain | own,)


def _rebuilt(fields: dict[str, object]) -> FitChoice:
    return FitChoice(**fields)  # type: ignore[arg-type]
