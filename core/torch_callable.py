"""What is asked of a torch callable, a function or a network, whether it is a vector field or an implicit layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .called_module import called_module
from .deferred import deferred

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_FEW = 8
"""Components up to which one reverse pass each is as fast as all at once."""


_MISFITS = "cannot be multiplied", "must match", "size mismatch", "invalid for input of size", "Expected size"
"""Of torch's words about tensors whose shapes do not fit together."""


def component_names(size: int, names: tuple[str, ...] | None) -> tuple[str, ...]:
    """n different names, z[1], z[2], ... where none are given. Raises ValueError where size or names are wrong."""
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise ValueError(f"the state size n must be a whole number of at least 1, not {size!r}")
    if names is None:
        return tuple(f"z[{index}]" for index in range(1, size + 1))
    if len(names) != size or len(set(names)) != size:
        raise ValueError(f"{size} components need {size} different names, not {', '.join(names) or 'none'}")
    return tuple(names)


@dataclass(frozen=True)
class TorchCallable:
    """A function with what it is called in sentences: a "field" of one "slope" per component."""

    function: Callable[..., Any]
    what: str
    number: str

    def __call__(self, z: Tensor, *others: Tensor, z_first: bool = True) -> Tensor:
        """f(z, *others), or f(*others, z), with the answer checked.

        Raises TypeError where it is no tensor, ValueError where it has another shape, dtype or device than z, or where
        z and the others do not fit into f.
        """
        argument = z.clone()  # f may overwrite its argument; the state must not change
        try:
            answer = self.function(argument, *others) if z_first else self.function(*others, argument)
        except RuntimeError as fault:
            if not any(words in str(fault) for words in _MISFITS):
                raise
            raise ValueError(self._misfit(z, others, str(fault))) from fault
        wanted = f"return one {self.number} per component"
        if not isinstance(answer, torch.Tensor):
            raise TypeError(f"the {self.what} returned {type(answer).__name__}, not a tensor: {wanted}")
        if answer.shape != z.shape:
            rows = answer.ndim == z.ndim == 2 and len(answer) == len(z)
            found, state = (
                (f"{_row(name, one)}" for name, one in (("rows", answer), ("states", z)))
                if rows
                else (f"the shape {tuple(answer.shape)}", f"a state of shape {tuple(z.shape)}")
            )
            raise ValueError(f"the {self.what} returned {found} for {state}: {wanted}, row by row")
        if answer.dtype != z.dtype or answer.device != z.device:
            raise ValueError(
                f"the {self.what} returned {answer.dtype} on {answer.device} for a state in {z.dtype} on {z.device}: "
                f"choose dtype and device to match, or convert the {self.what} with .to(...)"
            )
        return answer

    def _misfit(self, z: Tensor, others: tuple[Tensor, ...], fault: str) -> str:
        """A sentence about what f was given and what it wanted, a row without the rows beside it."""
        given = [_row("z", z)] + [_row("x", other) for other in others if self.what == "layer"]
        product = re.search(r"\(\d+x\d+ and (\d+)x\d+\)", fault)
        wanted = f"a product in it takes rows of {product[1]}" if product else "their sizes do not fit together in it"
        cure = "n and x" if len(given) > 1 else "n"
        return f"the {self.what} was given {' and '.join(given)}, and {wanted}: choose {cure} as it takes them"

    def check_weights(self, device: str, dtype: str) -> None:
        """Raises ValueError where f is a module whose weights are of another dtype or on another device."""
        kind, place = getattr(torch, dtype), torch.device(device).type
        for weight in self.weights().values():
            if weight.dtype != kind or weight.device.type != place:
                raise ValueError(
                    f"the {self.what}'s weights are {weight.dtype} on {weight.device}, the run is {dtype} on {device}: "
                    "choose dtype and device to match, or convert the "
                    f"{self.what} with .to({device!r}, torch.{dtype})"
                )

    def like(self) -> Tensor:
        """A tensor in the dtype and on the device of a module's weights; float64 on the processor otherwise."""
        return next(iter(self.weights().values()), torch.empty(0, dtype=torch.float64))

    def tensor(self, array: np.ndarray) -> Tensor:
        """`array` like the weights."""
        return torch.tensor(np.asarray(array, dtype=np.float64)).to(self.like())

    def weights(self) -> dict[str, Tensor]:
        """The floating-point weights of a module by name; none of a plain function."""
        if not isinstance(self.function, torch.nn.Module):
            return {}
        return {name: weight for name, weight in self.function.named_parameters() if weight.is_floating_point()}

    def replaced(self, weights: Mapping[str, Tensor]) -> TorchCallable:
        """The module with other weights, which it keeps no hold of; itself where there are none."""
        module = self.function
        if not weights or not isinstance(module, torch.nn.Module):
            return self

        def function(*arguments: Tensor) -> Any:
            return called_module(module, weights, arguments)

        return TorchCallable(function, self.what, self.number)


