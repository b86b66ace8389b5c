"""Torch functions as modules that a person saved, and the program's own answers beside them."""

from __future__ import annotations

import importlib.util
import itertools
import keyword
from pathlib import Path
from types import ModuleType

import torch

from core.language import System, torch_field

_NAMES = {"ode": "field", "map": "layer", "root": "residual", "minimise": "objective"}
_numbers = itertools.count()


def module_of(text: str, folder: Path) -> ModuleType:
    """The module that a person would get who saved `text`."""
    name = f"saved_{next(_numbers)}"
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    found = importlib.util.spec_from_file_location(name, path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def called(system: System, module: ModuleType, z: torch.Tensor, t: float = 0.7, **changed: object) -> torch.Tensor:
    function = getattr(module, _NAMES[system.kind])
    changed = {f"{name}_" if keyword.iskeyword(name) else name: value for name, value in changed.items()}
    if system.kind == "minimise":  # downhill is minus the slope of the objective
        return -torch.func.grad(lambda point: function(point, **changed).sum())(z)
    return function(*((t, z) if system.kind == "ode" else (z,)), **changed)


def expected(system: System, z: torch.Tensor, t: float = 0.7, **changed: object) -> torch.Tensor:
    rows = {item.name: torch.tensor(item.tensor.array()) for item in system.data if item.batch}
    return torch_field(system)(t, z, {**system.defaults(), **rows, **changed})


def points(system: System, *batch: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*batch, system.size, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
