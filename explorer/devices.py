"""Where the engine can compute, told without importing torch."""

from __future__ import annotations

import shutil
from functools import cache


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
