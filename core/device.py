"""Where torch computes: the processor, or an NVIDIA card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

DEVICES = ("cpu", "cuda")


def check_name(device: str) -> None:
    """Refuse what is no device; imports nothing. "cuda:1" is the second card. Raises ValueError."""
    kind, _, index = device.partition(":")
    if kind not in DEVICES or (index and not index.isdecimal()):
        raise ValueError(f'device must be "cpu" or "cuda", not {device!r}')


def check_present(device: str) -> None:
    """Refuse a device that this machine, or this build of torch, does not have. Raises ValueError with the cure."""
    check_name(device)
    if is_processor(device):
        return
    if not torch.cuda.is_available():
        raise ValueError('torch finds no CUDA device here: use device="cpu", or install a CUDA build of torch')
    count, index = torch.cuda.device_count(), int(device.partition(":")[2] or 0)
    if index >= count:
        raise ValueError(f'there is no device {device!r}: the last of {count} is "cuda:{count - 1}"')


def is_processor(device: str) -> bool:
    """Whether `device` is the processor."""
    return device.partition(":")[0] == "cpu"
