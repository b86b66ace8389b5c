"""Where the engine can compute, told without importing torch."""

from __future__ import annotations

import shutil
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from core.kernel_fit import formula_obstacle

if TYPE_CHECKING:
    from core.language import System


@cache
def torch_version() -> str:
    """The installed torch, "none" without one."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 25 ms the shell does not wait for

    try:
        return version("torch")
    except PackageNotFoundError:
        return "none"


@cache
def cuda_refusal() -> str:
    """Why CUDA cannot be chosen, as a sentence with a cure; empty where it can."""
    if "+cpu" in torch_version():
        return f"This torch ({torch_version()}) is built for the CPU only: install a CUDA build to compute on a GPU."
    if shutil.which("nvidia-smi") is None:
        return "No NVIDIA driver was found: install it to compute on a GPU."
    return ""


def kernel_refusal(system: System, device: str) -> str:
    """Why a compiled loop cannot be chosen for this system, as a sentence with a cure; empty where it can."""
    if not system.flows:
        return "A compiled loop follows trajectories. Roots are found in numpy or torch; maps compile by themselves."
    if find_spec("llvmlite") is None:
        return "A compiled loop needs the package llvmlite, which is not installed here: pip install llvmlite."
    obstacle = formula_obstacle(system, device)
    return "" if obstacle is None else f"A compiled loop {obstacle}: choose what suits the size."
