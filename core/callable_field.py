"""The vector field of a torch callable: a function or a network."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .vector_field import ArrayField

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from .language import System
else:
    torch = deferred("torch")


class CallableField:
    """z' = f(z) or z' = f(t, z) for a torch callable on batches, also an nn.Module.

    function: takes z of shape (B, n) and returns the slopes in the same shape, dtype and on the same device, row
    by row. With two required arguments it is called f(t, z), t of shape (B, 1), so that products with z broadcast;
    arguments that have a default keep it.
    size: n. components: n names; z[1], z[2], ... where not given.

    Raises TypeError where f cannot be called with one or two arguments, ValueError where size or names are wrong.
    """

    def __init__(self, function: Callable[..., Any], size: int, components: tuple[str, ...] | None = None) -> None:
        if not callable(function):
            raise TypeError(f"a field needs a callable f(z) or f(t, z), not {type(function).__name__}")
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"the state size n must be a whole number of at least 1, not {size!r}")
        names = components if components is not None else tuple(f"z[{index}]" for index in range(1, size + 1))
        if len(names) != size or len(set(names)) != size:
            raise ValueError(f"{size} components need {size} different names, not {', '.join(names) or 'none'}")
        self._function = function
        self._timed = _takes_time(function)
        self._components = tuple(names)

    @property
    def size(self) -> int:
        """The state size n."""
        return len(self._components)

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""
        return self._components

    @property
    def autonomous(self) -> bool:
        """Whether f takes no t."""
        return not self._timed

    @property
    def system(self) -> System | None:
        """None: there is no formula."""
        return None

    @property
    def parameters(self) -> tuple[float, ...]:
        """Empty: what a network learns is its own."""
        return ()

    def torch(self, device: str, dtype: str) -> Callable[[Any, Any], Any]:
        """f on tensors of that device and dtype, every answer checked.

        Raises ValueError where f is a module whose weights are of another dtype or on another device.
        """
        self._check_weights(device, dtype)
        return self._call

    def array(self) -> ArrayField:
        """f on numpy arrays, computed in the dtype and on the device of a module's weights."""

        def field(t: Any, z: np.ndarray) -> np.ndarray:
            rows, times = self._tensors(t, z)
            with torch.no_grad():
                return self._call(times, rows).double().cpu().numpy().reshape(z.shape)

        return field

    def jacobian(self) -> ArrayField:
        """df/dz on numpy arrays by reverse-mode differentiation, one pass per component for all points."""

        def field(t: Any, z: np.ndarray) -> np.ndarray:
            rows, times = self._tensors(t, z)
            with torch.enable_grad():
                slopes = self._call(times, rows.requires_grad_())
                columns = [self._gradient(slopes[:, index].sum(), rows) for index in range(self.size)]
            return torch.stack(columns, dim=1).double().cpu().numpy().reshape(*z.shape, self.size)

        return field

    def _call(self, t: Tensor, z: Tensor) -> Tensor:
        argument = z.clone()  # a field may overwrite its argument; the state must not change
        answer = self._function(t[:, None], argument) if self._timed else self._function(argument)
        if not isinstance(answer, torch.Tensor):
            raise TypeError(f"the field returned {type(answer).__name__}, not a tensor: return one slope per component")
        if answer.shape != z.shape:
            raise ValueError(
                f"the field returned the shape {tuple(answer.shape)} for a state of shape {tuple(z.shape)}: "
                "return one slope per component, row by row"
            )
        if answer.dtype != z.dtype or answer.device != z.device:
            raise ValueError(
                f"the field returned {answer.dtype} on {answer.device} for a state in {z.dtype} on {z.device}: "
                "choose dtype and device to match, or convert the field with .to(...)"
            )
        return answer

    def _check_weights(self, device: str, dtype: str) -> None:
        for weight in self._weights():
            if weight.dtype != getattr(torch, dtype) or weight.device.type != torch.device(device).type:
                raise ValueError(
                    f"the field's weights are {weight.dtype} on {weight.device}, the run is {dtype} on {device}: "
                    f"choose dtype and device to match, or convert the field with .to({device!r}, torch.{dtype})"
                )

    def _tensors(self, t: Any, z: np.ndarray) -> tuple[Tensor, Tensor]:
        """Points as rows, and the time of each row."""
        like = next(iter(self._weights()), torch.empty(0, dtype=torch.float64))
        rows = torch.as_tensor(np.ascontiguousarray(z, dtype=np.float64).reshape(-1, self.size)).to(like)
        times = np.broadcast_to(np.asarray(t, dtype=np.float64), z.shape[:-1]).reshape(-1)
        return rows, torch.tensor(times).to(like)

    def _weights(self) -> list[Tensor]:
        """The floating-point weights of a module; none of a plain function."""
        if not isinstance(self._function, torch.nn.Module):
            return []
        return [weight for weight in self._function.parameters() if weight.is_floating_point()]

    @staticmethod
    def _gradient(total: Tensor, rows: Tensor) -> Tensor:
        if not total.requires_grad:
            return torch.zeros_like(rows)
        (gradient,) = torch.autograd.grad(total, rows, retain_graph=True, allow_unused=True)
        return torch.zeros_like(rows) if gradient is None else gradient


def _takes_time(function: Callable[..., Any]) -> bool:
    """Whether f has two required arguments (t, z); one means (z)."""
    try:
        parameters = inspect.signature(getattr(function, "forward", function)).parameters.values()
    except ValueError:  # a builtin such as torch.tanh shows no signature
        return False
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in positional if p.default is p.empty]
    if len(required) > 2 or not positional:
        raise TypeError(f"a field is called f(z) or f(t, z), and this one needs {len(required)} arguments")
    return len(required) == 2