def _row(name: str, rows: Tensor) -> str:
    """What one row holds, in words."""
    shape = rows.shape[1:]
    return f"{name} of {' by '.join(map(str, shape)) or 1} number{'s' * (shape.numel() != 1)}"


def differentiated(function: Callable[[Tensor], Tensor], z: Tensor, *, taped: bool = False) -> Tensor:
    """df/dz (S, n, n) by reverse mode: the sum over samples of one component has each sample's own row.

    The rows are computed at once where there are many and every operation of f allows it. taped: they can be
    differentiated again, by what hangs on z too.
    """
    with torch.enable_grad():
        point = _begun(z, taped)
        answer = function(point)
        if not answer.requires_grad:
            return torch.zeros(*z.shape, z.shape[1], dtype=z.dtype, device=z.device)
        if z.shape[1] > _FEW:
            try:
                return _rows_at_once(answer, point, taped)
            except RuntimeError:  # an operation that knows no batch of gradients
                pass
        rows = [_gradient(answer[:, index].sum(), point, taped) for index in range(z.shape[1])]
    return torch.stack(rows, dim=1)


def differentiated_by_time(function: Callable[[Tensor], Tensor], t: Tensor, *, taped: bool = False) -> Tensor:
    """df/dt (S, n) by reverse mode, one pass per component; f(t) (S, n) for t (S,), each row of its own time.

    taped: it can be differentiated again, by what f hangs on beside t.
    """
    with torch.enable_grad():
        moments = t.detach().requires_grad_()
        answer = function(moments)
        if not answer.requires_grad:
            return torch.zeros_like(answer)
        columns = [_gradient(answer[:, index].sum(), moments, taped) for index in range(answer.shape[1])]
    return torch.stack(columns, dim=1)


def _begun(z: Tensor, taped: bool) -> Tensor:
    """z as what f is differentiated by: itself where its own tape, or its tangent, is to be kept."""
    if not taped:
        return z.detach().requires_grad_()
    return z if z.requires_grad else z.view_as(z).requires_grad_()


def _rows_at_once(answer: Tensor, point: Tensor, taped: bool) -> Tensor:
    size = point.shape[1]
    units = torch.eye(size, dtype=point.dtype, device=point.device)[:, None].expand(size, *point.shape)
    options = {"retain_graph": True, "create_graph": taped, "allow_unused": True, "is_grads_batched": True}
    (rows,) = torch.autograd.grad(answer, point, units, **options)
    return torch.zeros_like(units).movedim(0, 1) if rows is None else rows.movedim(0, 1)


def _gradient(total: Tensor, point: Tensor, taped: bool) -> Tensor:
    (gradient,) = torch.autograd.grad(total, point, retain_graph=True, create_graph=taped, allow_unused=True)
    return torch.zeros_like(point) if gradient is None else gradient
