"""Which arrays a root solver computes with: numpy or torch."""

from __future__ import annotations

from typing import Literal

from .device import check_name, check_present, is_processor
from .fixed_point_map import FixedPointMap

RootPath = Literal["numpy", "torch"]


def choose_root_path(layer: FixedPointMap, path: str = "auto", device: str = "cpu", dtype: str = "float64") -> RootPath:
    """The arrays for `layer`: numpy answers faster for a small formula, torch for everything else.

    path: "auto", "numpy" or "torch". Raises ValueError, with a cure, where the one
    asked for cannot do it, or where the device is not there.
    """
    if path == "kernel":
        raise ValueError('path="kernel" follows trajectories, and roots are found in numpy or torch: use path="auto"')
    if path not in ("auto", "numpy", "torch"):
        raise ValueError(f'path must be "auto", "numpy" or "torch", not {path!r}')
    check_name(device)
    if dtype not in ("float64", "float32"):
        raise ValueError(f'dtype must be "float64" or "float32", not {dtype!r}')
    obstacle = _obstacle(layer, device, dtype)
    if path == "numpy":
        if obstacle is not None:
            raise ValueError(f'path="numpy" {obstacle}: use path="torch"')
        return "numpy"
    if path == "auto" and obstacle is None and not layer.large:
        return "numpy"
    check_present(device)
    return "torch"


def _obstacle(layer: FixedPointMap, device: str, dtype: str) -> str | None:
    """Why numpy cannot do it, if it cannot."""
    if layer.system is None and layer.large:
        return "needs a formula, not a torch callable"
    if not is_processor(device):
        return f"runs on the processor, not on {device}"
    if dtype != "float64":
        return f"computes in float64, not in {dtype}"
    return None
