"""A fixed point on the tape of torch, to be differentiated as often as anyone likes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .deferred import deferred
from .gradient_method import Backward, FixedPointGradient, SolvedLayer
from .lost_states import without_lost
from .vector_jacobian import Inputs, LayerFunction

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class NodeWork:
    """What a node does on the way back: f(z, inputs) of the inputs `names`, by `method`; `tell` hears what it found.

    constants: what f computes with besides; whoever changes it in place before the way back is told by torch.
    """

    f: LayerFunction
    names: tuple[str, ...]
    method: FixedPointGradient
    tell: Callable[[Backward], None]
    constants: tuple[Tensor, ...] = ()

    def solved(self, z: Tensor, start: Tensor, path: Tensor | None, inputs: Mapping[str, Tensor]) -> Tensor:
        """z as a function of `inputs` on the tape."""
        answer: Tensor = _ImplicitNode.apply(self, z, start, path, *(inputs[name] for name in self.names))  # type: ignore[no-untyped-call]
        return answer


class _ImplicitNode(torch.autograd.Function):
    """The identity on solutions z of z = f(z, inputs), whose backward pass is a gradient method's."""

    @staticmethod
    def forward(context: Any, work: NodeWork, z: Tensor, start: Tensor, path: Tensor | None, *inputs: Tensor) -> Tensor:
        """Keep what the gradient method is to be given."""
        context.work = work
        context.save_for_backward(z, start, path, *inputs, *work.constants)
        return z.clone()

    @staticmethod
    def backward(context: Any, v: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients of the inputs; with create_graph, on the tape themselves."""
        work: NodeWork = context.work
        z, start, path, *saved = context.saved_tensors
        known = dict(zip(work.names, saved[: len(work.names)], strict=True))
        on_tape = torch.is_grad_enabled()
        if on_tape and not work.method.exact:
            raise RuntimeError(
                f"a gradient that {work.method.title} approximates cannot be differentiated again: leave create_graph "
                "out, or use an exact method, such as implicit"
            )
        with torch.no_grad():
            plain = {name: tensor.detach() for name, tensor in known.items()}
            found = work.method.backward(SolvedLayer(work.f, z, start, path), lambda _at: v.detach(), plain)
            found = without_lost(found, lambda _at: v.detach(), ("start", "x"))
        work.tell(found)
        grads = _on_tape(work, (z, start, path), found, v, known) if on_tape else found.grads
        return (None, None, None, None, *(grads.get(name) for name in work.names))


def _on_tape(
    work: NodeWork,
    solve: tuple[Tensor, Tensor, Tensor | None],
    found: Backward,
    v: Tensor,
    known: Mapping[str, Tensor],
) -> Mapping[str, Tensor]:
    """(df / d input)^T u, for inputs on the tape, by operations that can be differentiated by these and v.

    z is a node of its own. u is another: the fixed point of u <- J^T u + v, a layer with the inputs z, v and those of
    f, whose derivatives the same method finds.
    """
    if found.adjoint is None:
        raise RuntimeError(f"{work.method.title} found no adjoint to differentiate again: {found.note}")
    z = work.solved(*solve, known)
    # an adjoint equation has an adjoint equation of its own: each order has its own names
    point, cotangent = (f"{what} {len(work.names)}" for what in ("fixed point", "cotangent"))
    layer = _adjoint_layer(work.f, point, cotangent)
    adjoint = NodeWork(layer, (*work.names, point, cotangent), work.method, work.tell, work.constants)
    u = adjoint.solved(found.adjoint, found.adjoint, None, {**known, point: z, cotangent: v})
    # views of the inputs: z hangs on the inputs themselves, and is held here
    held = {name: tensor.view_as(tensor) for name, tensor in known.items() if tensor.requires_grad}
    value = work.f(z, {**known, **held})
    grads = torch.autograd.grad(value, list(held.values()), u, create_graph=True, materialize_grads=True)
    return dict(zip(held, grads, strict=True))


def _adjoint_layer(f: LayerFunction, point: str, cotangent: str) -> LayerFunction:
    """u -> J^T u + v, J = df/dz; point, cotangent: the names of the inputs z and v."""

    def layer(u: Tensor, inputs: Inputs | None) -> Tensor:
        assert inputs is not None
        known = {name: tensor for name, tensor in inputs.items() if name not in (point, cotangent)}
        with torch.enable_grad():
            z = inputs[point]
            held = z.view_as(z) if z.requires_grad else z.detach().requires_grad_()
            value = f(held, known)
            if not value.requires_grad:
                return inputs[cotangent] + torch.zeros_like(u)
            (back,) = torch.autograd.grad(value, held, u, create_graph=True, materialize_grads=True)
            answer = back + inputs[cotangent]
        return answer if torch.is_grad_enabled() else answer.detach()

    return layer
