"""A finished solve with everything that a loss and a gradient method need of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from .deferred import deferred
from .gradient_method import SolvedLayer, SolvedTrajectory
from .nearest_name import suggestion
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

Solve = TypeVar("Solve", SolvedLayer, SolvedTrajectory)
Loss = Callable[["Tensor"], "Tensor"]


@dataclass(frozen=True)
class Solved(Generic[Solve]):
    """The solve, and around it: inputs, the tensors of `wrt` by name, without the start and without times.

    times: those of "span" and "at" that are in `wrt`, (2,) and (T,). single: the loss sees the one sample without its
    batch axis. evaluations of f by the solve. note: why it is not the solution that was asked for; empty where it is.
    again(inputs, start): z of a solve anew, for differences, with times among the inputs; repeatable: whether that is
    possible with every input.
    """

    solve: Solve
    inputs: Inputs
    wrt: tuple[str, ...]
    single: bool
    evaluations: int
    note: str
    again: Callable[[Inputs, Tensor], Tensor]
    repeatable: bool = True
    times: Inputs = field(default_factory=dict)

    def seen(self, z: Tensor) -> Tensor:
        """z as the loss sees it."""
        return z[0] if self.single else z

    def value(self, loss: Loss, z: Tensor) -> float:
        """The loss of z."""
        with torch.no_grad():
            return float(one_number(loss(self.seen(z))))

    def cotangent(self, loss: Loss, z: Tensor) -> Tensor:
        """d loss / d z."""
        with torch.enable_grad():
            point = z.detach().requires_grad_()
            value = one_number(loss(self.seen(point)))
        if not value.requires_grad:
            return torch.zeros_like(z)
        (found,) = torch.autograd.grad(value, point, allow_unused=True)
        return torch.zeros_like(z) if found is None else found

    def chosen(self, grads: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The gradients that were asked for, of the shape of what was given."""
        return {name: self.seen(grads[name]) if name == "start" else grads[name] for name in self.wrt}


def names_of(wrt: str | Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The names in `wrt`, each one of `known`. ValueError where one is not, with the nearest, or none is given."""
    names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
    if not names:
        raise ValueError("wrt names what to differentiate by: parameters of the formula, or 'start'")
    known = tuple(known)
    for name in names:
        if name not in known:
            raise ValueError(f"there is no {name!r} to differentiate by{suggestion(name, known)}")
    return tuple(dict.fromkeys(names))


def refuse_own(what: str, options: Mapping[str, Any], own: Iterable[str]) -> None:
    """TypeError for an option of the solve that `gradient` itself takes. what: the argument that holds them."""
    for name in options:
        if name in own:
            raise TypeError(f"{what}={{{name!r}: ...}} is not an option here: give {name} to gradient itself")


def input_tensor(value: Any, device: str, dtype: str) -> Tensor:
    """A number, an array or a weight as a tensor that shares nothing with it that could be written to."""
    plain = value.detach() if isinstance(value, torch.Tensor) else torch.tensor(np.array(value, dtype=np.float64))
    copied = plain.to(device, getattr(torch, dtype), copy=True)
    return copied.contiguous()  # so that its elements can be changed one by one in a flat view


def one_number(value: Tensor) -> Tensor:
    """The loss () of one element. Raises ValueError for anything else."""
    if not isinstance(value, torch.Tensor) or value.numel() != 1:
        what = tuple(value.shape) if isinstance(value, torch.Tensor) else type(value).__name__
        raise ValueError(f"the loss must be one number, a tensor of one element, and is {what}")
    return value.reshape(())
